//! What the native half uses of the package's Python half, each imported once.

use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyLookupError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};
use serde_json::Value;

use crate::json;

static ERROR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static HEADERS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
static LISTENS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static CONTEXT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static TELL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Makes the exception of a kind: `error(kind, message, **details)`.
pub fn error<'py>(
    py: Python<'py>,
    kind: &str,
    message: &str,
    details: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    ERROR
        .import(py, "neura_ai._errors", "error")?
        .call((kind, message), Some(details))
}

/// The case-insensitive mapping of a reply's headers.
pub fn headers(py: Python<'_>, pairs: &[(String, String)]) -> PyResult<Py<PyAny>> {
    Ok(HEADERS
        .import(py, "neura_ai._headers", "Headers")?
        .call1((pairs,))?
        .unbind())
}

/// JSON text that the core has checked, as Python's values.
pub fn loads<'py>(
    py: Python<'py>,
    text: &str,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    json::read_with(py, text, options)
}

/// Bytes as text, by a charset of Python's; by UTF-8 where it does not know that one.
pub fn decode<'py>(
    py: Python<'py>,
    bytes: &Bound<'py, PyBytes>,
    charset: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let decoded = bytes.call_method1("decode", (charset, "replace"));
    decoded.or_else(|error| match error.is_instance_of::<PyLookupError>(py) {
        true => bytes.call_method1("decode", ("utf-8", "replace")),
        false => Err(error),
    })
}

/// Reads a reply by the function `name` of `neura_ai._body`.
pub fn read<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import("neura_ai._body")?.getattr(name)?.call1(arguments)
}

/// Whether somebody listens to what is told of attempts, and if so whether to replies too.
pub fn listens(py: Python<'_>) -> PyResult<Option<bool>> {
    let modules = MODULES.get_or_try_init(py, || {
        let modules = py.import("sys")?.getattr("modules")?;
        PyResult::Ok(modules.cast_into::<PyDict>()?.unbind())
    })?;
    // Where nobody imported it, nobody can have said where records go.
    if !modules.bind(py).contains(intern!(py, "logging"))? {
        return Ok(None);
    }
    let listens = LISTENS.import(py, "neura_ai._logging", "listens")?;
    listens.call0()?.extract()
}

/// Tells the logger of an attempt, in a context of Python's or else in that of the thread.
pub fn tell<'py>(
    py: Python<'py>,
    context: Option<&Py<PyAny>>,
    facts: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
) -> PyResult<()> {
    let (tell, facts) = (
        TELL.import(py, "neura_ai._logging", "tell")?,
        facts.into_pyobject(py)?,
    );
    match context {
        Some(context) => context.bind(py).call_method1("run", (tell, facts))?,
        None => tell.call1((facts,))?,
    };
    Ok(())
}

/// A copy of the context of Python's that this thread is in.
pub fn context(py: Python<'_>) -> PyResult<Py<PyAny>> {
    Ok(CONTEXT
        .import(py, "contextvars", "copy_context")?
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
            OBJECT
                .import(py, "neura_ai._object", "Object")?
                .call1((dict,))?
        }
    })
}
