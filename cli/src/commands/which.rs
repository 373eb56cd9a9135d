//! `neura which`: where the key comes from.

use neura::bindings::local_checks;
use serde_json::Value;

use crate::context::{Context, Done};
use crate::style::Style;

/// Show where the key and the base URL come from, and which keys they hide
///
/// Nothing is sent, and no program is run for the key.
#[derive(clap::Args)]
pub struct Args {}

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
    for (name, value) in facts.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = context.styled(Style::Strong, &format!("{name:<16}"));
        context.print_line(&format!("{name}{text}"))?;
    }
    Ok(())
}
