//! The command `neura` as a library: [`run`] takes the arguments and the streams, and returns the
//! exit code. The binary does no more than call it, so that a test can run every command in its own
//! process.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod args;
mod commands;
mod context;
pub mod exit;
mod failure;
mod guard;
mod input;
mod interrupt;
mod keys;
mod line_editor;
mod streams;
mod style;
mod terminal;
mod usage;
mod visible;
mod wrap;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;
use clap::error::ErrorKind as ClapKind;

use args::CommandLine;
use context::{Context, note};
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
        Err(error) => return told_by_clap(&error, asks_for_json(&args), &mut streams),
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
                let _ = streams.stdout.flush();
            }
            failure.show(line.globals.json, &mut streams.stderr);
            failure.code()
        }
    }
}

/// Whether `--json` is on a command line that cannot be parsed.
fn asks_for_json(args: &[OsString]) -> bool {
    let own = args.iter().take_while(|arg| *arg != "--");
    own.into_iter().any(|arg| arg == "--json")
}

/// Help, the version, or what is wrong with the command line.
fn told_by_clap(error: &clap::Error, json: bool, streams: &mut Streams) -> u8 {
    let text = error.to_string();
    match error.kind() {
        ClapKind::DisplayHelp | ClapKind::DisplayVersion => {
            let out = &mut streams.stdout;
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            match written.map_err(Failure::output) {
                Ok(()) => exit::OK,
                Err(failure) => {
                    failure.show(false, &mut streams.stderr);
                    failure.code()
                }
            }
        }
        kind => {
            let masked = without_keys(text.trim_end());
            let advice = (masked != text.trim_end()).then_some(NO_KEY_HERE);
            if json {
                let said = match kind {
                    ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => MISSING,
                    _ => in_short(&masked),
                };
                let message = [Some(said), advice].into_iter().flatten();
                let message = message.collect::<Vec<_>>().join(". ").replace('\n', " ");
                Failure::usage(message).show(true, &mut streams.stderr);
            } else {
                note(&mut streams.stderr, &masked);
                if let Some(advice) = advice {
                    note(&mut streams.stderr, &format!("\n{advice}"));
                }
            }
            exit::USAGE
        }
    }
}

const MISSING: &str = "a command is missing; `--help` lists them";
const NO_KEY_HERE: &str = "No argument takes a key: other users of this machine can see it there, and it stays in the \
    shell's history. If that was a key, revoke it, and give the new one to `neura keys add`, which asks for it";

/// What clap says of a wrong command line, which may have a key in it by mistake.
fn without_keys(text: &str) -> String {
    let lines = text.lines().map(neura::bindings::quoted);
    lines.collect::<Vec<_>>().join("\n")
}

/// The same without the usage.
fn in_short(text: &str) -> &str {
    let end = ["\n\nUsage:", "\n\nFor more information"];
    let end = end.iter().filter_map(|part| text.find(part)).min();
    let said = &text[..end.unwrap_or(text.len())];
    said.strip_prefix("error: ").unwrap_or(said)
}
