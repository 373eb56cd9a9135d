//! Python values to the core's, where pyo3's own conversions do not do. A wrong
//! type is a `TypeError` that names the type, never the value, which may be a
//! secret. What a value may be, the core says.

use std::path::PathBuf;

use neura::{EnvFile, Error, ErrorKind, Limit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple};

use crate::errors::raise;

/// Names and values as Python hands them over.
pub type Pairs<'py> = Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>;

/// Text for the core, which wants UTF-8.
pub fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let Ok(value) = value.cast::<PyString>() else {
        return Err(other_than(value, &format!("{name} must be text (str)")));
    };
    // Not Python's own UnicodeEncodeError: that one carries the whole value along.
    value.extract().map_err(|_| {
        let message = format!("{name} holds half of a surrogate pair, which UTF-8 cannot carry");
        raise(value.py(), &Error::new(ErrorKind::InvalidArgument, message))
    })
}

/// Pairs of text, each named in errors after what the pairs are.
pub fn pairs(given: &Pairs<'_>, what: &str) -> PyResult<Vec<(String, String)>> {
    let pair = |(name, value): &(_, _)| Ok((text(name, what)?, text(value, what)?));
    given.iter().map(pair).collect()
}

/// A time limit in seconds: `...` where the caller gave none, None for no limit.
pub fn limit(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Limit> {
    if value.is(value.py().Ellipsis()) {
        return Ok(Limit::Default);
    }
    if value.is_none() {
        return Ok(Limit::Off);
    }
    let number = value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>();
    if value.is_instance_of::<PyBool>() || !number {
        let wanted = format!("{name} must be seconds as a number, or None");
        return Err(other_than(value, &wanted));
    }
    // An integer beyond what a float can hold keeps its sign at least.
    let beyond = |_| Ok(if value.lt(0)? { -1.0 } else { f64::INFINITY });
    value.extract().or_else(beyond).map(Limit::Seconds)
}

/// A whole number; one that is too large for the core becomes the largest, which it refuses.
pub fn whole(value: &Bound<'_, PyAny>, name: &str) -> PyResult<i64> {
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(other_than(value, &format!("{name} must be a whole number")));
    }
    let beyond = |_| Ok(if value.lt(0)? { i64::MIN } else { i64::MAX });
    value.extract().or_else(beyond)
}

/// The limits that `timeout=` can mean.
pub enum Timeout {
    Total(Limit),
    /// The pair of `requests`: the second bounds the wait for the reply too.
    ConnectAndRead(Limit, Limit),
}

/// `timeout=`: one limit for the whole call, or the pair `(connect, read)`.
pub fn timeout(value: &Bound<'_, PyAny>) -> PyResult<Timeout> {
    let Ok(pair) = value.cast::<PyTuple>() else {
        return Ok(Timeout::Total(limit(value, "timeout")?));
    };
    let Ok((connect, read)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
        return Err(PyTypeError::new_err(
            "timeout as a tuple is the pair (connect, read)",
        ));
    };
    Ok(Timeout::ConnectAndRead(
        limit(&connect, "timeout[0]")?,
        limit(&read, "timeout[1]")?,
    ))
}

/// `env_file=`: a path, or False for no file at all.
pub fn env_file(value: &Bound<'_, PyAny>) -> PyResult<EnvFile> {
    if is_false(value) {
        return Ok(EnvFile::Off);
    }
    match names_a_file(value)? {
        true => Ok(EnvFile::Path(value.extract()?)),
        false => Err(other_than(
            value,
            "env_file must be a path (str or os.PathLike), or False",
        )),
    }
}

/// A file's path.
pub fn path(value: &Bound<'_, PyAny>, name: &str) -> PyResult<PathBuf> {
    match names_a_file(value)? {
        true => value.extract(),
        false => {
            let wanted = format!("{name} must be a path (str or os.PathLike)");
            Err(other_than(value, &wanted))
        }
    }
}

/// `proxy=`: a URL, or False for none, which the core knows as an empty one.
pub fn proxy(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if is_false(value) {
        return Ok(String::new());
    }
    match value.cast::<PyString>() {
        Ok(url) => text(url, "proxy"),
        Err(_) => Err(other_than(value, "proxy must be a URL (str), or False")),
    }
}

fn is_false(value: &Bound<'_, PyAny>) -> bool {
    value.cast::<PyBool>().is_ok_and(|switch| !switch.is_true())
}

fn names_a_file(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_instance_of::<PyString>() || value.hasattr("__fspath__")?)
}

/// The error for a value of another type than the one that is wanted.
pub fn other_than(value: &Bound<'_, PyAny>, wanted: &str) -> PyErr {
    let found = match value.cast::<PyBool>() {
        Ok(switch) if switch.is_true() => Ok("True".to_owned()),
        Ok(_) => Ok("False".to_owned()),
        Err(_) => value.get_type().name().map(|name| name.to_string()),
    };
    match found {
        Ok(found) => PyTypeError::new_err(format!("{wanted}, not {found}")),
        Err(error) => error,
    }
}
