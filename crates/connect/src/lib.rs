//! The only crate that talks to the outside: SMTP. Implements traits of `app`.

pub mod smtp;
