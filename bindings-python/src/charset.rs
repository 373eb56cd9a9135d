//! The text of a body by its charset.

use neura::Response;
use neura::bindings::Buffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::raise;
use crate::memory;

/// Bytes as text, by a charset of Python's; by UTF-8 if that one is not for text.
pub fn decode<'py>(
    py: Python<'py>,
    bytes: &Bound<'py, PyBytes>,
    charset: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let length = bytes.as_bytes().len();
    python!(py, "neura_ai._body", "decode", (bytes, charset))
        .map_err(|error| memory::explained(py, error, length, Buffer::Body))
}

/// The body of a reply as text, by UTF-8.
pub fn utf_8<'py>(py: Python<'py>, reply: &Response) -> PyResult<Bound<'py, PyAny>> {
    let text = reply.try_text().map_err(|error| raise(py, &error))?;
    Ok(memory::string(py, &text, Buffer::Body)?.into_any())
}
