//! `neura which`: where the key comes from.

use neura::bindings::local_checks;
use serde_json::Value;

use crate::context::{Context, Done};
use crate::style::Style;
use crate::wrap::wrapped;

/// Show where the key and the base URL come from, and which keys they hide
///
/// Nothing is sent, and no program is run for the key.
#[derive(clap::Args)]
pub struct Args {}

/// Where the facts begin.
const INDENT: usize = 17;

/// The facts as people read them.
const ORDER: [&str; 10] = [
    "source",
    "name",
    "path",
    "profile",
    "mask",
    "fingerprint",
    "key_age_days",
    "base_url",
    "base_url_source",
    "shadowed",
];

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let options = context.options();
    let mut facts = neura::resolve(&options)?.to_json();
    let shadowed = local_checks(&options)
        .into_iter()
        .find(|check| check.code() == "key_shadowed");
    facts["shadowed"] = shadowed.map_or(Value::Null, |check| check.found().into());
    if context.json() {
        return context.print_json(&facts);
    }
    for name in ORDER {
        let text = match &facts[name] {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let text = wrapped(&text, INDENT, context.streams.stdout.width());
        let name = context.styled(Style::Strong, &format!("{name:<INDENT$}"));
        context.print_line(&format!("{name}{text}"))?;
    }
    Ok(())
}
