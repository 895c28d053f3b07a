//! The tests of what talks to the outside.

mod server;
mod smtp;
