//! `neura which`: where the key comes from.

use serde_json::Value;

use crate::context::{Context, Done};

/// Show where the key and the base URL come from, without asking the service
#[derive(clap::Args)]
pub struct Args {}

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let key = neura::resolve(&context.options())?;
    let facts = key.to_json();
    if context.json() {
        return context.print_json(&facts);
    }
    for (name, value) in facts.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        context.print_line(&format!("{name:<16} {text}"))?;
    }
    Ok(())
}
