//! The tools of the tests, and the rules that every file of the repository keeps.

mod database;
mod smtp;
mod tidy;
mod time;
