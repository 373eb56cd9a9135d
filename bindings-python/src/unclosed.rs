//! The warning for what still holds a connection when it is let go of.

use std::ffi::CString;

use pyo3::prelude::*;

use crate::finalization;

/// A `ResourceWarning`, as Python's own files and sockets give when they are let go of.
pub fn warn_unclosed(what: &str) {
    let Ok(text) = CString::new(format!("unclosed {what}")) else {
        return;
    };
    Python::try_attach(|py| {
        // What is being raised meanwhile is none of the warning's business.
        let raised = PyErr::take(py);
        if let Err(refused) = finalization::warn(py, &text) {
            finalization::unraisable(py, refused, None);
        }
        if let Some(raised) = raised {
            raised.restore(py);
        }
    });
}
