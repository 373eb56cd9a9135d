//! How what is still open is read on: by a thread that waits, or for an event loop.

use neura::bindings::{CallId, Deadline, Dispatcher, shared_dispatcher};
use neura::{CancelToken, Error};

use crate::outcome::Outcome;
use crate::port::Port;
use crate::wait::Interrupt;

/// How the rest of an outcome that is still open is read.
#[derive(Clone)]
pub struct Reading {
    /// What ends it, and what a signal's handler raised meanwhile.
    pub interrupt: Interrupt,
    /// Where it is read for an event loop; None where its reader waits.
    dispatcher: Option<Dispatcher>,
}

impl Reading {
    /// For a reader that waits.
    pub fn waiting(interrupt: Interrupt) -> Self {
        Self {
            interrupt,
            dispatcher: None,
        }
    }

    /// For an event loop.
    pub fn for_event_loop(cancel: CancelToken, dispatcher: Dispatcher) -> Self {
        Self {
            interrupt: Interrupt::of(cancel),
            dispatcher: Some(dispatcher),
        }
    }

    /// What ends it.
    pub fn cancel(&self) -> &CancelToken {
        &self.interrupt.cancel
    }

    /// Whether an event loop opened it, which must not wait for the rest.
    pub fn is_async(&self) -> bool {
        self.dispatcher.is_some()
    }

    /// Begins to read for an event loop; the outcome arrives under the number returned.
    pub fn begin(
        &self,
        port: &Port,
        job: impl FnOnce(&CancelToken) -> Result<Outcome, Error> + Send + 'static,
    ) -> CallId {
        let dispatcher = self.dispatcher.clone().unwrap_or_else(shared_dispatcher);
        let cancel = self.interrupt.cancel.clone();
        // The call's own deadline ended with the headers.
        let job =
            |cancel: &CancelToken, turn: Result<(), _>| (turn.and_then(|()| job(cancel)), None);
        port.start(&dispatcher, Deadline::default(), cancel, (None, None), job)
    }
}
