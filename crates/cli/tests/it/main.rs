//! The tests of the program.

mod access;
mod called;
mod config;
mod founded;
mod full;
mod keys;
mod kill;
mod operator;
mod outage;
mod process;
mod server;
mod version;
