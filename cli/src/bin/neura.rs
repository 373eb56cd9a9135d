//! The command `neura`; see the crate's README.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    let streams = neura_cli::Streams::of_process();
    ExitCode::from(neura_cli::run(std::env::args_os(), streams))
}
