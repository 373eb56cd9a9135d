//! The interpreter that the package lives in: the main one of its process.

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// An `ImportError` in any other, whose objects and threads would meet those of the main one.
pub fn refuse_others(_py: Python<'_>) -> PyResult<()> {
    // SAFETY: the thread is attached, as the token shows, so there is a current interpreter.
    let number =
        unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) };
    if number == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "neura_ai does not support subinterpreters: import it in the main interpreter of the \
         process (under mod_wsgi: WSGIApplicationGroup %{GLOBAL})",
    ))
}
