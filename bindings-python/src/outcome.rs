//! What a call came to, and its form in Python.

use neura::StreamingResponse;
use neura::bindings::StreamItem;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use serde_json::Value;

use crate::errors::raise;
use crate::memory;
use crate::package;
use crate::reading::Reading;
use crate::response::Response;
use crate::stream::{Opened, Stream, item_into_py};

/// What a call that succeeded gave.
pub enum Outcome {
    Reply(neura::Response),
    Open(Box<StreamingResponse>),
    Stream(Box<Opened>),
    /// The next item of a stream; None at its end.
    Item(Option<StreamItem>),
    /// The next bytes of a body; None at its end.
    Piece(Option<Vec<u8>>),
    Json(Value),
    Text(String),
    Nothing,
}

impl Outcome {
    /// Waits a little for what a refusal says: the thread of an event loop must not.
    pub fn await_words(&self) {
        if let Self::Open(reply) = self {
            reply.await_words();
        }
    }

    /// The value for Python.
    pub fn into_py(self, py: Python<'_>, reading: Reading) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Reply(reply) => Response::whole(reply).into_bound_py_any(py),
            Self::Open(reply) => Response::open(*reply, reading)
                .map_err(|error| raise(py, &error))?
                .into_bound_py_any(py),
            Self::Stream(opened) => Stream::new(*opened, reading).into_bound_py_any(py),
            Self::Item(Some(item)) => item_into_py(py, item),
            Self::Item(None) => Ok(py.None().into_bound(py)),
            Self::Piece(piece) => memory::piece(py, piece)?.into_bound_py_any(py),
            Self::Json(value) => package::object(py, &value),
            Self::Text(text) => text.into_bound_py_any(py),
            Self::Nothing => Ok(py.None().into_bound(py)),
        }
    }
}
