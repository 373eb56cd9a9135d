//! The body of a request: Python's bytes, which are not copied, or a source of `_source.py`,
//! which is read while the request goes out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neura::bindings::{BodySource, SharedBytes, SourceCall, SourceError};
use neura::{Error, ErrorKind, RequestBody};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::finalization;
use crate::held::Held;
use crate::package;

/// What a source raised, for the caller as it is.
pub type Raised = Arc<Mutex<Option<PyErr>>>;

/// What the body of a call is read from.
#[derive(Default)]
pub struct Sources<'py> {
    /// An event loop sends it.
    is_async: bool,
    /// Gets what a source raises.
    pub raised: Raised,
    /// Those of `_source.py`.
    pub given: Vec<Bound<'py, PyAny>>,
}

impl<'py> Sources<'py> {
    pub fn new(is_async: bool) -> Self {
        Self {
            is_async,
            ..Self::default()
        }
    }

    /// `data` as the core takes it; `what` names it in errors.
    pub fn body(&mut self, data: &Bound<'py, PyAny>, what: &str) -> PyResult<RequestBody> {
        let data = package::source(data, what, self.is_async)?;
        if let Ok(bytes) = data.cast::<PyBytes>() {
            return Ok(SharedBytes::of(Held::new(bytes)).into());
        }
        let length = data.getattr("length")?.extract()?;
        self.given.push(data.clone());
        Ok(RequestBody::source(Source {
            object: data.unbind(),
            length,
            rest: None,
            raised: Arc::clone(&self.raised),
        }))
    }
}

/// The exception that a source raised.
pub fn taken(raised: &Raised) -> Option<PyErr> {
    lock(raised).take()
}

fn lock(raised: &Raised) -> MutexGuard<'_, Option<PyErr>> {
    raised.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Source {
    object: Py<PyAny>,
    length: Option<u64>,
    /// What did not fit of the last piece, and where it goes on.
    rest: Option<(Held, usize)>,
    raised: Raised,
}

impl BodySource for Source {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let (piece, at) = match self.rest.take() {
            Some(rest) => rest,
            None => loop {
                let given = self.ask(|object| {
                    let read = object.getattr("read")?;
                    let given = finalization::call(&read, (buffer.len(),), None)?;
                    let given: Option<Bound<'_, PyBytes>> = given.extract()?;
                    Ok(given.as_ref().map(Held::new))
                })?;
                match given {
                    Some(piece) => break (piece, 0),
                    None => call.check()?,
                }
            },
        };
        let left = &piece.as_ref()[at..];
        let length = left.len().min(buffer.len());
        buffer[..length].copy_from_slice(&left[..length]);
        if length < left.len() {
            self.rest = Some((piece, at + length));
        }
        Ok(length)
    }

    fn rewind(&mut self) -> Result<bool, SourceError> {
        self.rest = None;
        let rewound = self.ask(|object| {
            let rewind = object.getattr("rewind")?;
            finalization::call(&rewind, (), None)?.extract()
        })?;
        Ok(rewound)
    }
}

impl Source {
    /// Runs Python's code on the thread of the call, which has no interpreter meanwhile.
    fn ask<T>(&self, ask: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Result<T, Error> {
        let asked = Python::try_attach(|py| ask(self.object.bind(py)));
        match asked {
            Some(Ok(given)) => Ok(given),
            Some(Err(error)) => {
                *lock(&self.raised) = Some(error);
                Err(failed("it raised an exception"))
            }
            None => Err(failed("the interpreter is ending")),
        }
    }
}

fn failed(why: &str) -> Error {
    let message = format!("the source of the body failed: {why}");
    Error::new(ErrorKind::InvalidArgument, message)
}
