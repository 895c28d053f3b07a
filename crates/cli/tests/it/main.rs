//! The tests of the program.

mod config;
mod process;
