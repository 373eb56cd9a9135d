//! A function of the program's that is called while a call runs.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::arguments::name_of;
use crate::finalization;

/// A function, and the task that waits for the call, if one does.
pub struct Hook(Option<(Py<PyAny>, Option<Task>)>);

/// Its event loop, and its context.
type Task = (Py<PyAny>, Py<PyAny>);

impl Hook {
    /// `is_async`: the event loop of this thread calls it, not the thread of the call.
    pub fn new(py: Python<'_>, function: Py<PyAny>, is_async: bool) -> PyResult<Self> {
        let task = match is_async {
            true => {
                let event_loop = python!(py, "asyncio", "get_running_loop", ())?;
                let context = python!(py, "contextvars", "copy_context", ())?;
                Some((event_loop.unbind(), context.unbind()))
            }
            false => None,
        };
        Ok(Self(Some((function, task))))
    }

    /// Calls it, or has the event loop call it soon.
    pub fn call<'py>(
        &self,
        py: Python<'py>,
        given: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
    ) -> PyResult<()> {
        match &self.0 {
            Some((function, None)) => {
                let returned = finalization::call(function.bind(py), given, None)?;
                match !returned.is_none() && unawaited(&returned) {
                    true => Err(PyTypeError::new_err(format!(
                        "{} returned {}: an asynchronous callable needs AsyncClient, which awaits it",
                        function.bind(py).repr()?,
                        name_of(&returned),
                    ))),
                    false => Ok(()),
                }
            }
            Some((function, Some((event_loop, context)))) => {
                let given = given.into_pyobject(py).map_err(Into::into)?;
                let arguments = (event_loop, context, function, given);
                python!(py, "neura_ai._port", "call_soon", arguments).map(drop)
            }
            None => Ok(()),
        }
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        let_go(self.0.take());
    }
}

/// Whether a callable returned what should be awaited, which nobody does here. A coroutine is
/// closed: it warns otherwise.
pub fn unawaited(given: &Bound<'_, PyAny>) -> bool {
    let awaitable = given.get_type().hasattr("__await__").unwrap_or(false);
    if awaitable
        && let Ok(Some(close)) = finalization::attribute(given, c"close")
        && let Err(error) = finalization::call(&close, (), None)
    {
        finalization::unraisable(given.py(), error, Some(given));
    }
    awaitable
}

/// Lets go of what is Python's. A thread without the interpreter would leave it to a list behind a
/// lock, which a child of a fork may inherit held.
pub fn let_go<T: Send>(held: Option<T>) {
    let mut left = held;
    Python::try_attach(|_| drop(left.take()));
    std::mem::forget(left); // The interpreter is going away.
}
