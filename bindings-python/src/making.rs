//! How a client is made of its arguments.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::arguments::other_than;
use crate::client::{Client, is_async};
use crate::finalization;
use crate::options::{ClientOptions, DEFAULT_HEADERS, DEFAULT_QUERY};
use crate::pairs;
use crate::request::taken;

/// Makes a client of Python's `of`, whose class may be a program's own.
pub fn init<'py>(
    of: &Bound<'py, PyAny>,
    given: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = of.py();
    let default = callable(given, "default")?;
    let on_attempt = callable(given, "on_attempt")?;
    let options = options(given)?;
    let has_text = options.callable(py).is_none() && options.has_key();
    let client = Client::new(py, &options, is_async(of), (default, on_attempt))?;
    let client = client.into_bound_py_any(py)?;
    // No frame of Python's holds the key: that there is one is all that pickling wants to know.
    given.set_item("api_key", has_text)?;
    let holds_secret = client.getattr("holds_secret")?;
    let origin = python!(py, "neura_ai._pickling", "Origin", (given, holds_secret))?;
    finalization::call(&of.getattr("_connect")?, (client, origin), None)
}

/// A function among the arguments.
fn callable(given: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<Py<PyAny>>> {
    match taken(given, &PyString::intern(given.py(), name))? {
        Some(other) if !other.is_callable() => {
            let message = format!("{name} must be callable, or None");
            Err(other_than(&other, &message))
        }
        callable => Ok(callable.map(Bound::unbind)),
    }
}

/// Another client like `of`, whose calls have these options.
pub fn with_options<'py>(
    of: &Bound<'py, PyAny>,
    given: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let options = options(given)?;
    let made = of.call_method0("__copy__")?;
    let client = made.getattr("_native")?;
    client.cast::<Client>()?.get().change(of.py(), &options)?;
    let holds_secret = client.getattr("holds_secret")?;
    let origin = of.getattr("_origin")?;
    let arguments = (given, holds_secret, &origin);
    made.setattr(
        "_origin",
        finalization::call(&origin.get_type(), arguments, None)?,
    )?;
    Ok(made)
}

/// The options, of which iterators become lists: they give their items once.
fn options(given: &Bound<'_, PyDict>) -> PyResult<ClientOptions> {
    for name in ["headers", DEFAULT_HEADERS, DEFAULT_QUERY] {
        if let Some(value) = given.get_item(name)? {
            given.set_item(name, pairs::pairs(&value, name)?)?;
        }
    }
    ClientOptions::new(given)
}

/// The class of the package that a program's own class stands on: errors name that one.
pub fn class_of(of: &Bound<'_, PyAny>) -> String {
    let class = of.get_type();
    let ours = class.mro().iter().find_map(|base| {
        let module: String = base.getattr("__module__").ok()?.extract().ok()?;
        let is_ours = module.split('.').next() == Some("neura_ai");
        is_ours.then(|| base.getattr("__name__").ok()?.extract().ok())?
    });
    ours.unwrap_or_else(|| class.to_string())
}
