//! What the clients of one process share in every language.

use std::convert::Infallible;

use super::{Dispatcher, Lazy};

/// The workers of all clients that have no limit of their own.
pub fn shared_dispatcher() -> Dispatcher {
    static SHARED: Lazy<Dispatcher> = Lazy::new();
    made_once(&SHARED)
}

/// The workers for calls that a callable makes in order to find a key. They are separate because
/// all of the usual workers may be waiting for that key.
pub fn dispatcher_for_keys() -> Dispatcher {
    static FOR_KEYS: Lazy<Dispatcher> = Lazy::new();
    made_once(&FOR_KEYS)
}

fn made_once(place: &Lazy<Dispatcher>) -> Dispatcher {
    let make = || Ok::<_, Infallible>(Dispatcher::new(Dispatcher::DEFAULT_LIMIT));
    let Ok(made) = place.get_or_try_make(make);
    Dispatcher::clone(&made)
}
