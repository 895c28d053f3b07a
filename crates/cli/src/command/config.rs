//! `guildhall config`: explains the configuration without starting anything.

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::{Loaded, default_file, report};

/// What to show.
#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Print what is in force, where each value came from, and what is wrong
    Check,
    /// Print a file to start from, with every key at its default
    ShowDefault,
}

/// Prints what was asked for; fails if the configuration has problems.
pub(super) fn run(command: &ConfigCommand, loaded: &Loaded) -> ExitCode {
    match command {
        ConfigCommand::ShowDefault => {
            print!("{}", default_file());
            ExitCode::SUCCESS
        }
        ConfigCommand::Check => {
            print!("{}", report(loaded));
            if loaded.config.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    }
}
