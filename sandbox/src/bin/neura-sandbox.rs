//! A NeuraAI on your own machine; see the crate's README.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    neura_sandbox::cli::run()
}
