//! A consumer of calls, like the event loop of a binding.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use neura::bindings::{CallId, Calls, Dispatcher};
use neura::{CancelToken, Client, Error, ErrorKind, Response};

use crate::silent::LONG;

/// Far less than `LONG`; long enough to see that nothing happens.
pub const SOON: Duration = Duration::from_secs(5);

/// A consumer that is woken through a channel.
pub struct Consumer<T: Send + 'static> {
    pub calls: Arc<Calls<T>>,
    pub woken: Receiver<()>,
    pub wakes: Arc<AtomicUsize>,
}

impl<T: Send + 'static> Consumer<T> {
    pub fn new() -> Self {
        let (sender, woken) = channel();
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        let calls = Arc::new(Calls::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            sender.send(()).unwrap_or_default();
        }));
        Consumer {
            calls,
            woken,
            wakes,
        }
    }

    /// Waits for `count` outcomes, by call; fails if a call settles twice.
    pub fn wait(&self, count: usize) -> BTreeMap<CallId, Result<T, Error>> {
        let mut settled = BTreeMap::new();
        while settled.len() < count {
            self.woken
                .recv_timeout(LONG)
                .expect("the consumer was not woken");
            for (call, outcome) in self.calls.take() {
                assert!(settled.insert(call, outcome).is_none(), "{call} twice");
            }
        }
        settled
    }
}

impl Consumer<Response> {
    pub fn get(&self, dispatcher: &Dispatcher, client: &Client, path: &str) -> CallId {
        let (client, token) = (client.clone(), CancelToken::new());
        let (inside, path) = (token.clone(), path.to_owned());
        let job = move |_| client.get(path).cancel(&inside).send();
        self.calls.start(dispatcher, token, job)
    }
}

pub fn kind<T>(outcome: &Result<T, Error>) -> Option<ErrorKind> {
    outcome.as_ref().err().map(Error::kind)
}
