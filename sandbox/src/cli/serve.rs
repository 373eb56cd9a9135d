//! `neura-sandbox serve`: from the options to a running server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::Serialize;

use super::Failure;
use super::args::ServeArgs;
use crate::announce;
use crate::dashboard;
use crate::keys::{CreatedKey, Expiry, NewKey, Store, StoreError, Tier};
use crate::service::{Bound, Sandbox};
use crate::stop::StopRequest;

/// The first line on stdout.
#[derive(Serialize)]
struct Announcement<'a> {
    base_url: String,
    api_key: Option<&'a str>,
    #[serde(flatten)]
    seeds: Option<Seeds<'a>>,
    pid: u32,
}

/// The fields that `--seed-keys` adds to it.
#[derive(Serialize)]
struct Seeds<'a> {
    expired_api_key: Option<&'a str>,
    revoked_api_key: Option<&'a str>,
    limited_api_key: Option<&'a str>,
}

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::command(format!("cannot start threads: {error}")))?;
    let served = runtime.block_on(serve(args));
    // Cut streams must not delay the end.
    runtime.shutdown_background();
    served
}

async fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let bound = Bound::new(SocketAddr::new(args.host, args.port))
        .await
        .map_err(Failure::options)?;
    let (store, created) = open_store(args).map_err(Failure::store)?;
    let event_delay = Duration::from_millis(args.event_delay_ms);
    let sandbox = Arc::new(Sandbox::new(store, event_delay, args.log));
    let pages = if args.no_dashboard {
        Router::new()
    } else {
        dashboard::router(&sandbox).map_err(Failure::command)?
    };
    let stop = StopRequest::install(args.stop_on_stdin_close)
        .map_err(|error| Failure::command(format!("cannot listen to signals: {error}")))?;
    let key = |index: usize| created.get(index).map(|key| key.secret.reveal());
    announce::line(&Announcement {
        base_url: bound.base_url(),
        api_key: key(0),
        seeds: args.seed_keys.then(|| Seeds {
            expired_api_key: key(1),
            revoked_api_key: key(2),
            limited_api_key: key(3),
        }),
        pid: std::process::id(),
    })
    .map_err(|error| Failure::command(format!("stdout: {error}")))?;
    drop(created);
    let served = bound.serve(sandbox, pages, stop).await;
    served.map_err(|error| Failure::command(format!("the server failed: {error}")))
}

/// The store, and the keys that were made if it was empty.
fn open_store(args: &ServeArgs) -> Result<(Store, Vec<CreatedKey>), StoreError> {
    let store = match &args.db {
        Some(path) => Store::open_or_create(path)?,
        None => Store::in_memory()?,
    };
    let key = |name, tier, expiry, revoked| NewKey {
        name,
        environment: None,
        tier,
        expiry,
        revoked,
    };
    let mut keys = vec![key("default", Tier::Unlimited, Expiry::Never, false)];
    if args.seed_keys {
        keys.extend([
            key("expired", Tier::Unlimited, Expiry::AlreadyExpired, false),
            key("revoked", Tier::Unlimited, Expiry::Never, true),
            key("limited", Tier::Free, Expiry::Never, false),
        ]);
    }
    let created = store.create_if_empty(&keys)?.unwrap_or_default();
    Ok((store, created))
}
