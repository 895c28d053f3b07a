//! The only crate that talks to the outside: SMTP, and what makes clusters. Implements traits of
//! `app`.

pub mod driver;
pub mod smtp;
