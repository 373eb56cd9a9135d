//! Calls as futures, for any asynchronous runtime or none.
//!
//! A future runs its call on a worker thread of this library, as the asynchronous bindings do, and
//! is woken when the call is over. No runtime is needed: no timer, no reactor, no `spawn_blocking`.
//! Nothing busy-waits.

mod builders;
mod call_future;
mod stream;
mod waker;

pub use call_future::CallFuture;
pub use stream::{AsyncStream, StreamSource};

use crate::bindings::{Dispatcher, shared_dispatcher};
use crate::client::Client;

/// The workers for the calls of `client`.
fn dispatcher_of(client: &Client) -> Dispatcher {
    client.attachment(|| Dispatcher::of(client, &shared_dispatcher()))
}
