//! What a call came to, and its form in Python.

use neura::bindings::{CallOutcome, ReplyHead, Shape, StreamItem};
use neura::{Error, StreamingResponse};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;
use serde_json::Value;

use crate::errors::raise;
use crate::held;
use crate::memory;
use crate::package;
use crate::reading::Reading;
use crate::response::Response;
use crate::stream::{Opened, Stream, item_into_py};

/// What a call, or a part of one, gave.
pub enum Outcome {
    Reply(neura::Response),
    Open(Box<StreamingResponse>),
    Answer(neura::Response, Shape),
    /// The answer of a chat stream.
    Whole(String, Box<ReplyHead>),
    Stream(Box<Opened>),
    /// The next item of a stream; None at its end.
    Item(Option<StreamItem>),
    /// The next bytes of a body; None at its end.
    Piece(Option<Vec<u8>>),
    Json(Value),
    AuthHeader(String),
    Nothing,
}

impl Outcome {
    /// On the thread of the call, which is not attached.
    pub fn of(outcome: CallOutcome) -> Result<Self, Error> {
        Ok(match outcome {
            CallOutcome::Reply(reply) => Self::Reply(held::placed(reply)?),
            CallOutcome::Open(reply) => Self::Open(reply),
            CallOutcome::Events(stream) => Self::Stream(Box::new((*stream).into())),
            CallOutcome::Chat(stream) => Self::Stream(Box::new((*stream).into())),
            CallOutcome::Answer(reply, shape) => Self::Answer(reply, shape),
            CallOutcome::Check(found) => Self::Json(found),
            CallOutcome::AuthHeader(value) => Self::AuthHeader(value),
        })
    }

    /// Waits a little for what a refusal says: the thread of an event loop must not.
    pub fn await_words(&self) {
        if let Self::Open(reply) = self {
            reply.await_words();
        }
    }

    /// The value for Python.
    pub fn into_py(self, py: Python<'_>, reading: Reading) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Reply(reply) => Response::whole(reply).into_py(py),
            Self::Open(reply) => Response::open(*reply, reading)
                .map_err(|error| raise(py, &error))?
                .into_py(py),
            Self::Answer(reply, shape) => {
                let text = reply.json_text().map_err(|error| raise(py, &error))?;
                package::answer(py, text, reply.reply_head(), shape)
            }
            Self::Whole(text, head) => package::answer(py, &text, *head, Shape::ChatCompletion),
            Self::Stream(opened) => Stream::for_reader(*opened, reading, py),
            Self::Item(Some(item)) => item_into_py(py, item),
            Self::Item(None) | Self::Nothing => Ok(py.None().into_bound(py)),
            Self::Piece(piece) => memory::piece(py, piece)?.into_bound_py_any(py),
            Self::Json(value) => package::object(py, &value),
            Self::AuthHeader(value) => [("Authorization", value)]
                .into_py_dict(py)?
                .into_bound_py_any(py),
        }
    }
}
