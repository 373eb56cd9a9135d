//! `neura keys rotate`: a new key in place of the old one, without downtime.

use neura::bindings::{CheckedKey, credentials_table};
use serde_json::json;
use time::OffsetDateTime;

use super::finish;
use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::config;
use crate::keys::entry::{Entry, KeyOfEntry};
use crate::keys::new_key;
use crate::keys::store::{self, Store};
use crate::keys::tested::{Candidate, test};
use crate::style::Style;

/// Replace a key without downtime
///
/// Create a new key in the dashboard first, and leave the old one there. The new one is tested, and
/// put in place with the old one behind it. Running programs that have the key from the credentials
/// file go over to it with their next call, 10 s later at most. Then `--finish` removes the old one.
#[derive(clap::Args)]
pub struct Args {
    /// Remove the old key, if NEURA_USAGE_FILE shows that no program uses it any more
    #[arg(long)]
    finish: bool,
    /// Remove the old key even if it may be in use
    #[arg(long, requires = "finish")]
    force: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let profile = credentials_table(&context.options())?;
    let path = store::path(context)?;
    if args.finish {
        return finish::run(context, &profile, &path, args.force);
    }
    let before = Store::read(&path)?;
    let place = before.place(&profile);
    let entry = before.entry(&profile);
    let old = current(entry.as_ref(), &place, context)?;
    let new = new_key::ask(context, &format!("New API key for [{profile}]"))?;
    if new.secret() == old.secret() {
        return Err(Failure::usage(format!(
            "that is the key {} that is in use already; nothing was changed. Create a new one in \
             the dashboard under \"API Keys\"",
            old.mask()
        )));
    }
    let table_url = entry.and_then(|entry| entry.base_url);
    let instead = "The old key stays in use";
    test(
        context,
        &Candidate::Key(new.secret()),
        table_url.as_deref(),
        instead,
    )?;
    let mut locked = Store::lock(&path)?;
    // The question and the test took a while.
    let now = current(locked.store.entry(&profile).as_ref(), &place, context)?;
    if now.secret() != old.secret() {
        return Err(Failure::new(format!(
            "{place} was changed meanwhile: start again"
        )));
    }
    locked
        .store
        .set(&profile, "previous_api_key", old.secret())?;
    locked.store.set(&profile, "api_key", new.secret())?;
    locked
        .store
        .set_added(&profile, OffsetDateTime::now_utc())?;
    locked.save(context)?;
    if context.json() {
        let shown =
            |key: &CheckedKey| json!({"mask": key.mask(), "fingerprint": key.fingerprint()});
        return context.print_json(&json!({
            "profile": profile, "key": shown(&new), "previous": shown(&old),
        }));
    }
    let word = context.styled(Style::Good, "rotated");
    let (new, old) = (new.mask(), old.mask());
    context.print_line(&format!(
        "{word}: {new} is in place, {old} behind it, in {place}"
    ))?;
    context.tell(
        "Programs that have the key from this file use the new one within 10 s. Keep the old one \
         in the dashboard, and run `neura keys rotate --finish` when none uses it any more",
    );
    Ok(())
}

/// The key that is to be replaced.
fn current(
    entry: Option<&Entry>,
    place: &str,
    context: &Context<'_>,
) -> Result<CheckedKey, Failure> {
    let Some(entry) = entry else {
        return Err(config(format!(
            "there is no {place}.{} `neura keys add` stores a key there",
            elsewhere(context)
        )));
    };
    if let Some(previous) = &entry.previous {
        return Err(config(format!(
            "a rotation is under way: the key before, {}, is still in {place}. `neura keys rotate \
             --finish` ends it",
            previous.mask()
        )));
    }
    match &entry.key {
        KeyOfEntry::Key(key) => Ok(CheckedKey::parse(key.secret(), place)?),
        KeyOfEntry::Command => Err(config(format!(
            "a program prints the key of {place}. Put the new key where that program has it from: \
             clients ask it again when the service refuses the old one"
        ))),
        KeyOfEntry::Unusable(why) => Err(config(why.clone())),
    }
}

/// Where the key in use is instead.
fn elsewhere(context: &Context<'_>) -> String {
    let mut options = context.options();
    options.set_base_url("https://api.neura-ai.app/v1");
    let Ok(found) = neura::resolve(&options) else {
        return String::new();
    };
    let found = found.to_json();
    let place = found["path"].as_str().or_else(|| found["name"].as_str());
    let place = place.unwrap_or("another source");
    format!(" The key in use comes from {place}, where this command changes nothing.")
}
