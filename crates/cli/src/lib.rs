//! The `guildhall` program: configuration, serving, administration. The only reader of the
//! environment and of files.

mod cluster;
pub mod command;
pub mod config;
mod credits;
mod demonstration;
mod housekeeping;
mod installation;
mod logging;
mod service;
mod settings;
mod vault;
