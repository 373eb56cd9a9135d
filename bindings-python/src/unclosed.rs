//! The warning for an object that still holds a connection when it is dropped.

use std::ffi::CString;

use pyo3::prelude::*;

use crate::finalization;

/// A `ResourceWarning`, as Python's own files and sockets give when they are dropped.
pub fn warn_unclosed(what: &str) {
    let Ok(text) = CString::new(format!("unclosed {what}")) else {
        return;
    };
    Python::try_attach(|py| {
        // An exception that is being raised must survive the warning.
        let raised = PyErr::take(py);
        if let Err(refused) = finalization::warn(py, &text) {
            finalization::unraisable(py, refused, None);
        }
        if let Some(raised) = raised {
            raised.restore(py);
        }
    });
}
