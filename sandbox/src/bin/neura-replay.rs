//! A scripted server for tests; see the crate's README.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    neura_sandbox::replay::run()
}
