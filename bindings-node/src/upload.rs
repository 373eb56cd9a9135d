//! A body that JavaScript owns, asked for a piece at a time from the worker thread that sends it.

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use neura::bindings::{BodySource, Calls, SourceCall, SourceError};
use neura::{Error, ErrorKind};

use crate::port::Value;

/// A piece, or the reason why no piece could be read.
type Given = Result<Vec<u8>, Error>;

/// A body that `lib/upload.js` has: an array, a Blob, a stream. JavaScript may change an array or
/// give it away while the request goes out, so that only its own thread looks at it.
pub(crate) struct Upload {
    length: Option<u64>,
    again: bool,
    at: u64,
}

impl Upload {
    /// `again`: whether it can be given again from its start.
    pub fn new(length: Option<f64>, again: bool) -> Self {
        Upload {
            length: length.map(|length| length as u64),
            again,
            at: 0,
        }
    }
}

impl BodySource for Upload {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let left = self.length.map_or(u64::MAX, |length| length - self.at);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let size = left.min(buffer.len());
        if size == 0 {
            return Ok(0);
        }
        let (at, size) = (self.at as f64, size as f64);
        let piece = Calls::want(call, |answer: neura::bindings::Wanted<Given>| {
            Value::Wanted(Wanted { answer, at, size })
        })??;
        let length = piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        self.at += length as u64;
        Ok(length)
    }

    fn rewind(&mut self) -> Result<bool, SourceError> {
        if self.again {
            self.at = 0;
        }
        Ok(self.again)
    }
}

/// A call's wish for the next piece of its body.
#[napi]
pub struct Wanted {
    answer: neura::bindings::Wanted<Given>,
    at: f64,
    size: f64,
}

#[napi]
impl Wanted {
    /// Where the piece begins; 0 once more where the body is sent again.
    #[napi(getter)]
    pub fn at(&self) -> f64 {
        self.at
    }

    /// How many bytes it may have.
    #[napi(getter)]
    pub fn size(&self) -> f64 {
        self.size
    }

    /// The piece, which is copied; an empty one at the end of a body of unknown length.
    #[napi]
    pub fn give(&self, piece: Uint8Array) {
        self.answer.give(Ok(piece.to_vec()));
    }

    /// The reason why no piece could be read.
    #[napi]
    pub fn fail(&self, why: String) {
        let message = format!("the body cannot be read: {why}");
        let error = Error::new(ErrorKind::InvalidArgument, message);
        self.answer.give(Err(error));
    }
}
