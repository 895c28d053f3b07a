//! The command line: what can be asked of the program.

mod access;
mod config;
mod demo;
mod keys;
mod mail;
mod migrate;
mod serve;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::config::Loaded;
use crate::logging;

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
    /// Answer requests; this is what happens without a command, too
    Serve,
    /// Bring the database's tables to the newest version
    Migrate,
    /// Try it: people and organizations in a folder that is gone afterwards
    Demo,
    /// Make accounts, and help people who are locked out
    #[command(subcommand)]
    User(user::UserCommand),
    /// Ask who may what and why, on files or on the installation, and run tests of models
    #[command(subcommand)]
    Access(access::AccessCommand),
    /// Try the mail settings
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Change the keys that credentials at clouds are sealed with
    #[command(subcommand)]
    Keys(keys::KeysCommand),
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
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Config(command) = &command {
        return Ok(config::run(command, &loaded));
    }
    if let Command::Access(command) = &command {
        return Ok(access::run(command, loaded));
    }
    let config = loaded.config()?;
    logging::start(&config.log)?;
    runtime()?.block_on(async {
        match command {
            Command::Serve => serve::run(&config).await,
            Command::Demo => demo::run(&config).await,
            Command::Migrate => migrate::run(&config).await,
            Command::User(command) => user::run(&config, &command).await,
            Command::Keys(command) => keys::run(&config, &command).await,
            Command::Access(_) | Command::Config(_) => Ok(()),
            Command::Mail(command) => mail::run(&config, &command).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A runtime that stays small: one thread for each core, and threads for blocking work only while
/// there is some.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("guildhall")
        .max_blocking_threads(64)
        .thread_keep_alive(Duration::from_secs(10))
        .build()
}
