//! Threads that are in Python's code when the interpreter ends.
//!
//! Python before 3.14 ends a thread that wants the interpreter meanwhile, a daemon's or one of
//! the core's, by unwinding it from wherever it waits. Rust's frames do not survive that: the
//! process would abort. Such a thread rests here instead until the process is gone, as 3.14
//! has it rest by itself. pyo3 does so where it takes the interpreter, but not where it calls
//! what runs Python's code; so that is called from here.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// Calls what may run Python's code.
#[cfg(not(windows))]
pub fn call<'py>(
    callable: &Bound<'py, PyAny>,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = arguments.into_pyobject(callable.py()).map_err(Into::into)?;
    let named = named.map_or(std::ptr::null_mut(), |named| named.as_ptr());
    let rest = unwinding::Rest;
    // SAFETY: the thread is attached, as `callable` shows; all three are alive until after the
    // call, which wants a tuple and a dict or null; it gives a reference of our own, or null
    // and an exception.
    let given = unsafe {
        let given = unwinding::PyObject_Call(callable.as_ptr(), arguments.as_ptr(), named);
        Bound::from_owned_ptr_or_err(callable.py(), given)
    };
    std::mem::forget(rest);
    given
}

/// Calls what may run Python's code. A thread is not unwound here.
#[cfg(windows)]
pub fn call<'py>(
    callable: &Bound<'py, PyAny>,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = arguments.into_pyobject(callable.py()).map_err(Into::into)?;
    callable.call(arguments, named)
}

#[cfg(not(windows))]
mod unwinding {
    use pyo3::ffi::PyObject;

    unsafe extern "C-unwind" {
        /// As pyo3 declares it, but for the unwinding, which is then seen here.
        pub fn PyObject_Call(
            callable: *mut PyObject,
            arguments: *mut PyObject,
            named: *mut PyObject,
        ) -> *mut PyObject;
    }

    /// Dropped when the thread is unwound.
    pub struct Rest;

    impl Drop for Rest {
        fn drop(&mut self) {
            loop {
                std::thread::park();
            }
        }
    }
}
