//! What the native half uses of Python's, each looked for once.

use std::ffi::CString;

use neura::Method;
use neura::bindings::{ReplyHead, Shape};
use pyo3::exceptions::PyAttributeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};
use serde_json::Value;

use crate::arguments::text;
use crate::call::Call;
use crate::client::Client;
use crate::finalization;
use crate::json::{self, Form};
use crate::lazy_info::LazyInfo;
use crate::memory;

/// Where something of Python's is kept.
pub type Place = PyOnceLock<Py<PyAny>>;

/// What a module has by this name, looked for once. Several threads may look at a time: one
/// that held a lock meanwhile might be missing in a child of a fork, which would wait for ever.
pub fn named<'py>(
    py: Python<'py>,
    place: &'static Place,
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

/// `named`, with a place of its own; with arguments, what a call of it returns.
macro_rules! python {
    ($py:expr, $module:literal, $name:literal) => {{
        static PLACE: $crate::package::Place = $crate::package::Place::new();
        $crate::package::named($py, &PLACE, $module, $name)
    }};
    ($py:expr, $module:literal, $name:literal, $arguments:expr) => {
        python!($py, $module, $name)
            .and_then(|found| $crate::finalization::call(found, $arguments, None))
    };
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
    Ok(python!(py, "neura_ai._headers", "Headers", (pairs,))?.unbind())
}

/// Whether a value stands for an argument that is left out: `neura_ai.NOT_GIVEN`, `omit`, or those
/// of the OpenAI SDK, which is not imported to be asked.
pub fn is_left_out(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_exact_instance_of::<PyString>() || value.is_exact_instance_of::<PyList>() {
        return Ok(false);
    }
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
    python!(
        py,
        "neura_ai._response",
        "RequestInfo",
        (method.as_str(), url)
    )
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

/// What an event loop awaits, or iterates over, for a call; `sources` are read for its body.
pub fn awaitable<'py>(
    client: &Bound<'py, Client>,
    call: Call,
    sources: Vec<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = client.py();
    match call.is_events() {
        true => python!(
            py,
            "neura_ai._async_stream",
            "opening",
            (client, call, sources)
        ),
        false => python!(py, "neura_ai._port", "run", (client, call, sources)),
    }
}

/// Raises what says what to do instead of an argument of `requests`, unless it asks for nothing.
pub fn refuse(name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = value.py();
    match python!(py, "neura_ai._refused", "asks_nothing", (name, value))?.is_truthy()? {
        true => Ok(()),
        false => python!(py, "neura_ai._refused", "refuse", (name,)).map(drop),
    }
}

/// What a named call returns of its reply: an object that knows the reply's head.
pub fn answer<'py>(
    py: Python<'py>,
    text: &str,
    reply: ReplyHead,
    shape: Shape,
) -> PyResult<Bound<'py, PyAny>> {
    let value = json::read(py, text, Form::Objects(Some(shape)))?;
    let info = Bound::new(py, LazyInfo::new(reply))?;
    finalization::set_generic_attribute(&value, intern!(py, "_response"), Some(&info))?;
    Ok(value)
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
    python!(py, "neura_ai._source", "source_of", (data, what, is_async))
}

/// Whether attempts are logged, and if so whether replies are too.
pub fn listens(py: Python<'_>) -> PyResult<Option<bool>> {
    let modules = python!(py, "sys", "modules")?;
    // No handler can be set up before it is imported.
    if !modules.contains(intern!(py, "logging"))? || !is_heard(py)? {
        return Ok(None);
    }
    python!(py, "neura_ai._logging", "listens", ())?.extract()
}

/// Whether a record comes to any handler but the package's own, or may do so: this is asked before
/// each call.
fn is_heard(py: Python<'_>) -> PyResult<bool> {
    static KNOWN: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
    let Some((logger, silent)) = KNOWN.get(py) else {
        let known = python!(py, "neura_ai._logging", "known", ())?;
        if !known.is_none() {
            let _ = KNOWN.set(py, known.extract()?); // Another was there first: it is the same.
        }
        return Ok(true);
    };
    let silent = silent.bind(py);
    let mut logger = logger.bind(py).clone();
    loop {
        let of = |name| finalization::named_attribute(&logger, name);
        let Some(handlers) = of(intern!(py, "handlers"))? else {
            return Ok(true);
        };
        match handlers.cast_exact::<PyList>() {
            Ok(handlers) if handlers.iter().all(|handler| handler.is(silent)) => {}
            _ => return Ok(true),
        }
        let propagates = of(intern!(py, "propagate"))?;
        if !propagates.map_or(Ok(true), |it| it.is_truthy())? {
            return Ok(false);
        }
        logger = match of(intern!(py, "parent"))? {
            Some(parent) if !parent.is_none() => parent,
            _ => return Ok(false),
        };
    }
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

/// A value of the core as Python's, each JSON object as a `neura_ai.Object`.
pub fn object<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    json::read(py, &value.to_string(), Form::Objects(None))
}
