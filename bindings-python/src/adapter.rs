//! A request of another library's client, sent by ours.

use neura::Method as Verb;
use neura::bindings::{CallKind, Request, RequestOptions, declared_length};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::arguments::{Timeout, half_pair, text, timeout, whole};
use crate::call::Call;
use crate::errors::raise;
use crate::source::Sources;

/// The request as a call; the body of its reply is read as it comes.
///
/// `url` is in full: the core refuses another origin than the client's. `limits` are the seconds to
/// be connected, and those without a step of the server. `keep_authorization`: keys among the
/// headers go out, of whatever service.
//: (method: str, url: str, headers: list[tuple[_Text, _Text]], body: bytes | Source,
//: limits: tuple[Any, Any], max_retries: int, keep_authorization: bool) -> Call[Response]
#[pyfunction]
pub fn library_call(
    method: &Bound<'_, PyAny>,
    url: &str,
    headers: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
    body: &Bound<'_, PyAny>,
    limits: &Bound<'_, PyTuple>,
    max_retries: &Bound<'_, PyAny>,
    keep_authorization: bool,
) -> PyResult<Call> {
    let py = method.py();
    let verb = text(method, "the method")?.parse::<Verb>();
    let verb = verb.map_err(|unknown| raise(py, &unknown.into()))?;
    let pair = |(name, value): &(_, _)| Ok((header_text(name)?, header_text(value)?));
    let headers = headers.iter().map(pair).collect::<PyResult<Vec<_>>>()?;
    let length = match body.cast::<PyBytes>() {
        Ok(bytes) => Some(bytes.as_bytes().len() as u64),
        Err(_) => {
            let known: Option<u64> = body.getattr("length")?.extract()?;
            let known = known.or_else(|| declared_length(&headers));
            body.setattr("length", known)?;
            known
        }
    };
    let mut options = RequestOptions::new();
    options.add_library_headers(&headers, url, length);
    options.set_drop_foreign_credentials(!keep_authorization);
    if let Timeout::ConnectAndRead(connect, read, written) = timeout(limits.as_any())? {
        options.split_timeout(connect, read, written);
    }
    options.set_max_retries(whole(max_retries, "max_retries")?);
    let mut sources = Sources::default();
    let mut request = Request::new(verb, url);
    if !body.is_instance_of::<PyBytes>() || length != Some(0) {
        request = request.body(sources.body(body, "the body")?);
    }
    let what = CallKind::Open(Box::new(request));
    Ok(Call::new(what, options, sources.raised))
}

/// A name or a value of a header, as the other libraries have it.
fn header_text(given: &Bound<'_, PyAny>) -> PyResult<String> {
    match given.cast::<PyBytes>() {
        Ok(bytes) => String::from_utf8(bytes.as_bytes().to_vec())
            .map_err(|_| half_pair(given.py(), "a header")),
        Err(_) => text(given, "a header"),
    }
}
