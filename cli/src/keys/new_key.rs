//! A new key: typed at the terminal without being shown, or from the standard input. Never from the
//! command line, which other users of the machine can read.

use std::io::{self, Read};

use neura::bindings::CheckedKey;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::exit;
use crate::failure::Failure;

/// More than any key has.
const LARGEST: u64 = 16 << 10;

/// Asks for the key of `what`.
///
/// # Errors
/// `malformed_api_key`; or nothing was given.
pub(crate) fn ask(context: &mut Context<'_>, what: &str) -> Result<CheckedKey, Failure> {
    let (text, place) = match &mut context.streams.terminal {
        Some(terminal) => {
            let asked = terminal.ask_secret(&format!("{what} (it is not shown): "));
            (asked.map_err(|error| not_given(&error))?, "the terminal")
        }
        None => (from_input(context)?, "the standard input"),
    };
    Ok(CheckedKey::parse(&text, place)?)
}

fn from_input(context: &mut Context<'_>) -> Result<Zeroizing<String>, Failure> {
    if context.streams.stdin.is_terminal() {
        return Err(Failure::usage(
            "the key would be shown as it is typed, because errors do not go to the terminal. \
             Leave out the `2>`, or give the key on the standard input: `neura keys add < file`",
        ));
    }
    let mut text = Zeroizing::new(String::new());
    let reader = context.streams.stdin.reader();
    let read = reader.take(LARGEST).read_to_string(&mut text);
    read.map_err(|error| Failure::usage(format!("the standard input cannot be read: {error}")))?;
    match text.trim().is_empty() {
        false => Ok(text),
        true => Err(Failure::usage(
            "there is no terminal to ask for the key, and the standard input is empty. Give the \
             key there: `neura keys add < file`",
        )),
    }
}

fn not_given(error: &io::Error) -> Failure {
    match error.kind() {
        // Ctrl-C.
        io::ErrorKind::Interrupted => Failure::Said(exit::INTERRUPTED),
        io::ErrorKind::UnexpectedEof => Failure::usage("no key was given; nothing was changed"),
        _ => Failure::usage(format!("the terminal cannot be read: {error}")),
    }
}
