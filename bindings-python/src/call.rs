//! What a client is asked. Both clients run the same calls: one waits for the outcome, the other
//! gets it through its event loop.

use std::sync::{Mutex, MutexGuard, PoisonError};

use neura::bindings::{CallKind, ClientCall, RequestOptions};
use neura::{Error, ErrorKind};
use pyo3::prelude::*;

use crate::errors::raise;
use crate::hook::Hook;
use crate::source::Raised;
use crate::wait::{Interrupt, unraisable};

/// One call, to be run once. In the stubs it has the type of its outcome.
#[pyclass(frozen, generic, module = "neura_ai._native")]
pub struct Call {
    call: Mutex<Option<ClientCall>>,
    /// What the source of its body raises.
    pub raised: Raised,
    /// Is called with the progress of its body.
    progress: Option<Py<PyAny>>,
}

#[pymethods]
impl Call {
    /// The same call once more, if it can be made so.
    //: -> Call[_Given]
    fn again(&self, py: Python<'_>) -> PyResult<Self> {
        let again = self.held().as_ref().and_then(ClientCall::again);
        let call = again.ok_or_else(|| raise(py, &run_twice()))?;
        let progress = self.progress.as_ref().map(|it| it.clone_ref(py));
        Ok(Self::of(call, Raised::default()).with_progress(progress))
    }
}

impl Call {
    pub fn new(what: CallKind, options: RequestOptions, raised: Raised) -> Self {
        Self::of(ClientCall::new(what, options), raised)
    }

    fn of(call: ClientCall, raised: Raised) -> Self {
        Self {
            call: Mutex::new(Some(call)),
            raised,
            progress: None,
        }
    }

    pub fn with_progress(self, progress: Option<Py<PyAny>>) -> Self {
        Self { progress, ..self }
    }

    /// Has the progress of its body told. `waiting` is of a thread that waits for the call; for None
    /// an event loop does.
    pub fn tell_progress(
        &self,
        py: Python<'_>,
        call: &mut ClientCall,
        waiting: Option<&Interrupt>,
    ) -> PyResult<()> {
        let Some(progress) = &self.progress else {
            return Ok(());
        };
        let hook = Hook::new(py, progress.clone_ref(py), waiting.is_none())?;
        let waiting = waiting.cloned();
        call.report_body(move |done, total| {
            let told = Python::try_attach(|py| hook.call(py, (done, total)));
            match (told, &waiting) {
                (Some(Err(raised)), Some(waiting)) => waiting.raised_by_callback(raised),
                (Some(Err(raised)), None) => unraisable(raised),
                _ => {}
            }
        });
        Ok(())
    }

    /// Whether it gives a stream of events.
    pub fn is_events(&self) -> bool {
        let call = self.held();
        call.as_ref()
            .is_some_and(|call| matches!(call.what(), CallKind::Events(_)))
    }

    /// The call, for the one time that it runs.
    pub fn take(&self) -> Result<ClientCall, Error> {
        self.held().take().ok_or_else(run_twice)
    }

    fn held(&self) -> MutexGuard<'_, Option<ClientCall>> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run_twice() -> Error {
    Error::new(ErrorKind::Internal, "a call was run twice")
}
