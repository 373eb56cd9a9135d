//! `neura models`: what the key can use.

use neura::ModelList;

use crate::context::{Context, Done};
use crate::visible::visible;

/// List the models, one id in each line
#[derive(clap::Args)]
pub struct Args {}

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let client = context.client()?;
    let response = context.waiting("asking for the models", || client.models().send())?;
    if context.json() {
        let list: serde_json::Value = response.json()?;
        return context.print_json(&list);
    }
    let list: ModelList = response.json()?;
    for model in &list.data {
        let id = visible(&model.id, context.streams.stdout.is_terminal());
        context.print_line(&id)?;
    }
    Ok(())
}
