//! What the native half uses of Python's, each looked for once.

use std::ffi::CString;

use neura::Method;
use pyo3::exceptions::PyAttributeError;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use serde_json::Value;

use crate::arguments::text;
use crate::call::Call;
use crate::client::Client;
use crate::errors::raise;
use crate::finalization;
use crate::json;
use crate::memory;
use crate::stream::Stream;

/// What a module has by this name, looked for once. Several threads may look at a time: one
/// that held a lock meanwhile might be missing in a child of a fork, which would wait for ever.
pub fn named<'py>(
    py: Python<'py>,
    place: &'static PyOnceLock<Py<PyAny>>,
    module: &str,
    name: &str,
) -> PyResult<&'py Bound<'py, PyAny>> {
    if place.get(py).is_none() {
        let found = finalization::import(py, &CString::new(module)?)?
            .getattr(name)?
            .unbind();
        let _ = place.set(py, found); // Another was there first: it is the same.
    }
    let known = place.get(py).map(|known| known.bind(py));
    known.ok_or_else(|| PyAttributeError::new_err(name.to_owned()))
}

/// `named`, with a place of its own.
#[macro_export]
macro_rules! python {
    ($py:expr, $module:literal, $name:literal) => {{
        static PLACE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        $crate::package::named($py, &PLACE, $module, $name)
    }};
}
/// Makes the exception of a kind: `error(kind, message, **details)`.
pub fn error<'py>(
    py: Python<'py>,
    kind: &str,
    message: &str,
    details: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let error = python!(py, "neura_ai._errors", "error")?;
    finalization::call(error, (kind, message), Some(details))
}

/// The case-insensitive mapping of a reply's headers.
pub fn headers(py: Python<'_>, pairs: &[(String, String)]) -> PyResult<Py<PyAny>> {
    let headers = python!(py, "neura_ai._headers", "Headers")?;
    Ok(finalization::call(headers, (pairs,), None)?.unbind())
}

/// Whether a value stands for an argument that is left out: `neura_ai.NOT_GIVEN`, `omit`, or those
/// of the OpenAI SDK, which is not imported to be asked.
pub fn is_left_out(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let class = value.get_type();
    let name = class.name()?;
    if name != "NotGiven" && name != "Omit" {
        return Ok(false);
    }
    let module: String = class.getattr("__module__")?.extract()?;
    Ok(matches!(
        module.split('.').next(),
        Some("neura_ai" | "openai")
    ))
}

/// Whether a value is a `Mapping`, as its class or the program says.
pub fn is_mapping(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_exact_instance_of::<PyDict>() {
        return Ok(true);
    }
    let mapping = python!(value.py(), "collections.abc", "Mapping")?;
    finalization::is_instance(value, mapping)
}

/// The same of `Iterable`.
pub fn is_iterable(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let iterable = python!(value.py(), "collections.abc", "Iterable")?;
    finalization::is_instance(value, iterable)
}

/// What was asked: the `request` of a reply and of an error.
pub fn request<'py>(py: Python<'py>, method: Method, url: &str) -> PyResult<Bound<'py, PyAny>> {
    let request = python!(py, "neura_ai._response", "RequestInfo")?;
    finalization::call(request, (method.as_str(), url), None)
}

/// A method of `of`.
pub fn bound<'py>(
    method: &Bound<'py, PyAny>,
    of: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    python!(of.py(), "types", "MethodType")?.call1((method, of))
}

/// The client of the module's own verbs.
pub fn default_client(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let made = finalization::import(py, c"neura_ai._default")?.getattr("_default")?;
    finalization::call(&made, (), None)
}

/// What raises an error when it is awaited.
pub fn failed(py: Python<'_>, error: PyErr) -> PyResult<Bound<'_, PyAny>> {
    let failed = python!(py, "neura_ai._port", "failed")?;
    finalization::call(failed, (error.into_value(py),), None)
}

/// What an event loop awaits, or iterates over, for a call; `source` is read for its body.
pub fn awaitable<'py>(
    client: &Bound<'py, Client>,
    call: Call,
    source: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = client.py();
    let of = match call.is_events() {
        true => python!(py, "neura_ai._async_stream", "opening")?,
        false => python!(py, "neura_ai._port", "run")?,
    };
    finalization::call(of, (client, call, source), None)
}

/// A list to be asked for by an event loop.
pub fn listing<'py>(client: &Bound<'py, Client>, call: Call) -> PyResult<Bound<'py, PyAny>> {
    let listing = python!(client.py(), "neura_ai._models", "AsyncListing")?;
    finalization::call(listing, (client, call), None)
}

/// Raises what says what to do instead of an argument of `requests`, unless it asks for nothing.
pub fn refuse(name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let asks = python!(value.py(), "neura_ai._refused", "asks_nothing")?;
    if finalization::call(asks, (name, value), None)?.is_truthy()? {
        return Ok(());
    }
    let refuse = python!(value.py(), "neura_ai._refused", "refuse")?;
    finalization::call(refuse, (name,), None).map(drop)
}

