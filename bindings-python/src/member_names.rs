//! The names in an answer, for a program that may have expected a stream.

use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::finalization;

const NOTE: &str = "This loop goes over the names in a whole answer, which is no stream: give \
                    create stream=True to have chunks.";

/// What Python says of `name["choices"]`, in every version.
const NO_MEMBERS: &str = "string indices must be integers";

/// Iterates over names, which are plain texts. An error that ends the loop because a name has not
/// the attribute or the member that a chunk has gets a note: the program took a whole answer for a
/// stream.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct MemberNames {
    names: Py<PyIterator>,
    last: Mutex<Option<Py<PyAny>>>,
}

#[pymethods]
impl MemberNames {
    //: (cls, names: Iterable[str]) -> Self
    #[new]
    fn new(names: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            names: names.try_iter()?.unbind(),
            last: Mutex::default(),
        })
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    //: (self) -> str
    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let name = self.names.bind(py).clone().next().transpose()?;
        let last = name.clone().map(Bound::unbind);
        let before = std::mem::replace(
            &mut *self.last.lock().unwrap_or_else(PoisonError::into_inner),
            last,
        );
        drop(before); // Without the lock.
        Ok(name)
    }
}

/// A loop drops its iterator while the error that ends it is on its way.
impl Drop for MemberNames {
    fn drop(&mut self) {
        let last = self.last.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = last.take() else {
            return;
        };
        Python::try_attach(|py| {
            // `PyErr::take` alone would go on with a panic.
            // SAFETY: attached; the class is alive.
            let is_missing = unsafe {
                !ffi::PyErr_Occurred().is_null()
                    && (ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0
                        || ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0)
            };
            if is_missing && let Some(raised) = PyErr::take(py) {
                // Without a note, as in Python 3.10, the error is as good.
                let _ = note(&raised, last.bind(py));
                raised.restore(py);
            }
        });
    }
}

fn note(raised: &PyErr, last: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = last.py();
    let error = raised.value(py);
    let is_of_name = if error.is_instance_of::<PyAttributeError>() {
        error.getattr(intern!(py, "obj"))?.is(last)
    } else {
        // Python does not say which text was indexed.
        error.is_exact_instance_of::<PyTypeError>()
            && error.str()?.to_str()?.starts_with(NO_MEMBERS)
    };
    if is_of_name {
        finalization::call(&error.getattr(intern!(py, "add_note"))?, (NOTE,), None)?;
    }
    Ok(())
}
