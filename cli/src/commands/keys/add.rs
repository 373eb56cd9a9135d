//! `neura keys add`: a key for a profile.

use neura::bindings::{CheckedKey, check_key_command, credentials_table};
use serde_json::json;
use time::OffsetDateTime;

use super::confirm;
use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::new_key;
use crate::keys::store::{self, LockedStore, Store};
use crate::keys::tested::{Candidate, test};
use crate::style::Style;

/// Store a key, or how to fetch one
///
/// The key is tested before it is stored. `--base-url` is stored beside it.
#[derive(clap::Args)]
pub struct Args {
    /// Store a program that prints the key instead, such as `secret-tool lookup service neura`,
    /// `security find-generic-password -s neura -w` or `op read op://vault/neura/key`
    #[arg(long, value_name = "PROGRAM")]
    command: Option<String>,
    /// Do not ask the service whether the key works
    #[arg(long)]
    no_check: bool,
    /// Replace the key that is there, without asking; `neura keys rotate` does it without downtime
    #[arg(long)]
    replace: bool,
}

/// What is stored.
enum Added {
    Key(CheckedKey),
    Command(String),
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let profile = credentials_table(&context.options())?;
    let path = store::path(context)?;
    let before = Store::read(&path)?;
    check_url(context)?;
    let known = before.entry(&profile);
    if known.is_some() && !args.replace {
        let place = before.place(&profile);
        let question = format!(
            "{place} is there already. `neura keys rotate` replaces a key without downtime. \
             Overwrite it?"
        );
        if !confirm(context, &question, "--replace")? {
            return Err(Failure::new("nothing was changed"));
        }
    }
    let added = match &args.command {
        Some(command) => Added::Command(checked_command(command, &profile, &path)?),
        None => Added::Key(new_key::ask(context, &format!("API key for [{profile}]"))?),
    };
    let given_url = context.globals.client.base_url.clone();
    let table_url = known.and_then(|entry| entry.base_url);
    let (mask, fingerprint) = match args.no_check {
        true => masked(&added),
        false => {
            let candidate = match &added {
                Added::Key(key) => Candidate::Key(key.secret()),
                Added::Command(command) => Candidate::Command(command),
            };
            let instead = "`--no-check` stores it without a test";
            let check = test(context, &candidate, table_url.as_deref(), instead)?;
            let key = check.key();
            (
                key.mask().map(str::to_owned),
                key.fingerprint().map(str::to_owned),
            )
        }
    };
    let mut locked = Store::lock(&path)?;
    write(&mut locked, &profile, &added, given_url.as_deref())?;
    locked.save(context)?;
    if context.json() {
        return context.print_json(&json!({
            "profile": profile,
            "path": path.display().to_string(),
            "mask": mask,
            "fingerprint": fingerprint,
            "tested": !args.no_check,
        }));
    }
    let word = context.styled(Style::Good, "stored");
    let what = match &added {
        Added::Key(key) => key.mask(),
        Added::Command(_) => "the program that prints the key".to_owned(),
    };
    context.print_line(&format!(
        "{word}: {what} as [{profile}] in {}",
        path.display()
    ))?;
    tell_what_hides_it(context, &path);
    Ok(())
}

/// A URL that the client refuses would make the stored key useless.
fn check_url(context: &Context<'_>) -> Done {
    if context.globals.client.base_url.is_some() {
        let mut options = context.options();
        // Any key will do: nothing is sent.
        options.set_api_key("a-key-that-is-not-sent");
        neura::resolve(&options)?;
    }
    Ok(())
}

fn masked(added: &Added) -> (Option<String>, Option<String>) {
    match added {
        Added::Key(key) => (Some(key.mask()), Some(key.fingerprint())),
        Added::Command(_) => (None, None),
    }
}

/// A key that stands on the command line has been seen by others: it is refused.
fn checked_command(
    command: &str,
    profile: &str,
    path: &std::path::Path,
) -> Result<String, Failure> {
    check_key_command(command, profile, path.to_owned())?;
    let is_key = !command.contains(char::is_whitespace)
        && !command.contains(['/', '\\'])
        && neura::bindings::quoted(command) != command;
    match is_key {
        true => Err(Failure::usage(
            "--command takes a program that prints the key. If that is the key itself, it now \
             stands in the shell's history: revoke it, and run `neura keys add` without --command",
        )),
        false => Ok(command.to_owned()),
    }
}

fn write(
    locked: &mut LockedStore,
    profile: &str,
    added: &Added,
    base_url: Option<&str>,
) -> Result<(), Failure> {
    let store = &mut locked.store;
    match added {
        Added::Key(key) => {
            store.set(profile, "api_key", key.secret())?;
            store.unset(profile, "api_key_command");
        }
        Added::Command(command) => {
            store.set(profile, "api_key_command", command)?;
            store.unset(profile, "api_key");
        }
    }
    store.unset(profile, "previous_api_key");
    store.set_added(profile, OffsetDateTime::now_utc())?;
    if let Some(url) = base_url {
        store.set(profile, "base_url", url)?;
    }
    Ok(())
}

/// Another source may come first.
fn tell_what_hides_it(context: &mut Context<'_>, path: &std::path::Path) {
    let mut options = context.options();
    // The URL is not the question.
    options.set_base_url("https://api.neura-ai.app/v1");
    let Ok(found) = neura::resolve(&options) else {
        return;
    };
    let found = found.to_json();
    if found["path"].as_str() == path.to_str() {
        return;
    }
    let place = found["name"].as_str().or_else(|| found["path"].as_str());
    let place = place.unwrap_or("another source").to_owned();
    context.tell(&format!(
        "Clients here use another key first, from {place}: `neura which` shows the order"
    ));
}
