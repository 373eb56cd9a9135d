//! `neura header`: the header for another tool.

use serde_json::json;

use crate::context::{Context, Done};
use crate::failure::Failure;

/// Print `Authorization: Bearer ...` for another tool: `neura header | curl -H @- URL`
///
/// The header holds the key. So it is not printed to a terminal, where it would stay on the screen
/// and in what the terminal keeps of it.
#[derive(clap::Args)]
pub struct Args {
    /// Print it to a terminal too
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    if context.streams.stdout.is_terminal() && !args.force {
        return Err(Failure::usage(
            "the header holds the key, which would stay on the screen. Give it to a program, for \
             example `neura header | curl -H @- https://api.neura-ai.app/v1/models`, or use --force",
        ));
    }
    let header = context.client()?.auth_header()?;
    match context.json() {
        true => context.print_json(&json!({"Authorization": header})),
        false => context.print_line(&format!("Authorization: {header}")),
    }
}
