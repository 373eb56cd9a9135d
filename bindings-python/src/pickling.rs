//! A reply on its way to another process, and one that a test made.

use neura::bindings::ResponseParts;
use neura::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::arguments::whole;
use crate::errors::raise;
use crate::finalization;
use crate::memory;
use crate::pairs;
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
    let arguments = (parts.facts(), memory::bytes(py, &parts.body)?, encoding);
    let restore = finalization::import(py, c"neura_ai._native")?.getattr("restore_response")?;
    Ok((restore, arguments.into_pyobject(py)?))
}

/// The reply that `pickle` kept.
//: -> Response
#[pyfunction]
#[pyo3(signature = (facts, body, encoding))]
pub fn restore_response<'py>(
    py: Python<'py>,
    facts: &str,
    body: &[u8],
    encoding: Option<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let parts = ResponseParts::from_facts(facts, body.to_vec()).ok_or_else(|| {
        let message = "this is no pickled response of this version";
        raise(py, &Error::new(ErrorKind::InvalidArgument, message))
    })?;
    let restored = Response::whole(neura::Response::from_parts(parts));
    restored.set_encoding(encoding);
    restored.into_py(py)
}

/// The reply that a test made; `headers` are a mapping or pairs.
//: (status: Any, url: str, headers: Any, body: bytes, media_type: str | None) -> Response
#[pyfunction]
pub fn made_response<'py>(
    py: Python<'py>,
    status: &Bound<'py, PyAny>,
    url: String,
    headers: &Bound<'py, PyAny>,
    body: Vec<u8>,
    media_type: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let headers = pairs::headers(headers, "headers")?;
    let status = whole(status, "status_code")?.try_into().ok();
    let parts = ResponseParts::made(status, url, headers, body, media_type);
    let parts = parts.map_err(|error| raise(py, &error))?;
    Response::whole(neura::Response::from_parts(parts)).into_py(py)
}
