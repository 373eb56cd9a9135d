//! JSON in both directions: Python's values to text and back, with the results
//! of Python's own `json` and at native speed.

mod number;
mod numbers;
mod read;
mod template;
mod words;
mod write;

pub use read::{Form, read, read_with};
pub use template::Template;
pub use write::write;

use neura::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::raise;
use crate::memory;

/// How many lists and objects may stand inside each other. Neither direction
/// recurses, so this is no matter of a thread's stack; it stays below the 1,000
/// levels at which Python's own `json` gives up.
const DEPTH: usize = 900;

/// The JSON text of a value, as UTF-8; see `write`.
//: (value: Any, default: Callable[[Any], Any] | None = None) -> bytes
#[pyfunction]
#[pyo3(signature = (value, default=None))]
pub fn dumps<'py>(
    value: &Bound<'py, PyAny>,
    default: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = value.py();
    memory::bytes(py, &write(py, value, default)?)
}

/// The value of JSON text; see `read`.
#[pyfunction]
pub fn loads<'py>(py: Python<'py>, text: &str, objects: bool) -> PyResult<Bound<'py, PyAny>> {
    let form = match objects {
        true => Form::Objects(None),
        false => Form::Dicts,
    };
    read(py, text, form)
}

fn refused(py: Python<'_>, kind: ErrorKind, message: String) -> PyErr {
    raise(py, &Error::new(kind, message))
}
