//! How a response is made of the core's, and what it stands on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use neura::bindings::CallId;
use neura::{Error, StreamingResponse};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::Response;
use crate::body::Body;
use crate::errors::raise;
use crate::reading::Reading;
use crate::unclosed::warn_unclosed;

/// A fact of a reply's head, by the same name in both forms of it.
macro_rules! fact {
    ($response:expr, $whole:ident, $head:ident => $open:expr) => {
        match $response.body.known() {
            Ok(whole) => whole.$whole(),
            Err($head) => $open,
        }
    };
}

impl Drop for Response {
    fn drop(&mut self) {
        // Nearly every reply came whole.
        if self.body.is_open() {
            warn_unclosed(&self.__repr__());
        }
    }
}

impl Response {
    /// A reply whose body is in memory.
    pub fn whole(reply: neura::Response) -> Self {
        Self::new(Body::whole(reply))
    }

    /// A reply whose body is still to come.
    pub fn open(reply: StreamingResponse, reading: Reading) -> Result<Self, Error> {
        // That of an error which came whole is in memory: there is nothing to wait for.
        match reply.is_whole() {
            true => reply.into_response().map(Self::whole),
            false => Ok(Self::new(Body::open(reply, reading))),
        }
    }

    pub fn new(body: Body) -> Self {
        Self {
            body,
            headers: PyOnceLock::new(),
            content: PyOnceLock::new(),
            encoding: Mutex::new(None),
        }
    }

    pub fn pairs(&self) -> &[(String, String)] {
        fact!(self, headers, open => &open.head.headers)
    }

    pub fn encoding(&self) -> MutexGuard<'_, Option<String>> {
        self.encoding.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The values of a header, joined as `headers` joins them; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        let named = self.pairs().iter().filter(|(known, _)| known == name);
        let values: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The error of a status outside 200 to 299; `of` is this response, in Python.
    pub fn check(&self, of: &Bound<'_, Self>) -> PyResult<()> {
        let py = of.py();
        self.body
            .check(py)
            .map_err(|error| match error.value(py).setattr("response", of) {
                Ok(()) => error,
                Err(failed) => failed,
            })
    }
}

/// The number of a read that has begun.
pub fn begun(py: Python<'_>, begun: Result<CallId, Error>) -> PyResult<CallId> {
    begun.map_err(|error| raise(py, &error))
}
