//! `neura check`: whether the key works.

use crate::context::{Context, Done};
use crate::exit;
use crate::failure::{Failure, advice_for};
use crate::style::Style;

/// Ask the service whether the key works
#[derive(clap::Args)]
pub struct Args {}

pub(crate) fn run(_args: &Args, context: &mut Context<'_>) -> Done {
    let check = context.client()?.check();
    if context.json() {
        context.print_json(&check.to_json())?;
    } else {
        let key = check.key();
        let mask = key.mask().unwrap_or("…");
        let to = format!("{} ({})", key.base_url(), key.source());
        match check.error() {
            None => {
                let word = context.styled(Style::Good, "ok");
                let time = check.latency().as_millis();
                let models = check.models().unwrap_or_default();
                context.print_line(&format!(
                    "{word}: the key {mask} works at {to}: {models} models, {time} ms"
                ))?;
            }
            Some(error) => {
                let word = context.styled(Style::Bad, error.kind().name());
                context.print_line(&format!(
                    "{word}: the key {mask} at {to}: {}",
                    error.message()
                ))?;
                if let Some(advice) = advice_for(error.kind(), &context.options()) {
                    context.tell(&advice);
                }
            }
        }
    }
    match check.error() {
        None => Ok(()),
        Some(error) => Err(Failure::Said(exit::code_of(error.kind()))),
    }
}
