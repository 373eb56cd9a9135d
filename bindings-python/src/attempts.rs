//! Tells Python's `logging`, and the client's `on_attempt`, of each attempt of a call.

use neura::AttemptInfo;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::finalization;
use crate::package;

/// Who hears of the attempts of one call. `neura_ai._logging` says what they hear.
pub struct Listener {
    /// The program's log, and whether replies of 200 to 299 are heard there too.
    log: Option<bool>,
    /// The option of the client.
    on_attempt: Option<Py<PyAny>>,
    /// If the call runs on another thread than its caller's: its event loop, and the context to
    /// call in.
    caller: Option<(Py<PyAny>, Py<PyAny>)>,
}

impl Listener {
    /// For a call that this thread begins now; None if nobody listens.
    /// `is_async`: an event loop waits for the call, which runs on a thread of the core.
    pub fn find(
        py: Python<'_>,
        is_async: bool,
        on_attempt: Option<Py<PyAny>>,
    ) -> PyResult<Option<Self>> {
        let log = package::listens(py)?;
        if log.is_none() && on_attempt.is_none() {
            return Ok(None);
        }
        let caller = match is_async {
            true => Some((
                python!(py, "asyncio", "get_running_loop", ())?.unbind(),
                python!(py, "contextvars", "copy_context", ())?.unbind(),
            )),
            false => None,
        };
        Ok(Some(Self {
            log,
            on_attempt,
            caller,
        }))
    }

    /// Tells of an attempt, or gives what a function of the program's raised.
    pub fn tell(&self, attempt: &AttemptInfo<'_>) -> PyResult<()> {
        let logs = self.log.is_some_and(|replies| replies || !attempt.ok);
        if !logs && self.on_attempt.is_none() {
            return Ok(());
        }
        let told = Python::try_attach(|py| {
            let facts = PyDict::new(py);
            facts.set_item("method", attempt.method.as_str())?;
            facts.set_item("path", attempt.path)?;
            facts.set_item("status", attempt.status)?;
            facts.set_item("kind", attempt.error.map(|kind| kind.name()))?;
            facts.set_item("attempt", attempt.number)?;
            facts.set_item("wait", attempt.waited.as_secs_f64())?;
            facts.set_item("request_id", attempt.request_id)?;
            facts.set_item("key_fingerprint", attempt.key_fingerprint)?;
            facts.set_item("elapsed", attempt.took.as_secs_f64())?;
            let called = self.call(py, &facts);
            if logs {
                let context = self.caller.as_ref().map(|(_, context)| context);
                package::tell(py, context, attempt.ok, facts)?;
            }
            called
        });
        told.unwrap_or(Ok(())) // The interpreter is going away, and its loggers with it.
    }

    fn call(&self, py: Python<'_>, facts: &Bound<'_, PyDict>) -> PyResult<()> {
        let Some(on_attempt) = &self.on_attempt else {
            return Ok(());
        };
        let class = python!(py, "neura_ai._logging", "Attempt")?;
        let attempt = finalization::call(class, (), Some(facts))?;
        match &self.caller {
            Some((event_loop, context)) => {
                let arguments = (event_loop, context, on_attempt, attempt);
                python!(py, "neura_ai._port", "call_soon", arguments)?
            }
            None => finalization::call(on_attempt.bind(py), (attempt,), None)?,
        };
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A thread without the interpreter would leave it to a list behind a lock, which a
        // child of a fork may inherit held.
        let mut left = Some((self.caller.take(), self.on_attempt.take()));
        Python::try_attach(|_| drop(left.take()));
        std::mem::forget(left); // The interpreter is going away.
    }
}
