//! The one way into the core for a call that may wait: the interpreter is
//! released, Ctrl-C ends the wait, a panic becomes an error.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neura::bindings::Process;
use neura::{CancelToken, Error};
use pyo3::prelude::*;

use crate::api_key;
use crate::finalization;

/// Cancels a call when a signal handler of Python raises, and keeps what it
/// raised. A stream keeps one for its whole life.
#[derive(Clone)]
pub struct Interrupt {
    pub cancel: CancelToken,
    raised: Raised,
}

type Raised = Arc<Mutex<Option<PyErr>>>;

impl Interrupt {
    pub fn new() -> Self {
        let raised = Raised::default();
        let (asked, store) = (Arc::clone(&raised), Arc::clone(&raised));
        let runs_here = move || match runs_handlers() {
            Ok(runs) => runs,
            // Asking took Python's code, in which a handler ran already.
            Err(error) => {
                *lock(&asked) = Some(error);
                true
            }
        };
        let poll = move || lock(&store).is_some() || a_handler_raised(&store);
        let cancel = CancelToken::with_poll_where(runs_here, poll);
        Self { cancel, raised }
    }

    /// For what an event loop reads, on threads that run no signal handlers.
    pub fn of(cancel: CancelToken) -> Self {
        let raised = Raised::default();
        Self { cancel, raised }
    }

    /// A callback that the core called on the call's own thread raised this: KeyboardInterrupt,
    /// SystemExit and their like end the call, any other is reported and the call goes on.
    pub fn raised_by_callback(&self, raised: PyErr) {
        let passes = Python::try_attach(|py| api_key::passes_through(py, &raised));
        match passes {
            Some(true) => {
                *lock(&self.raised) = Some(raised);
                self.cancel.cancel();
            }
            _ => unraisable(raised),
        }
    }

    /// Runs `call` detached. What a signal handler raised goes before whatever
    /// the call gave, also before its success: a Ctrl-C must not be lost.
    pub fn wait<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce() -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let result = py.detach(|| neura::bindings::catch_panic(call));
        let settled = api_key::settle(py, result);
        match lock(&self.raised).take() {
            Some(error) => Err(error),
            None => settled,
        }
    }
}

/// Reports to `sys.unraisablehook` what no caller can catch.
pub fn unraisable(raised: PyErr) {
    Python::try_attach(|py| finalization::unraisable(py, raised, None));
}

fn lock(raised: &Raised) -> MutexGuard<'_, Option<PyErr>> {
    raised.lock().unwrap_or_else(PoisonError::into_inner)
}

fn a_handler_raised(store: &Raised) -> bool {
    match Python::try_attach(|py| py.check_signals()) {
        Some(Ok(())) => false,
        Some(Err(error)) => {
            *lock(store) = Some(error);
            true
        }
        // The interpreter is going away.
        None => true,
    }
}

thread_local! {
    /// The process in which this thread was looked at, and whether it was the
    /// main thread there. A fork makes another thread the main one.
    static MAIN: Cell<Option<(Process, bool)>> = const { Cell::new(None) };
}

/// Whether Python runs its signal handlers on this thread: on the main one
/// alone. The others do not ask for the interpreter at every poll: 200 of them
/// would take it from a thread that computes 300 times a second.
fn runs_handlers() -> PyResult<bool> {
    let process = Process::current();
    if let Some((known, main)) = MAIN.get()
        && known == process
    {
        return Ok(main);
    }
    let asked = Python::try_attach(|py| python!(py, "neura_ai._threads", "is_main", ())?.extract());
    let Some(main) = asked.transpose()? else {
        return Ok(true);
    };
    MAIN.set(Some((process, main)));
    Ok(main)
}
