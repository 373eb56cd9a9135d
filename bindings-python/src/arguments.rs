//! Python values to the core's, where pyo3's own conversions do not do. A wrong
//! type is a `TypeError` that names the type, never the value, which may be a
//! secret. What a value may be, the core says.

use std::path::PathBuf;

use neura::bindings::Limit;
use neura::{Error, ErrorKind};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple};

use crate::errors::raise;
use crate::finalization;
use crate::package;

/// Text for the core, which wants UTF-8.
pub fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let Ok(value) = value.cast::<PyString>() else {
        return Err(other_than(value, &format!("{name} must be text (str)")));
    };
    value.extract().map_err(|_| half_pair(value.py(), name))
}

/// In place of Python's own UnicodeEncodeError, which carries the whole value along.
pub fn half_pair(py: Python<'_>, name: &str) -> PyErr {
    let message = format!("{name} contains half of a surrogate pair, which UTF-8 cannot encode");
    raise(py, &Error::new(ErrorKind::InvalidArgument, message))
}

/// A time limit in seconds: `...` where the caller gave none, None for no limit.
pub fn limit(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Limit> {
    if value.is(value.py().Ellipsis()) {
        return Ok(Limit::Default);
    }
    if value.is_none() {
        return Ok(Limit::Off);
    }
    if value.is_instance_of::<PyBool>() || !is_number(value) {
        let wanted = format!("{name} must be seconds as a number, or None");
        return Err(other_than(value, &wanted));
    }
    let float = finalization::call(&value.py().get_type::<PyFloat>(), (value,), None);
    // An integer beyond what a float can hold keeps its sign at least.
    let beyond = |_| {
        Ok(if negative(value)? {
            -1.0
        } else {
            f64::INFINITY
        })
    };
    let seconds = float.and_then(|float| float.extract());
    seconds.or_else(beyond).map(Limit::Seconds)
}

/// A whole number; one beyond what the core can hold becomes its largest or smallest.
pub fn whole(value: &Bound<'_, PyAny>, name: &str) -> PyResult<i64> {
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(other_than(value, &format!("{name} must be a whole number")));
    }
    let beyond = |_| Ok(if negative(value)? { i64::MIN } else { i64::MAX });
    value.extract().or_else(beyond)
}

/// `chunk_size=`: how many bytes a piece may have, None for any number.
#[pyfunction]
pub fn chunk_size(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = value.py();
    if value.is_none() {
        return Ok(None);
    }
    let wrong = || other_than(value, "chunk_size must be a whole number, or None");
    if value.is_instance_of::<PyBool>() {
        return Err(wrong());
    }
    // Also a number of another library, by its `__index__`.
    value
        .extract()
        .map(Some)
        .map_err(|error: PyErr| match error {
            error if error.is_instance_of::<PyOverflowError>(py) => {
                let message = "chunk_size must be 1 or more and below 2**63, or None";
                raise(py, &Error::new(ErrorKind::InvalidArgument, message))
            }
            error if error.is_instance_of::<PyTypeError>(py) => wrong(),
            error => error,
        })
}

/// Whether an integer is below 0, whatever a subclass makes of the comparison.
fn negative(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let int = value.py().get_type::<PyInt>();
    int.call_method1("__lt__", (value, 0))?.extract()
}

