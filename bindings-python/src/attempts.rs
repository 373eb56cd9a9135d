//! Tells Python's `logging`, and the client's `on_attempt`, of each attempt of a call.

use neura::AttemptInfo;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::finalization;
use crate::hook::{Hook, let_go};
use crate::package;

/// Who hears of the attempts of one call. `neura_ai._logging` says what they hear.
pub struct Listener {
    /// The program's log, and whether replies of 200 to 299 are heard there too.
    log: Option<bool>,
    /// The context to log in, if the call runs on another thread than its caller's.
    context: Option<Py<PyAny>>,
    on_attempt: Option<Hook>,
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
        let context =
            is_async.then(|| python!(py, "contextvars", "copy_context", ()).map(Bound::unbind));
        let on_attempt = on_attempt.map(|it| Hook::new(py, it, is_async));
        Ok(Some(Self {
            log,
            context: context.transpose()?,
            on_attempt: on_attempt.transpose()?,
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
            let called = match &self.on_attempt {
                Some(hook) => {
                    let class = python!(py, "neura_ai._logging", "Attempt")?;
                    hook.call(py, (finalization::call(class, (), Some(&facts))?,))
                }
                None => Ok(()),
            };
            if logs {
                package::tell(py, self.context.as_ref(), attempt.ok, facts)?;
            }
            called
        });
        told.unwrap_or(Ok(())) // The interpreter is going away, and its loggers with it.
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let_go(self.context.take());
    }
}
