//! What is known of the reply behind an object, made when it is first asked for.

use neura::bindings::ReplyHead;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::finalization;
use crate::package;

/// It stands in the slot `_response` of an object: few programs look there, and making a
/// `ResponseInfo` costs as much as a call.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct LazyInfo {
    head: ReplyHead,
    made: PyOnceLock<Py<PyAny>>,
}

impl LazyInfo {
    pub fn new(head: ReplyHead) -> Self {
        Self {
            head,
            made: PyOnceLock::new(),
        }
    }

    /// The `neura_ai.ResponseInfo`, always the same one.
    pub fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(made) = self.made.get(py) {
            return Ok(made.bind(py).clone());
        }
        // No lock is held meanwhile: see `package::named`.
        let made = self.make(py)?;
        let _ = self.made.set(py, made.clone().unbind());
        Ok(self.made.get(py).map_or(made, |it| it.bind(py).clone()))
    }

    fn make<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let head = &self.head;
        let facts = (
            head.status(),
            package::headers(py, head.headers())?,
            head.request_id(),
            head.attempts(),
            package::object(py, &head.rate_limit().to_json())?,
        );
        let class = python!(py, "neura_ai._response", "ResponseInfo")?;
        finalization::call(class, facts, None)
    }
}
