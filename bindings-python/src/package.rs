//! What the native half uses of the package's Python half, each imported once.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString};
use serde_json::Value;

use crate::json;

static ERROR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static HEADERS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

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
