//! The options. Doc comments here are the text of `--help`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand};

use crate::dashboard::KeyRequest;
use crate::keys::{Environment, Lifetime, Tier};

/// A NeuraAI on your own machine, for tests and demos without an account.
///
/// The first line on stdout is JSON with base_url, api_key and pid.
#[derive(Parser)]
#[command(
    name = "neura-sandbox",
    version,
    args_conflicts_with_subcommands = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: ServeArgs,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Answer requests (the default without a command)
    Serve(ServeArgs),
    /// Make, list, expire and revoke keys, also while a server uses them
    Keys(KeysArgs),
}

#[derive(clap::Args)]
pub(super) struct ServeArgs {
    /// Port to listen on; 0 for any free port
    #[arg(long, default_value_t = 8080, allow_negative_numbers = true)]
    pub(super) port: u16,
    /// Loopback address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = loopback)]
    pub(super) host: IpAddr,
    /// SQLite file for the keys; without it they are lost when the server ends
    #[arg(long, value_name = "FILE")]
    pub(super) db: Option<PathBuf>,
    /// Also make an expired, a revoked and a limited key; the first line has them
    #[arg(long)]
    pub(super) seed_keys: bool,
    /// Wait this long between the events of a stream
    #[arg(
        long,
        value_name = "MS",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    pub(super) event_delay_ms: u64,
    /// Write a line for each request to stderr
    #[arg(long)]
    pub(super) log: bool,
    /// Serve only the API, without the pages at /
    #[arg(long)]
    pub(super) no_dashboard: bool,
    /// Stop when stdin ends, so that the server never outlives its parent process
    #[arg(long)]
    pub(super) stop_on_stdin_close: bool,
}

#[derive(clap::Args)]
pub(super) struct KeysArgs {
    /// Base URL of a running sandbox [default without --db: http://127.0.0.1:8080]
    #[arg(long, global = true, conflicts_with = "db")]
    pub(super) url: Option<String>,
    /// SQLite file with the keys, whether a sandbox uses it now or not
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) db: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: KeysCommand,
}

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Make a key and show it; it is shown only once
    Create(CreateArgs),
    /// Show every key, without the secret text
    List,
    /// Expire a key now
    Expire {
        /// The key's id, or its name if no other key has that name
        id: String,
    },
    /// Revoke a key now
    Revoke {
        /// The key's id, or its name if no other key has that name
        id: String,
    },
}

#[derive(clap::Args)]
pub(super) struct CreateArgs {
    /// The key's name
    #[arg(long)]
    pub(super) name: String,
    /// What the key is for
    #[arg(long)]
    pub(super) environment: Option<Environment>,
    /// Expire after this time: 90d, 12h, 30m, 45s [default: never]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) expires: Option<Lifetime>,
    /// Make a key that has already expired
    #[arg(long, conflicts_with = "expires", action = ArgAction::SetTrue)]
    pub(super) expired: bool,
    /// The limit of the key's requests
    #[arg(long, default_value = "unlimited")]
    pub(super) tier: Tier,
}

impl From<&CreateArgs> for KeyRequest {
    fn from(args: &CreateArgs) -> Self {
        Self {
            name: args.name.clone(),
            environment: args.environment,
            expires: args.expires.map(|lifetime| lifetime.to_string()),
            expired: args.expired,
            tier: Some(args.tier),
        }
    }
}

fn loopback(text: &str) -> Result<IpAddr, String> {
    let address = match text {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => text
            .trim_matches(['[', ']'])
            .parse()
            .map_err(|_| "not an IP address; use 127.0.0.1, ::1 or localhost".to_string())?,
    };
    if address.is_loopback() {
        Ok(address)
    } else {
        Err(
            "not a loopback address; the sandbox has no TLS and invents its answers, so it \
             serves only this machine: use 127.0.0.1, ::1 or localhost"
                .into(),
        )
    }
}
