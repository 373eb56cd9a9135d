//! The command line of `neura-sandbox`.

mod args;
mod keys;
mod serve;

use std::process::ExitCode;

use clap::Parser;

use crate::keys::StoreError;
use args::{Args, Command};

/// Reads the command line and runs the command.
///
/// The exit code is 0 after a clean stop, 1 if a command failed, and 2 for
/// invalid options.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        Some(Command::Keys(keys)) => keys::run(&keys),
        Some(Command::Serve(serve)) => serve::run(&serve),
        None => serve::run(&args.serve),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("neura-sandbox: {}", failure.message);
            ExitCode::from(failure.exit_code)
        }
    }
}

/// Why a command failed.
struct Failure {
    message: String,
    exit_code: u8,
}

impl Failure {
    fn command(message: impl ToString) -> Self {
        Self {
            message: message.to_string(),
            exit_code: 1,
        }
    }

    /// A store that cannot be opened: usually `--db` names the wrong file.
    fn store(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Sqlite { .. } | StoreError::NoRandomness { .. } => {
                Self::command(error)
            }
            _ => Self::options(error),
        }
    }

    fn options(message: impl ToString) -> Self {
        Self {
            message: message.to_string(),
            exit_code: 2,
        }
    }
}
