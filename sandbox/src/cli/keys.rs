//! `neura-sandbox keys`: makes, lists, expires and revokes keys in the server's file.

use serde::Serialize;

use super::Failure;
use super::args::{KeysArgs, KeysCommand};
use crate::announce;
use crate::keys::{Expiry, NewKey, Store, StoreError, Tier};

/// What `keys create` prints.
#[derive(Serialize)]
struct Created<'a> {
    id: &'a str,
    name: &'a str,
    api_key: &'a str,
    expires_at: Option<&'a str>,
    tier: Tier,
}

pub(super) fn run(args: &KeysArgs) -> Result<(), Failure> {
    let path = args.db.as_deref().ok_or_else(|| {
        Failure::options(
            "keys: name the server's file with --db FILE; a server without a file keeps its \
             keys in memory, where no other process can reach them",
        )
    })?;
    let opened = match args.command {
        KeysCommand::Create { .. } => Store::open_or_create(path),
        _ => Store::open_existing(path),
    };
    let store = opened.map_err(Failure::store)?;
    match &args.command {
        KeysCommand::Create {
            name,
            expires,
            expired,
            tier,
        } => {
            let expiry = match expires {
                _ if *expired => Expiry::AlreadyExpired,
                Some(lifetime) => Expiry::After(*lifetime),
                None => Expiry::Never,
            };
            create(&store, name, *tier, expiry)
        }
        KeysCommand::List => print(store.list()),
        KeysCommand::Expire { id } => print(store.expire(id)),
        KeysCommand::Revoke { id } => print(store.revoke(id)),
    }
}

fn create(store: &Store, name: &str, tier: Tier, expiry: Expiry) -> Result<(), Failure> {
    let created = store.create(&NewKey {
        name,
        tier,
        expiry,
        revoked: false,
    });
    let created = created.map_err(|error| match error {
        StoreError::BadName => Failure::options(format!("--name: {error}")),
        other => Failure::command(other),
    })?;
    print(Ok(Created {
        id: &created.record.id,
        name: &created.record.name,
        api_key: created.secret.reveal(),
        expires_at: created.record.expires_at.as_deref(),
        tier: created.record.tier,
    }))
}

fn print(result: Result<impl Serialize, StoreError>) -> Result<(), Failure> {
    let value = result.map_err(Failure::command)?;
    announce::line(&value).map_err(|error| Failure::command(format!("stdout: {error}")))
}
