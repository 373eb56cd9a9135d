//! `neura completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::args;
use crate::context::{Context, Done};

/// Print the completions for a shell
///
/// bash: `neura completions bash > ~/.local/share/bash-completion/completions/neura`.
/// zsh: `neura completions zsh > ~/.zfunc/_neura`, with ~/.zfunc in fpath before compinit.
/// fish: `neura completions fish > ~/.config/fish/completions/neura.fish`.
/// PowerShell: `neura completions powershell >> $PROFILE`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::definition(), "neura", &mut script);
    let script = String::from_utf8_lossy(&script);
    if context.json() {
        let shell = args.shell.to_string();
        return context.print_json(&serde_json::json!({"shell": shell, "script": script}));
    }
    context.print(&script)
}
