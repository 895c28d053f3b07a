//! The command line: what can be asked of the program.

mod config;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Loaded;

/// Organization and user management, self-hosted.
#[derive(Parser)]
#[command(name = "guildhall", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// The configuration file; `guildhall.toml` in the working directory otherwise
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs what the arguments ask for. `environment` holds the variables of the process.
///
/// # Errors
/// What went wrong, for a person at a terminal to read.
pub fn run(arguments: Arguments, environment: &[(String, String)]) -> anyhow::Result<ExitCode> {
    let loaded = Loaded::read(arguments.config.as_deref(), environment);
    match arguments.command {
        Some(Command::Config(command)) => Ok(config::run(&command, &loaded)),
        None => Ok(ExitCode::SUCCESS),
    }
}
