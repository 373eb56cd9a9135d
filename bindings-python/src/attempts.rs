//! Tells Python's `logging` of each attempt of a call, where somebody listens.

use neura::AttemptInfo;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::package;

/// The logger of the attempts of one call. `neura_ai._logging` says what a record holds.
pub struct Listener {
    /// Whether replies of 200 to 299 are heard too.
    replies: bool,
    /// The context to log it in, if the call runs on another thread than its caller's.
    context: Option<Py<PyAny>>,
}

impl Listener {
    /// For a call that this thread begins now; None if no handler listens.
    /// `is_async`: an event loop waits for the call, which runs on a thread of the core.
    pub fn find(py: Python<'_>, is_async: bool) -> PyResult<Option<Self>> {
        let Some(replies) = package::listens(py)? else {
            return Ok(None);
        };
        let context =
            is_async.then(|| python!(py, "contextvars", "copy_context", ()).map(Bound::unbind));
        let context = context.transpose()?;
        Ok(Some(Self { replies, context }))
    }

    /// Tells of an attempt, or gives what a handler of the program's raised.
    pub fn tell(&self, attempt: &AttemptInfo<'_>) -> PyResult<()> {
        if attempt.ok && !self.replies {
            return Ok(());
        }
        let logged = Python::try_attach(|py| {
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
            package::tell(py, self.context.as_ref(), attempt.ok, facts)
        });
        logged.unwrap_or(Ok(())) // The interpreter is going away, and its loggers with it.
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A thread without the interpreter would leave it to a list behind a lock, which a
        // child of a fork may inherit held.
        if let Some(context) = self.context.take() {
            let mut left = Some(context);
            Python::try_attach(|py| left.take().map(|context| context.drop_ref(py)));
            std::mem::forget(left); // The interpreter is going away.
        }
    }
}
