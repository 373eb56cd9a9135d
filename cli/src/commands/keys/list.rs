//! `neura keys list`: what is stored, without the keys.

use neura::bindings::credentials_table;
use serde_json::{Value, json};

use crate::context::{Context, Done};
use crate::keys::entry::{Entry, KeyOfEntry, OLD, rfc3339};
use crate::keys::store::{self, Store};
use crate::style::Style;
use crate::visible::visible;

/// List the stored keys: mask, fingerprint, age
#[derive(clap::Args)]
pub struct Args {}

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let selected = credentials_table(&context.options())?;
    let path = store::path(context)?;
    let store = Store::read(&path)?;
    let entries: Vec<(String, Entry)> = store
        .profiles()
        .into_iter()
        .filter_map(|profile| {
            let entry = store.entry(&profile)?;
            Some((profile, entry))
        })
        .collect();
    if context.json() {
        let keys = entries
            .iter()
            .map(|(profile, entry)| to_json(profile, entry, &selected));
        let keys: Vec<Value> = keys.collect();
        return context.print_json(&json!({"path": path.display().to_string(), "keys": keys}));
    }
    if entries.is_empty() {
        context.tell(&format!(
            "{} has no keys: `neura keys add` stores one",
            path.display()
        ));
        return Ok(());
    }
    // The file may give a table any name, also one that would control the terminal.
    let names: Vec<_> = entries
        .iter()
        .map(|(name, _)| visible(name, true))
        .collect();
    let width = names.iter().map(|name| name.chars().count()).max();
    for ((profile, entry), name) in entries.iter().zip(&names) {
        let mark = if *profile == selected { "*" } else { " " };
        let name = format!("{name:width$}", width = width.unwrap_or_default());
        let name = context.styled(Style::Strong, &name);
        let line = format!("{mark} {name}  {}", in_words(context, entry));
        context.print_line(&line)?;
    }
    let (mut stored, mut printed) = (false, false);
    for (_, entry) in entries.iter().filter(|(_, entry)| entry.is_old()) {
        match entry.key {
            KeyOfEntry::Command => printed = true,
            _ => stored = true,
        }
    }
    if stored {
        context.tell(&format!(
            "Replace a key every {OLD} days: `neura keys rotate` does it without downtime"
        ));
    }
    if printed {
        context.tell(&format!(
            "Replace a key that a program prints every {OLD} days, where that program has it from"
        ));
    }
    Ok(())
}

fn in_words(context: &Context<'_>, entry: &Entry) -> String {
    let mut parts = Vec::new();
    match &entry.key {
        KeyOfEntry::Key(key) => parts.push(format!("{}  {}", key.mask(), key.fingerprint())),
        KeyOfEntry::Command => parts.push("printed by a program".to_owned()),
        KeyOfEntry::Unusable(why) => parts.push(context.styled(Style::Bad, why)),
    }
    parts.push(match entry.age_days() {
        None => context.styled(Style::Faint, "age not known"),
        Some(days) => {
            let words = match days {
                1 => "1 day".to_owned(),
                days => format!("{days} days"),
            };
            match entry.is_old() {
                false => words,
                true => context.styled(Style::Warning, &format!("{words}, older than {OLD}")),
            }
        }
    });
    if let Some(previous) = &entry.previous {
        parts.push(format!(
            "{} behind it until `neura keys rotate --finish`",
            previous.mask()
        ));
    }
    if let Some(url) = entry.shown_url() {
        parts.push(context.styled(Style::Faint, &url));
    }
    parts.join("  ")
}

fn to_json(profile: &str, entry: &Entry, selected: &str) -> Value {
    let (key, problem) = match &entry.key {
        KeyOfEntry::Key(key) => (Some(key), None),
        KeyOfEntry::Command => (None, None),
        KeyOfEntry::Unusable(why) => (None, Some(why)),
    };
    json!({
        "profile": profile,
        "selected": profile == selected,
        "mask": key.map(|key| key.mask()),
        "fingerprint": key.map(|key| key.fingerprint()),
        "command": matches!(entry.key, KeyOfEntry::Command),
        "problem": problem,
        "added": entry.added.map(rfc3339),
        "age_days": entry.age_days(),
        "old": entry.is_old(),
        "previous": entry.previous.as_ref().map(|key| json!({
            "mask": key.mask(), "fingerprint": key.fingerprint(),
        })),
        "base_url": entry.shown_url(),
    })
}
