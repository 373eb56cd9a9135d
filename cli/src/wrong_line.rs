//! What is shown of a command line that cannot be parsed, or that asks for help.

use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind;

use crate::context::note;
use crate::exit;
use crate::failure::Failure;
use crate::streams::Streams;

const MISSING: &str = "a command is missing; `--help` lists them";
const NO_KEY_HERE: &str = "No argument takes a key: other users of this machine can see it there, and it stays in the \
    shell's history. If that was a key, revoke it, and give the new one to `neura keys add`, which asks for it";

/// Help, the version, or what is wrong with the command line.
pub(crate) fn show(error: &clap::Error, args: &[OsString], streams: &mut Streams) -> u8 {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let out = &mut streams.stdout;
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            match written.map_err(Failure::output) {
                Ok(()) => exit::OK,
                Err(failure) => {
                    failure.show(false, None, &mut streams.stderr);
                    failure.code()
                }
            }
        }
        kind => {
            let is_help = kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            let masked = match is_help {
                true => text.trim_end().to_owned(),
                false => without_keys(text.trim_end()),
            };
            let advice = (masked != text.trim_end()).then_some(NO_KEY_HERE);
            if asks_for_json(args) {
                let said = match is_help {
                    true => MISSING,
                    false => in_short(&masked),
                };
                let message = [Some(said), advice].into_iter().flatten();
                let message = message.collect::<Vec<_>>().join(". ").replace('\n', " ");
                Failure::usage(message).show(true, None, &mut streams.stderr);
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

/// Whether `--json` is on a command line that cannot be parsed.
fn asks_for_json(args: &[OsString]) -> bool {
    let own = args.iter().take_while(|arg| *arg != "--");
    own.into_iter().any(|arg| arg == "--json")
}
