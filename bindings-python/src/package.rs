//! What the native half uses of the package's Python half, each imported once.

use std::ffi::CString;

use neura::Method;
use pyo3::exceptions::PyAttributeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde_json::Value;

use crate::finalization;
use crate::json;

static ERROR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static HEADERS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static REQUEST: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static ITERABLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static MAPPING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static LEFT_OUT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static MODULES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static LISTENS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static IS_MAIN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static CONTEXT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static TELL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

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

/// Makes the exception of a kind: `error(kind, message, **details)`.
pub fn error<'py>(
    py: Python<'py>,
    kind: &str,
    message: &str,
    details: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let error = named(py, &ERROR, "neura_ai._errors", "error")?;
    finalization::call(error, (kind, message), Some(details))
}

/// The case-insensitive mapping of a reply's headers.
pub fn headers(py: Python<'_>, pairs: &[(String, String)]) -> PyResult<Py<PyAny>> {
    let headers = named(py, &HEADERS, "neura_ai._headers", "Headers")?;
    Ok(finalization::call(headers, (pairs,), None)?.unbind())
}

/// Whether a value stands for an argument that is left out, as `neura_ai.NOT_GIVEN` does.
pub fn is_left_out(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let left_out = named(value.py(), &LEFT_OUT, "neura_ai._omitted", "is_left_out")?;
    finalization::call(left_out, (value,), None)?.extract()
}

/// Whether a value is a `Mapping`, as its class or the program says.
pub fn is_mapping(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let mapping = named(value.py(), &MAPPING, "collections.abc", "Mapping")?;
    finalization::is_instance(value, mapping)
}

/// The same of `Iterable`.
pub fn is_iterable(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let iterable = named(value.py(), &ITERABLE, "collections.abc", "Iterable")?;
    finalization::is_instance(value, iterable)
}

/// What was asked, as a reply and an error tell it.
pub fn request<'py>(py: Python<'py>, method: Method, url: &str) -> PyResult<Bound<'py, PyAny>> {
    let request = named(py, &REQUEST, "neura_ai._response", "RequestInfo")?;
    finalization::call(request, (method.as_str(), url), None)
}

/// JSON text that the core has checked, as Python's values.
pub fn loads<'py>(
    py: Python<'py>,
    text: &str,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    json::read_with(py, text, options)
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
    let modules = named(py, &MODULES, "sys", "modules")?;
    // Where nobody imported it, nobody can have said where records go.
    if !modules.contains(intern!(py, "logging"))? {
        return Ok(None);
    }
    let listens = named(py, &LISTENS, "neura_ai._logging", "listens")?;
    finalization::call(listens, (), None)?.extract()
}

/// Tells the logger of an attempt, in a context of Python's or else in that of the thread.
pub fn tell<'py>(
    py: Python<'py>,
    context: Option<&Py<PyAny>>,
    facts: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
) -> PyResult<()> {
    let (tell, facts) = (
        named(py, &TELL, "neura_ai._logging", "tell")?,
        facts.into_pyobject(py).map_err(Into::into)?,
    );
    match context {
        Some(context) => {
            finalization::call(&context.bind(py).getattr("run")?, (tell, facts), None)?
        }
        None => finalization::call(tell, (facts,), None)?,
    };
    Ok(())
}

/// Whether this is the thread on which Python runs signal handlers.
pub fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let is_main = named(py, &IS_MAIN, "neura_ai._threads", "is_main")?;
    finalization::call(is_main, (), None)?.extract()
}

/// A copy of the context of Python's that this thread is in.
pub fn context(py: Python<'_>) -> PyResult<Py<PyAny>> {
    Ok(named(py, &CONTEXT, "contextvars", "copy_context")?
        .call0()?
        .unbind())
}

/// A value of the core as Python's, each JSON object as a `neura_ai.Object`.
pub fn object<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(given) => given.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into_pyobject(py)?.into_any(),
            None => number.as_f64().into_pyobject(py)?.into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(values) => {
            let list = PyList::empty(py);
            for value in values {
                list.append(object(py, value)?)?;
            }
            list.into_any()
        }
        Value::Object(members) => {
            let dict = PyDict::new(py);
            for (name, value) in members {
                dict.set_item(name, object(py, value)?)?;
            }
            let object = named(py, &OBJECT, "neura_ai._object", "Object")?;
            finalization::call(object, (dict,), None)?
        }
    })
}
