//! `neura-sandbox keys`: makes, lists, expires and revokes keys, in a running sandbox
//! or in its file.

mod running;

use serde::Serialize;

use super::Failure;
use super::args::{CreateArgs, KeysArgs, KeysCommand};
use crate::announce;
use crate::dashboard::{Created, KeyRequest};
use crate::keys::{Store, StoreError};
use running::Running;

pub(super) fn run(args: &KeysArgs) -> Result<(), Failure> {
    let Some(path) = &args.db else {
        return in_running(&Running::find(args.url.as_deref())?, &args.command);
    };
    let opened = match args.command {
        KeysCommand::Create { .. } => Store::open_or_create(path),
        _ => Store::open_existing(path),
    };
    in_file(&opened.map_err(Failure::store)?, &args.command)
}

fn in_running(running: &Running, command: &KeysCommand) -> Result<(), Failure> {
    print(&match command {
        KeysCommand::Create(wanted) => running.create(wanted)?,
        KeysCommand::List => running.list(),
        KeysCommand::Expire { id } => running.change(id, "expire")?,
        KeysCommand::Revoke { id } => running.change(id, "revoke")?,
    })
}

fn in_file(store: &Store, command: &KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::Create(wanted) => create(store, wanted),
        KeysCommand::List => print(&store.list().map_err(Failure::command)?),
        KeysCommand::Expire { id } => print(&store.expire(id).map_err(Failure::command)?),
        KeysCommand::Revoke { id } => print(&store.revoke(id).map_err(Failure::command)?),
    }
}

fn create(store: &Store, wanted: &CreateArgs) -> Result<(), Failure> {
    let wanted = KeyRequest::from(wanted);
    let new = wanted.new_key();
    let created = store.create(&new.map_err(|error| Failure::options(error.message()))?);
    let created = created.map_err(|error| match error {
        StoreError::BadName => Failure::options(format!("--name: {error}")),
        other => Failure::command(other),
    })?;
    print(&Created::from(&created))
}

fn print(value: &impl Serialize) -> Result<(), Failure> {
    announce::line(value).map_err(|error| Failure::command(format!("stdout: {error}")))
}
