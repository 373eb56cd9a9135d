//! What the clients of one process share in every language.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::Dispatcher;

/// The workers of all clients that have no limit of their own.
pub fn shared_dispatcher() -> Dispatcher {
    static SHARED: ArcSwapOption<Dispatcher> = ArcSwapOption::const_empty();
    made_once(&SHARED)
}

/// The workers for calls that a callable makes in order to find a key. They are separate because
/// all of the usual workers may be waiting for that key.
pub fn dispatcher_for_keys() -> Dispatcher {
    static FOR_KEYS: ArcSwapOption<Dispatcher> = ArcSwapOption::const_empty();
    made_once(&FOR_KEYS)
}

/// Creates the value once, without a lock, because a fork may leave a lock held.
fn made_once(place: &ArcSwapOption<Dispatcher>) -> Dispatcher {
    if let Some(known) = &*place.load() {
        return Dispatcher::clone(known);
    }
    let made = Dispatcher::new(Dispatcher::DEFAULT_LIMIT);
    let new = Some(Arc::new(made.clone()));
    let before = place.compare_and_swap(&None::<Arc<Dispatcher>>, new);
    before.as_deref().cloned().unwrap_or(made)
}
