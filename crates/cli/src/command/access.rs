//! `guildhall access`: asks the access engine, on files or on the installation, and changes
//! nothing.

mod ask;
mod explain;
mod source;
mod suites;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::Loaded;
use source::SourceArguments;

/// What to ask.
#[derive(Subcommand)]
pub(super) enum AccessCommand {
    /// Whether somebody may: status 0 for yes, 1 for no, 2 where there is no answer
    Check(Question),
    /// On what, who, or which relations
    #[command(subcommand)]
    List(ListCommand),
    /// Why somebody may, or what is missing; the status is that of `check`
    Explain(Explain),
    /// Run test files of models: status 0 if nothing failed
    Test {
        /// Store files (`*.fga.yaml`) and staged test files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<std::path::PathBuf>,
    },
}

/// One question of the form *has USER the RELATION to OBJECT?*
#[derive(Args)]
pub(super) struct Question {
    /// `user:ID`, `group:ID#member` or `user:*`; an e-mail address on the installation
    user: String,
    /// The relation, such as `viewer` or `can_invite`
    relation: String,
    /// `document:ID`; an organization's name on the installation
    object: String,
    #[command(flatten)]
    about: About,
}

/// What a question is asked with.
#[derive(Args)]
pub(super) struct About {
    /// Parameters of conditions, as a JSON object
    #[arg(long, value_name = "JSON")]
    context: Option<String>,
    /// A relationship that counts for this question only, `object#relation@user`; repeatable
    #[arg(long, value_name = "RELATIONSHIP")]
    with: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceArguments,
}

/// What to list.
#[derive(Subcommand)]
pub(super) enum ListCommand {
    /// The objects of a type that somebody has a relation to
    Objects {
        /// As in `check`
        user: String,
        /// The relation
        relation: String,
        /// The type of the objects
        #[arg(value_name = "TYPE")]
        kind: String,
        #[command(flatten)]
        about: About,
    },
    /// Who has a relation to an object
    Subjects {
        /// As in `check`
        object: String,
        /// The relation
        relation: String,
        /// A type, such as `user`, or `group#member`
        #[arg(value_name = "TYPE", default_value = "user")]
        kind: String,
        #[command(flatten)]
        about: About,
    },
    /// The relations that somebody has to an object
    Relations {
        /// As in `check`
        user: String,
        /// As in `check`
        object: String,
        #[command(flatten)]
        about: About,
    },
}

/// A question whose answer is to be explained.
#[derive(Args)]
pub(super) struct Explain {
    #[command(flatten)]
    question: Question,
    /// Show up to this many ways by which it is granted, shortest first
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    ways: usize,
}

/// Does it. Whatever goes wrong is told on standard error and is status 2, so that no error is
/// ever taken for a no.
pub(super) fn run(command: &AccessCommand, loaded: Loaded) -> ExitCode {
    let ended = match command {
        AccessCommand::Check(question) => ask::check(question, loaded),
        AccessCommand::List(list) => ask::list(list, loaded),
        AccessCommand::Explain(explain) => explain::run(explain, loaded),
        AccessCommand::Test { files } => Ok(suites::run(files)),
    };
    ended.unwrap_or_else(|error| {
        eprintln!("guildhall: {error:#}");
        ExitCode::from(2)
    })
}

/// Status 0 for yes, 1 for no.
fn status(yes: bool) -> ExitCode {
    if yes { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
