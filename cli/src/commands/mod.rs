//! The commands, one in each file: its `Args`, whose doc comment is its help, and `run`.

pub mod chat;
pub mod check;
pub mod completions;
pub mod diagnose;
pub mod embed;
pub mod guard;
pub mod header;
pub mod keys;
pub mod man;
pub mod models;
pub mod run;
pub mod sandbox;
pub mod usage;
pub mod which;

use crate::args::Command;
use crate::context::{Context, Done};

pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Done {
    match command {
        Command::Check(args) => check::run(args, context),
        Command::Diagnose(args) => diagnose::run(args, context),
        Command::Which(args) => which::run(args, context),
        Command::Chat(args) => chat::run(args, context),
        Command::Models(args) => models::run(args, context),
        Command::Embed(args) => embed::run(args, context),
        Command::Run(args) => run::run(args, context),
        Command::Header(args) => header::run(args, context),
        Command::Keys(args) => keys::run(args, context),
        Command::Usage(args) => usage::run(args, context),
        Command::Guard(args) => guard::run(args, context),
        Command::Sandbox(args) => sandbox::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}
