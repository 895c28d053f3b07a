//! The only crate that knows HTTP: the JSON API, the console, sessions, problems.

pub mod page;
