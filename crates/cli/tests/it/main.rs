//! The tests of the program.

mod config;
mod operator;
mod process;
