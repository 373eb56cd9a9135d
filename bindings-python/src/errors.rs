//! The core's errors to the exception classes of `neura_ai._errors`, which
//! holds the one table from kind to class.

use std::time::Duration;

use neura::Error;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::package;
use crate::response::Response;

/// The exception for an error of the core.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error, None).map_or_else(|failed| failed, PyErr::from_value)
}

/// The exception for text that was to be read as JSON.
pub fn raise_not_json(py: Python<'_>, error: &Error, text: &[u8]) -> PyErr {
    let end = neura::bindings::end_of_json(text);
    exception(py, error, Some(end)).map_or_else(|failed| failed, PyErr::from_value)
}

fn exception<'py>(
    py: Python<'py>,
    error: &Error,
    json_at: Option<(usize, usize, usize)>,
) -> PyResult<Bound<'py, PyAny>> {
    let details = PyDict::new(py);
    details.set_item("status_code", error.status())?;
    details.set_item("code", error.code())?;
    details.set_item("type", error.type_())?;
    details.set_item("param", error.param())?;
    details.set_item("request_id", error.request_id())?;
    details.set_item(
        "retry_after",
        error.retry_after().as_ref().map(Duration::as_secs_f64),
    )?;
    details.set_item("retryable", error.retryable())?;
    details.set_item("attempts", error.attempts())?;
    details.set_item(
        "rate_limit",
        package::object(py, &error.rate_limit().to_json())?,
    )?;
    details.set_item("body", error.body())?;
    details.set_item("unsent", error.unsent())?;
    details.set_item("json_at", json_at)?;
    let made = package::error(py, error.kind().name(), error.message(), &details)?;
    if let Some((method, url)) = error.request() {
        made.setattr("request", package::request(py, method, url)?)?;
    }
    if let Some(reply) = error.reply() {
        made.setattr("response", Response::whole(reply).into_py(py)?)?;
    }
    Ok(made)
}

/// The error without the one in whose handling it was made, as `raise ... from None`.
pub fn without_context(py: Python<'_>, error: PyErr) -> PyErr {
    error.set_cause(py, None);
    error
}
