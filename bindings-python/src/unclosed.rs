//! The warning for what still holds a connection when it is let go of.

use std::ffi::CString;

use pyo3::exceptions::PyResourceWarning;
use pyo3::prelude::*;

/// A `ResourceWarning`, as Python's own files and sockets give when they are let go of.
pub fn warn_unclosed(what: &str) {
    let Ok(text) = CString::new(format!("unclosed {what}")) else {
        return;
    };
    Python::try_attach(|py| {
        // What is being raised meanwhile is none of the warning's business.
        let raised = PyErr::take(py);
        let category = py.get_type::<PyResourceWarning>();
        if let Err(refused) = PyErr::warn(py, &category, &text, 1) {
            refused.write_unraisable(py, None);
        }
        if let Some(raised) = raised {
            raised.restore(py);
        }
    });
}
