//! A reply on its way to another process.

use std::time::Duration;

use neura::bindings::ResponseParts;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::errors::raise;
use crate::finalization;
use crate::memory;
use crate::response::Response;

/// What `pickle` keeps of a reply: a function's name and its arguments, with no secret.
pub type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>);

/// Takes a reply apart; `encoding` is what the caller set.
pub fn reduce<'py>(
    py: Python<'py>,
    reply: &neura::Response,
    encoding: Option<String>,
) -> PyResult<Reduced<'py>> {
    let parts = reply.try_parts().map_err(|error| raise(py, &error))?;
    let nanoseconds = u64::try_from(parts.elapsed.as_nanos()).unwrap_or(u64::MAX);
    let arguments = (
        (parts.method.as_str(), parts.url),
        parts.status,
        parts.headers,
        memory::bytes(py, &parts.body)?,
        nanoseconds,
        parts.attempts,
        (parts.key, parts.base_url, parts.note),
        encoding,
        parts.max_event_bytes,
    );
    let restore = finalization::import(py, c"neura_ai._native")?.getattr("restore_response")?;
    Ok((restore, arguments.into_pyobject(py)?))
}

/// The reply that `pickle` kept; an earlier version kept no limit of an event.
#[pyfunction]
#[pyo3(signature = (
    asked, status, headers, body, nanoseconds, attempts, about, encoding, max_event_bytes=None
))]
#[expect(clippy::too_many_arguments, reason = "one for each part of a reply")]
pub fn restore_response(
    py: Python<'_>,
    asked: (String, String),
    status: u16,
    headers: Vec<(String, String)>,
    body: &[u8],
    nanoseconds: u64,
    attempts: u32,
    about: (String, String, Option<String>),
    encoding: Option<String>,
    max_event_bytes: Option<usize>,
) -> PyResult<Response> {
    let (method, url) = asked;
    let method = method
        .parse::<neura::Method>()
        .map_err(|unknown| raise(py, &unknown.into()))?;
    let (key, base_url, note) = about;
    let parts = ResponseParts {
        method,
        url,
        status,
        headers,
        body: body.to_vec(),
        elapsed: Duration::from_nanos(nanoseconds),
        attempts,
        key,
        base_url,
        note,
        max_event_bytes,
    };
    let restored = Response::whole(neura::Response::from_parts(parts));
    restored.set_encoding(encoding);
    Ok(restored)
}
