//! The `guildhall` binary: reads the arguments and the environment, and runs the command.

use std::process::ExitCode;

use clap::Parser;
use guildhall::command::{Arguments, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let environment: Vec<(String, String)> = std::env::vars().collect();
    run(Arguments::parse(), &environment).unwrap_or_else(|error| {
        eprintln!("guildhall: {error:#}");
        ExitCode::FAILURE
    })
}
