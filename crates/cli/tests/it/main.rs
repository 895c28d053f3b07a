//! The tests of the program.

mod access;
mod config;
mod operator;
mod process;
