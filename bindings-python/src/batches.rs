//! The base of an iterator that gets its items in batches.

use std::sync::{Mutex, MutexGuard, PoisonError};

use neura::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::errors::raise;
use crate::finalization;

/// Iterates over the items of batches. A subclass has the method `_next_batch`, which returns the
/// next batch, an iterable without code in Python, or None at the end. Unlike a generator's code,
/// it is called again after an error and after the end; and a batch that raises an error is asked
/// again.
#[pyclass(frozen, subclass, module = "neura_ai._native")]
pub struct Batches(Mutex<State>);

#[derive(Default)]
struct State {
    batch: Option<Py<PyIterator>>,
    /// A thread is getting the next batch.
    reading: bool,
}

#[pymethods]
impl Batches {
    /// The arguments are those of the subclass.
    #[new]
    #[pyo3(signature = (*_arguments, **_options))]
    fn new(_arguments: &Bound<'_, PyTuple>, _options: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Mutex::default())
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        loop {
            let batch = slf.get().state().batch.as_ref().map(|it| it.clone_ref(py));
            if let Some(item) = batch.and_then(|batch| batch.into_bound(py).next()) {
                return item.map(Some);
            }
            if !slf.get().read(slf)? {
                return Ok(None);
            }
        }
    }

    /// Drops the items that were not taken. Returns whether there were any.
    fn _drop_batch(&self, py: Python<'_>) -> bool {
        let batch = self.state().batch.take();
        batch.is_some_and(|batch| batch.into_bound(py).next().is_some())
    }
}

impl Batches {
    /// Gets the next batch; false at the end.
    fn read(&self, slf: &Bound<'_, Self>) -> PyResult<bool> {
        if std::mem::replace(&mut self.state().reading, true) {
            return Err(raise(slf.py(), &busy()));
        }
        // Without the lock: this may wait for the server.
        let batch = slf
            .getattr("_next_batch")
            .and_then(|next| finalization::call(&next, (), None))
            .and_then(|batch| match batch.is_none() {
                true => Ok(None),
                false => batch.try_iter().map(|batch| Some(batch.unbind())),
            });
        let mut state = self.state();
        state.reading = false;
        state.batch = batch?;
        Ok(state.batch.is_some())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the body is already being read, by another thread or under a signal handler: only one at \
         a time may read it",
    )
}
