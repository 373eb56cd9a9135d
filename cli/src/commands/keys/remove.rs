//! `neura keys remove`: a profile and its key.

use neura::bindings::credentials_table;
use serde_json::json;

use super::confirm;
use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::config;
use crate::keys::entry::KeyOfEntry;
use crate::keys::store::{self, Store};
use crate::style::Style;

/// Remove a stored key
#[derive(clap::Args)]
pub struct Args {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let profile = credentials_table(&context.options())?;
    let path = store::path(context)?;
    let before = Store::read(&path)?;
    let place = before.place(&profile);
    let missing = || {
        config(format!(
            "there is no {place}: `neura keys list` shows what there is"
        ))
    };
    let entry = before.entry(&profile).ok_or_else(missing)?;
    let mask = match &entry.key {
        KeyOfEntry::Key(key) => Some(key.mask()),
        _ => None,
    };
    let what = mask.as_deref().unwrap_or("the entry");
    let question = format!("Remove {what}, {place}?");
    if !args.yes && !confirm(context, &question, "--yes")? {
        return Err(Failure::new("nothing was changed"));
    }
    let mut locked = Store::lock(&path)?;
    if locked.store.entry(&profile).is_none() {
        return Err(missing());
    }
    locked.store.remove(&profile);
    locked.save(context)?;
    if context.json() {
        return context.print_json(&json!({"profile": profile, "mask": mask}));
    }
    let word = context.styled(Style::Good, "removed");
    context.print_line(&format!("{word}: {what}, {place}"))?;
    context.tell("The key itself still works: delete it in the dashboard under \"API Keys\"");
    Ok(())
}
