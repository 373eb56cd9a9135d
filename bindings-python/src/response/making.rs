//! How a response is made of the core's, and what it stands on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use neura::bindings::{CallId, ReplyHead};
use neura::{Error, StreamingResponse};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::Response;
use crate::body::Body;
use crate::errors::raise;
use crate::finalization;
use crate::reading::Reading;
use crate::unclosed::warn_unclosed;

impl Drop for Response {
    fn drop(&mut self) {
        // Nearly every reply came whole.
        if self.body.is_open() {
            warn_unclosed(&self.__repr__());
        }
    }
}

/// A reply on its way into an object of the class that Python makes of it.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct NewReply(Mutex<Option<Response>>);

impl NewReply {
    pub fn take(&self) -> PyResult<Response> {
        let mut reply = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reply
            .take()
            .ok_or_else(|| PyTypeError::new_err("a reply becomes one object"))
    }
}

impl Response {
    /// The reply as an object of `neura_ai.Response`.
    pub fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let class = python!(py, "neura_ai._response", "Response")?;
        let made = Bound::new(py, NewReply(Mutex::new(Some(self))))?;
        finalization::call(class, (made,), None)
    }

    /// A reply whose body is in memory.
    pub fn whole(reply: neura::Response) -> Self {
        Self::new(reply.reply_head(), Body::whole(reply))
    }

    /// A reply whose body is still to come.
    pub fn open(reply: StreamingResponse, reading: Reading) -> Result<Self, Error> {
        // That of an error which came whole is in memory: there is nothing to wait for.
        match reply.is_whole() {
            true => reply.into_response().map(Self::whole),
            false => Ok(Self::new(reply.reply_head(), Body::open(reply, reading))),
        }
    }

    pub fn new(head: ReplyHead, body: Body) -> Self {
        Self {
            head,
            body,
            headers: PyOnceLock::new(),
            content: PyOnceLock::new(),
            encoding: Mutex::new(None),
        }
    }

    pub fn encoding(&self) -> MutexGuard<'_, Option<String>> {
        self.encoding.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The values of a header, joined as `headers` joins them; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        let named = self
            .head
            .headers()
            .iter()
            .filter(|(known, _)| known == name);
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