/// How a client was made, for pickling.
pub fn origin<'py>(
    arguments: &Bound<'py, PyDict>,
    client: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let origin = python!(client.py(), "neura_ai._pickling", "Origin")?;
    finalization::call(origin, (arguments, client.getattr("holds_secret")?), None)
}

/// What `diagnose` returns.
pub fn report<'py>(found: Bound<'py, PyAny>, text: String) -> PyResult<Bound<'py, PyAny>> {
    let report = python!(found.py(), "neura_ai._diagnose", "Report")?;
    finalization::call(report, (found, text), None)
}

/// What a named call returns of its reply: an object that knows its reply.
pub fn answer<'py>(
    py: Python<'py>,
    reply: &neura::Response,
    is_list: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let text = reply.json_text().map_err(|error| raise(py, &error))?;
    let mut value = json::read(py, text, true)?;
    if is_list {
        let list = python!(py, "neura_ai._object", "ObjectList")?;
        value = finalization::call(list, (value,), None)?;
    }
    let info = python!(py, "neura_ai._response", "ResponseInfo")?;
    let facts = (
        reply.status(),
        headers(py, reply.headers())?,
        reply.request_id(),
        reply.attempts(),
        object(py, &reply.rate_limit().to_json())?,
    );
    let info = finalization::call(info, facts, None)?;
    let name = intern!(py, "_response");
    // SAFETY: all three are alive. Past the class's own `__setattr__`, which makes keys of names.
    let failed =
        unsafe { ffi::PyObject_GenericSetAttr(value.as_ptr(), name.as_ptr(), info.as_ptr()) };
    match failed {
        0 => Ok(value),
        _ => Err(PyErr::fetch(py)),
    }
}

/// An open stream, as the class of the package that reads it.
pub fn stream<'py>(
    py: Python<'py>,
    stream: Stream,
    class: StreamOf,
) -> PyResult<Bound<'py, PyAny>> {
    let class = match class {
        StreamOf::Events => python!(py, "neura_ai._stream", "EventStream")?,
        StreamOf::Chat => python!(py, "neura_ai._stream", "ChatCompletionStream")?,
        StreamOf::AwaitedChat => {
            python!(py, "neura_ai._async_stream", "AsyncChatCompletionStream")?
        }
    };
    finalization::call(class, (stream,), None)
}

pub enum StreamOf {
    Events,
    Chat,
    AwaitedChat,
}

/// A body in memory, or what it is read from as it goes out.
pub fn source<'py>(
    data: &Bound<'py, PyAny>,
    what: &str,
    is_async: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = data.py();
    if data.is_instance_of::<PyBytes>() {
        return Ok(data.clone());
    }
    if data.is_instance_of::<PyString>() {
        return Ok(memory::bytes(py, text(data, what)?.as_bytes())?.into_any());
    }
    let source = python!(py, "neura_ai._source", "source_of")?;
    finalization::call(source, (data, what, is_async), None)
}

/// The links of a Link header.
pub fn links<'py>(py: Python<'py>, header: String) -> PyResult<Bound<'py, PyAny>> {
    let links = finalization::import(py, c"neura_ai._links")?.getattr("links")?;
    finalization::call(&links, (header,), None)
}

/// Reads a reply by the function `name` of `neura_ai._body`.
pub fn read<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
) -> PyResult<Bound<'py, PyAny>> {
    let function = finalization::import(py, c"neura_ai._body")?.getattr(name)?;
    finalization::call(&function, arguments, None)
}

/// Whether attempts are logged, and if so whether replies are too.
pub fn listens(py: Python<'_>) -> PyResult<Option<bool>> {
    let modules = python!(py, "sys", "modules")?;
    // No handler can be set up before it is imported.
    if !modules.contains(intern!(py, "logging"))? {
        return Ok(None);
    }
    let listens = python!(py, "neura_ai._logging", "listens")?;
    finalization::call(listens, (), None)?.extract()
}

/// Logs an attempt, in a context of Python's or else in that of the thread.
pub fn tell(
    py: Python<'_>,
    context: Option<&Py<PyAny>>,
    ok: bool,
    facts: Bound<'_, PyDict>,
) -> PyResult<()> {
    let tell = python!(py, "neura_ai._logging", "tell")?;
    match context {
        Some(context) => {
            let run = context.bind(py).getattr("run")?;
            finalization::call(&run, (tell, ok, facts), None)?
        }
        None => finalization::call(tell, (ok, facts), None)?,
    };
    Ok(())
}

/// Whether this is the thread on which Python runs signal handlers.
pub fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let is_main = python!(py, "neura_ai._threads", "is_main")?;
    finalization::call(is_main, (), None)?.extract()
}

/// A copy of the context of Python's that this thread is in.
pub fn context(py: Python<'_>) -> PyResult<Py<PyAny>> {
    let copied = python!(py, "contextvars", "copy_context")?.call0()?;
    Ok(copied.unbind())
}

/// A value of the core as Python's, each JSON object as a `neura_ai.Object`.
pub fn object<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    json::read(py, &value.to_string(), true)
}
