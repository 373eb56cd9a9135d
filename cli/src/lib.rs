//! The command `neura` as a library: [`run`] takes the arguments and the streams, and returns the
//! exit code. The binary does no more than call it, so that a test can run every command in its own
//! process.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod args;
mod commands;
mod context;
mod echo;
pub mod exit;
mod failure;
mod guard;
mod input;
mod interrupt;
mod keys;
mod line_editor;
mod signals;
mod streams;
mod style;
mod terminal;
mod usage;
mod visible;
mod wrap;
mod wrong_line;

use std::ffi::OsString;

use clap::Parser;

use args::CommandLine;
use context::Context;
pub use failure::Failure;
pub use interrupt::Interrupt;
use neura::bindings::Language;
pub use streams::{Input, Output, Streams, Variables};
pub use terminal::{Line, LineEditor, Terminal};

/// Runs the command, and returns its exit code: see [`exit`]. The first argument is the name of the
/// program.
pub fn run(args: impl IntoIterator<Item = OsString>, mut streams: Streams) -> u8 {
    neura::bindings::set_language(Language::Command);
    let args: Vec<OsString> = args.into_iter().collect();
    let line = match CommandLine::try_parse_from(&args) {
        Ok(line) => line,
        Err(error) => return wrong_line::show(&error, &args, &mut streams),
    };
    let is_plain = |variables: &Variables| {
        variables.text("NO_COLOR").is_some() || variables.text("TERM") == Some("dumb")
    };
    if line.globals.no_color || is_plain(&streams.variables) {
        streams.stdout.without_color();
        streams.stderr.without_color();
    }
    let mut context = Context {
        globals: &line.globals,
        streams: &mut streams,
    };
    let done = commands::run(&line.command, &mut context).and_then(|()| context.flush());
    match done {
        Ok(()) => exit::OK,
        Err(failure) => {
            if !matches!(failure, Failure::ClosedPipe) {
                let _ = context.flush();
            }
            context.show(&failure);
            failure.code()
        }
    }
}
