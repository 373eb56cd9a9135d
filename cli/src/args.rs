//! The command line. Doc comments here are the text of `--help`.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};
use neura::bindings::Limit;

use crate::commands;
use crate::exit;

/// The NeuraAI API on the command line.
///
/// A key is never an option: it would stand in the list of processes and in the shell's history. It
/// is looked for where the client looks: NEURA_API_KEY, NEURA_API_KEY_FILE, NEURA_API_KEY_COMMAND, a
/// `.env` file, the credentials file.
#[derive(Parser)]
#[command(
    name = "neura",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_long_help = exit::table_text(),
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

/// The options of every command.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// Print JSON: the result to stdout, an error to stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// No colours; NO_COLOR in the environment does the same
    #[arg(long, global = true)]
    pub no_color: bool,
    #[command(flatten)]
    pub client: ClientOptions,
}

/// The options of the client.
#[derive(Args)]
#[command(next_help_heading = "Options of the client")]
pub struct ClientOptions {
    /// Which of several keys to use [default: NEURA_PROFILE, else none]
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Where requests go [default: NEURA_BASE_URL, else the URL beside the key, else the service's]
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// The one `.env` file to read [default: the nearest, from the working directory upwards]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        conflicts_with = "no_env_file"
    )]
    pub env_file: Option<PathBuf>,
    /// Read no `.env` file
    #[arg(long, global = true)]
    pub no_env_file: bool,
    /// The deadline of a whole call, of a stream up to its first byte; `none` for no limit [default: 600]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Limit>,
    /// The limit for opening a connection; `none` for no limit [default: 5]
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS", value_parser = seconds)]
    pub connect_timeout: Option<Limit>,
    /// The limit between two pieces of a reply; `none` for no limit [default: 300]
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS", value_parser = seconds)]
    pub idle_timeout: Option<Limit>,
    /// How many times a failed request is sent again [default: 2]
    #[arg(long, global = true, hide_short_help = true, value_name = "COUNT")]
    pub max_retries: Option<u32>,
    /// The proxy, for example http://proxy.example:3128; empty for none [default: HTTPS_PROXY and the
    /// like]
    #[arg(long, global = true, hide_short_help = true, value_name = "URL", value_parser = proxy)]
    pub proxy: Option<String>,
    /// A PEM file with the authorities to trust, or a folder of such files [default: SSL_CERT_FILE,
    /// else the system's]
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// A PEM file with the client's certificate, for a server that asks for one
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// A PEM file with the key of the client's certificate [default: the same file]
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    pub client_key: Option<PathBuf>,
    /// Send the key over plain http to a host that is not this machine
    #[arg(long, global = true, hide_short_help = true)]
    pub allow_http: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(commands::check::Args),
    Diagnose(commands::diagnose::Args),
    Which(commands::which::Args),
    Chat(commands::chat::Args),
    Models(commands::models::Args),
    Embed(commands::embed::Args),
    Run(commands::run::Args),
    Header(commands::header::Args),
    Keys(commands::keys::Args),
    Usage(commands::usage::Args),
    Guard(commands::guard::Args),
    Sandbox(commands::sandbox::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

/// The command line as clap sees it, for completions and man pages.
pub(crate) fn definition() -> clap::Command {
    CommandLine::command()
}

/// A proxy without a password: it would stand in the list of processes.
fn proxy(url: &str) -> Result<String, String> {
    let authority = url.rsplit("://").next().unwrap_or(url);
    match authority.contains('@') {
        true => Err(
            "a login would stand in the list of processes. Set HTTPS_PROXY in the environment"
                .to_owned(),
        ),
        false => Ok(url.to_owned()),
    }
}

/// A time in seconds, or `none`; the client judges the number.
fn seconds(text: &str) -> Result<Limit, String> {
    match text.trim() {
        "none" => Ok(Limit::Off),
        number => number
            .parse()
            .map(Limit::Seconds)
            .map_err(|_| "give seconds, for example 30 or 0.5, or `none` for no limit".to_owned()),
    }
}
