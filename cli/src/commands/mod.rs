//! The commands, one in each file: its `Args`, whose doc comment is its help, and `run`.

pub mod check;
pub mod completions;
pub mod man;
pub mod which;

use crate::args::Command;
use crate::context::{Context, Done};

pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Done {
    match command {
        Command::Check(args) => check::run(args, context),
        Command::Which(args) => which::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}
