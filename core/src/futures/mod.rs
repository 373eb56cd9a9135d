//! Calls as futures, for any asynchronous runtime or none.
//!
//! A future runs its call on a worker thread of this library, as the asynchronous bindings do, and
//! is woken when the call is over. No runtime is needed: no timer, no reactor, no `spawn_blocking`.
//! Nothing busy-waits.

mod builders;
mod call_future;
mod stream;
mod waker;

use std::sync::Arc;

use arc_swap::ArcSwapOption;

pub use call_future::CallFuture;
pub use stream::AsyncStream;

use crate::bindings::Dispatcher;
use crate::client::Client;

/// The workers of all clients that do not set `max_in_flight`.
static SHARED: ArcSwapOption<Dispatcher> = ArcSwapOption::const_empty();

/// The workers for the calls of `client`.
fn dispatcher_of(client: &Client) -> Dispatcher {
    client.attachment(|| Dispatcher::of(client, &shared()))
}

fn shared() -> Dispatcher {
    // Without a lock, because a fork may leave a lock held.
    if let Some(known) = &*SHARED.load() {
        return Dispatcher::clone(known);
    }
    let made = Dispatcher::new(Dispatcher::DEFAULT_LIMIT);
    let new = Some(Arc::new(made.clone()));
    let before = SHARED.compare_and_swap(&None::<Arc<Dispatcher>>, new);
    before.as_deref().cloned().unwrap_or(made)
}