/// The limits that `timeout=` can mean.
pub enum Timeout {
    Total(Limit),
    /// The pair of `requests`: the second bounds the wait for the reply too. Then how both
    /// were written.
    ConnectAndRead(Limit, Limit, [&'static str; 2]),
}

/// A pair of limits, each named in errors as it was written.
fn connect_and_read(
    connect: &Bound<'_, PyAny>,
    read: &Bound<'_, PyAny>,
    written: [&'static str; 2],
) -> PyResult<Timeout> {
    let [of_connect, of_read] = written;
    let (connect, read) = (limit(connect, of_connect)?, limit(read, of_read)?);
    Ok(Timeout::ConnectAndRead(connect, read, written))
}

/// `timeout=`: one limit for the whole call, or the pair `(connect, read)`, which an object
/// of httpx holds by these names. What stands for nothing in the OpenAI SDK is left out.
pub fn timeout(value: &Bound<'_, PyAny>) -> PyResult<Timeout> {
    let Ok(pair) = value.cast::<PyTuple>() else {
        let plain = value.is(value.py().Ellipsis()) || value.is_none() || is_number(value);
        if !plain && let Some(limits) = limits_of(value)? {
            return Ok(limits);
        }
        return Ok(Timeout::Total(limit(value, "timeout")?));
    };
    let Ok((connect, read)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
        return Err(PyTypeError::new_err(
            "a timeout tuple must be (connect, read)",
        ));
    };
    connect_and_read(&connect, &read, ["timeout[0]", "timeout[1]"])
}

/// The limits of an object that is neither a number nor a pair, where it is of a known sort.
fn limits_of(value: &Bound<'_, PyAny>) -> PyResult<Option<Timeout>> {
    if package::is_left_out(value)? {
        return Ok(Some(Timeout::Total(Limit::Default)));
    }
    let (connect, read) = (value.getattr_opt("connect")?, value.getattr_opt("read")?);
    let (Some(connect), Some(read)) = (connect, read) else {
        return Ok(None);
    };
    // A file has a `read` too, and a socket `connect`.
    if connect.is_callable() || read.is_callable() {
        return Ok(None);
    }
    connect_and_read(&connect, &read, ["timeout.connect", "timeout.read"]).map(Some)
}

fn is_number(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>()
}

/// A file's path, or False for none.
pub fn path_or_off(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<PathBuf>> {
    if is_false(value) {
        return Ok(None);
    }
    let wanted = format!("{name} must be a path (str or os.PathLike), or False");
    a_file(value, name, &wanted).map(Some)
}

/// A file's path.
pub fn path(value: &Bound<'_, PyAny>, name: &str) -> PyResult<PathBuf> {
    let wanted = format!("{name} must be a path (str or os.PathLike)");
    a_file(value, name, &wanted)
}

/// The URL of a proxy, or False for none.
pub fn proxy_url(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    if is_false(value) {
        return Ok(None);
    }
    match value.is_instance_of::<PyString>() {
        true => text(value, name).map(Some),
        false => Err(other_than(
            value,
            &format!("{name} must be a URL (str), or False"),
        )),
    }
}

/// True or False.
pub fn switch(value: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    match value.cast::<PyBool>() {
        Ok(switch) => Ok(switch.is_true()),
        Err(_) => Err(other_than(value, &format!("{name} must be True or False"))),
    }
}

fn is_false(value: &Bound<'_, PyAny>) -> bool {
    value.cast::<PyBool>().is_ok_and(|switch| !switch.is_true())
}

fn a_file(value: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyResult<PathBuf> {
    let named = match finalization::attribute(value, c"__fspath__")? {
        Some(path) => &finalization::call(&path, (), None)?,
        None => value,
    };
    match named.is_instance_of::<PyString>() {
        true => named.extract().map_err(|_| half_pair(named.py(), name)),
        false => Err(other_than(named, wanted)),
    }
}

/// Which of the known names was probably meant by another one, or None.
#[pyfunction]
pub fn near_miss(given: &str, known: Vec<String>) -> Option<String> {
    let known = known.iter().map(String::as_str);
    neura::bindings::near_miss(given, known).map(str::to_owned)
}

/// What to do in place of what another library's option of this name does, or None.
#[pyfunction]
pub fn instead(name: &str) -> Option<String> {
    neura::bindings::instead(name)
}

/// The error for a value of another type than the one that is wanted.
pub fn other_than(value: &Bound<'_, PyAny>, wanted: &str) -> PyErr {
    PyTypeError::new_err(format!("{wanted}, not {}", name_of(value)))
}

/// What an error calls a value of a wrong type: its type, never what it holds.
pub fn name_of(value: &Bound<'_, PyAny>) -> String {
    match value.cast::<PyBool>() {
        Ok(switch) if switch.is_true() => "True".to_owned(),
        Ok(_) => "False".to_owned(),
        Err(_) => match value.get_type().name() {
            Ok(name) => name.to_string(),
            Err(_) => "an object without a name".to_owned(),
        },
    }
}

/// What a caller gave, as a message quotes it: a key in its place is masked.
#[pyfunction]
pub fn quoted(text: &str) -> String {
    neura::bindings::quoted(text)
}
