//! `neura keys use`: which profile a shell uses.

use std::path::Path;

use clap::ValueEnum;
use neura::bindings::quoted;
use serde_json::json;

use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::store::{self, Store};

/// Print the line that makes a shell use a profile
///
/// Run it by `eval "$(neura keys use staging)"`; in fish `neura keys use staging | source`; in
/// PowerShell `neura keys use staging | Invoke-Expression`. It sets NEURA_PROFILE for that shell and
/// what it starts. Nothing is stored: a key of production must not become the default of every
/// program on the machine. `neura keys use default` prints the line that unsets it.
#[derive(clap::Args)]
pub struct Args {
    /// The profile
    profile: String,
    /// The shell [default: fish if SHELL is fish, PowerShell on Windows, else sh]
    #[arg(long, value_enum)]
    shell: Option<Shell>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Sh,
    Fish,
    Powershell,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let name = args.profile.trim();
    let is_default = name == "default" || name.is_empty();
    if !is_default {
        check(context, name)?;
    }
    let line = match (args.shell.unwrap_or_else(|| shell_of(context)), is_default) {
        (Shell::Sh, false) => format!("export NEURA_PROFILE={name}"),
        (Shell::Sh, true) => "unset NEURA_PROFILE".to_owned(),
        (Shell::Fish, false) => format!("set -gx NEURA_PROFILE {name}"),
        (Shell::Fish, true) => "set -e NEURA_PROFILE".to_owned(),
        (Shell::Powershell, false) => format!("$env:NEURA_PROFILE = \"{name}\""),
        (Shell::Powershell, true) => "Remove-Item Env:NEURA_PROFILE".to_owned(),
    };
    if context.json() {
        let profile = (!is_default).then_some(name);
        return context.print_json(&json!({"profile": profile, "line": line}));
    }
    context.print_line(&line)?;
    if context.streams.stdout.is_terminal() {
        context.tell("Nothing has changed yet: `eval \"$(neura keys use ...)\"` runs this line");
    }
    Ok(())
}

/// There must be a key for the profile, in any source. Its name then has only letters, digits, `-`
/// and `_`, so that a shell can take it as it is.
fn check(context: &Context<'_>, name: &str) -> Result<(), Failure> {
    let mut options = context.options();
    options.set_profile(name);
    options.set_base_url("https://api.neura-ai.app/v1");
    match neura::resolve(&options) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == neura::ErrorKind::MissingApiKey => {
            let profiles = Store::read(&store::path(context)?)?.profiles();
            let known = match profiles.is_empty() {
                true => "the credentials file has no profiles".to_owned(),
                false => {
                    let names: Vec<String> = profiles.iter().map(|name| quoted(name)).collect();
                    format!("the credentials file has {}", names.join(", "))
                }
            };
            let name = quoted(name);
            Err(Failure::with_code(
                crate::exit::code_of(error.kind()),
                format!(
                    "there is no key for the profile {name}; {known}. `neura keys add --profile \
                     {name}` stores one"
                ),
            ))
        }
        Err(error) => Err(error.into()),
    }
}

fn shell_of(context: &Context<'_>) -> Shell {
    let shell = context.streams.variables.text("SHELL");
    match shell.and_then(|shell| Path::new(shell).file_stem()) {
        Some(name) if name == "fish" => Shell::Fish,
        Some(name) if name == "pwsh" => Shell::Powershell,
        Some(_) => Shell::Sh,
        None if cfg!(windows) => Shell::Powershell,
        None => Shell::Sh,
    }
}
