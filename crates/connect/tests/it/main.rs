//! The tests of what talks to the outside.

mod outbox;
mod server;
mod smtp;
