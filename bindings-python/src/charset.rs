//! Which charset a body is in, and its text by that charset.

use neura::Response;
use neura::bindings::Buffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::raise;
use crate::memory;
use crate::package;

/// The charset that the Content-Type names.
pub fn named(headers: &[(String, String)]) -> Option<&str> {
    let (_, content_type) = headers.iter().find(|(name, _)| name == "content-type")?;
    let mut parameters = content_type.split(';').skip(1).map(str::trim);
    let (_, value) = parameters.find_map(|it| {
        it.split_once('=')
            .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
    })?;
    Some(value.trim_matches(['"', '\'', ' '])).filter(|value| !value.is_empty())
}

/// Bytes as text, by a charset of Python's; by UTF-8 if that one is not for text.
pub fn decode<'py>(
    py: Python<'py>,
    bytes: &Bound<'py, PyBytes>,
    charset: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let length = bytes.as_bytes().len();
    package::read(py, "decode", (bytes, charset))
        .map_err(|error| memory::explained(py, error, length, Buffer::Body))
}

/// The body of a reply as text, by UTF-8.
pub fn utf_8<'py>(py: Python<'py>, reply: &Response) -> PyResult<Bound<'py, PyAny>> {
    let text = reply.try_text().map_err(|error| raise(py, &error))?;
    Ok(memory::string(py, &text, Buffer::Body)?.into_any())
}
