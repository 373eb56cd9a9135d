//! `neura man`: the manual pages.

use crate::args;
use crate::context::{Context, Done};
use crate::failure::Failure;

/// Print a manual page: `neura man chat | man -l -`
#[derive(clap::Args)]
pub struct Args {
    /// The command, for example `keys add`; without one the page of `neura`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let mut found = args::definition();
    found.build();
    for name in &args.command {
        let next = found.find_subcommand(name).cloned();
        found = next.ok_or_else(|| {
            Failure::usage(format!(
                "there is no command `{}`. `neura --help` lists them",
                neura::bindings::quoted(&args.command.join(" "))
            ))
        })?;
    }
    let name = found.get_display_name().unwrap_or("neura").to_owned();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(found).title(name.clone());
    man.render(&mut page)
        .map_err(|error| Failure::new(format!("the page of {name} cannot be written: {error}")))?;
    let page = String::from_utf8_lossy(&page);
    if context.json() {
        return context.print_json(&serde_json::json!({"name": name, "page": page}));
    }
    context.print(&page)
}
