//! A body that JavaScript owns, asked for a piece at a time from the worker thread that sends it.

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use neura::bindings::{BodySource, Calls, SourceCall, SourceError};
use neura::{Error, ErrorKind};

use crate::port::Value;

/// A piece, or the reason why no piece could be read.
type Given = Result<Vec<u8>, Error>;

/// The bytes of an array that `lib/upload.js` has. JavaScript may change it or give it away
/// while the request goes out, so that only its own thread looks at it.
pub(crate) struct Upload {
    length: u64,
    at: u64,
}

impl Upload {
    pub fn new(length: f64) -> Self {
        Upload {
            length: length as u64,
            at: 0,
        }
    }
}

impl BodySource for Upload {
    fn length(&self) -> Option<u64> {
        Some(self.length)
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX);
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
        self.at = 0;
        Ok(true)
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
    /// Where the piece begins.
    #[napi(getter)]
    pub fn at(&self) -> f64 {
        self.at
    }

    /// How many bytes it may have.
    #[napi(getter)]
    pub fn size(&self) -> f64 {
        self.size
    }

    /// The piece, which is copied.
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
