//! What a `Session` adds to a request: its own headers and query, and the arguments of `requests`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::finalization;
use crate::name::Name;
use crate::package;
use crate::pairs::{self, Text};
use crate::request::taken;

/// What `requests` takes besides. `_refused.py` says what to do instead.
const REFUSED: [&str; 7] = [
    "allow_redirects",
    "auth",
    "cert",
    "cookies",
    "hooks",
    "proxies",
    "verify",
];

/// Whether a declaration is a session's, by the names of its arguments.
pub fn is_one(names: &[Name]) -> bool {
    names.iter().any(|name| **name == *"verify")
}

/// Takes out of the arguments what asks for nothing, and refuses what asks for something.
pub fn refuse_the_rest(given: &Bound<'_, PyDict>) -> PyResult<()> {
    for name in REFUSED {
        if let Some(value) = taken(given, &PyString::intern(given.py(), name))? {
            package::refuse(name, &value)?;
        }
    }
    Ok(())
}

/// The headers of a request over those of the session; one of None is not sent.
pub fn headers<'py>(of: &Bound<'py, PyAny>, own: Option<&Bound<'py, PyAny>>) -> PyResult<Text> {
    pairs::headers_over(Some(&of.getattr("headers")?), own)
}

/// The query of a request over that of the session.
pub fn params<'py>(
    of: &Bound<'py, PyAny>,
    given: Option<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let beneath = of.getattr("params")?;
    if !beneath.is_truthy()? {
        return Ok(given);
    }
    let Some(given) = given else {
        return Ok(Some(beneath));
    };
    // As in requests: what is no mapping stands alone.
    if !package::is_mapping(&given)? || !package::is_mapping(&beneath)? {
        return Ok(Some(given));
    }
    let both = finalization::call(&of.py().get_type::<PyDict>(), (beneath,), None)?;
    finalization::call(&both.getattr("update")?, (given,), None)?;
    Ok(Some(both))
}
