//! `neura keys`: the keys in the credentials file.

mod add;
mod finish;
mod list;
mod remove;
mod rotate;
mod use_profile;

use crate::context::{Context, Done};
use crate::failure::Failure;

/// Keep keys in the credentials file: add, list, use, remove, rotate
///
/// The file is that of the client: `~/.config/neura/credentials.toml` (on Windows
/// `%APPDATA%\neura\credentials.toml`), or the one that NEURA_CREDENTIALS_FILE names. Only its owner
/// can read it. Each profile is a table; without `--profile` and NEURA_PROFILE it is [default].
/// A key is typed without being shown, or read from the standard input.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(clap::Subcommand)]
enum KeysCommand {
    Add(add::Args),
    List(list::Args),
    Use(use_profile::Args),
    Remove(remove::Args),
    Rotate(rotate::Args),
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    match &args.command {
        KeysCommand::Add(args) => add::run(args, context),
        KeysCommand::List(args) => list::run(args, context),
        KeysCommand::Use(args) => use_profile::run(args, context),
        KeysCommand::Remove(args) => remove::run(args, context),
        KeysCommand::Rotate(args) => rotate::run(args, context),
    }
}

/// Asks a question; without a terminal the answer must be on the command line.
fn confirm(context: &mut Context<'_>, question: &str, option: &str) -> Result<bool, Failure> {
    match &mut context.streams.terminal {
        Some(terminal) => terminal
            .confirm(question)
            .map_err(|error| Failure::usage(format!("the terminal cannot be read: {error}"))),
        None => Err(Failure::usage(format!(
            "{question} There is no terminal to ask: add {option} if you mean it"
        ))),
    }
}
