//! The tests of what talks to the outside.

mod driver;
mod outbox;
mod server;
mod smtp;
