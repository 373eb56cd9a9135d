//! A body that JavaScript owns, asked for a piece at a time from the worker thread that sends it.

use std::io;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use neura::bindings::{BodySource, Calls, Outlet, SourceCall, SourceError};
use neura::{Error, ErrorKind};

use crate::port::Value;

/// What JavaScript did about a piece.
enum Given {
    Bytes(Vec<u8>),
    /// Its thread sent the first bytes of the piece.
    Sent(io::Result<usize>),
}

/// The same, or the reason why no piece could be read.
type Answer = Result<Given, Error>;

/// A body that `lib/upload.js` has: an array, a Blob, a stream. JavaScript may change an array or
/// give it away while the request goes out, so that only its own thread looks at it. Where the core
/// lends the connection, that thread sends the bytes of an array itself, and nothing is copied.
pub(crate) struct Upload {
    length: Option<u64>,
    again: bool,
    /// The first bytes of an array, which go out with the head.
    first: Option<Vec<u8>>,
    at: u64,
}

impl Upload {
    /// `again`: whether it can be given again from its start. `first`: of an array, its first bytes.
    pub fn new(length: Option<f64>, again: bool, first: Option<Vec<u8>>) -> Self {
        Upload {
            length: length.map(|length| length as u64),
            again,
            first,
            at: 0,
        }
    }

    /// Asks for the next bytes, at most `most`.
    fn want(
        &self,
        most: usize,
        outlet: Option<Outlet>,
        call: &SourceCall<'_>,
    ) -> Result<Given, SourceError> {
        let (at, size) = (self.at as f64, most as f64);
        let given: Answer = Calls::want(call, |answer| {
            Value::Wanted(Wanted {
                answer,
                at,
                size,
                outlet,
            })
        })?;
        Ok(given?)
    }

    fn left(&self) -> usize {
        let left = self.length.map_or(u64::MAX, |length| length - self.at);
        usize::try_from(left).unwrap_or(usize::MAX)
    }
}

impl BodySource for Upload {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let size = self.left().min(buffer.len());
        if size == 0 {
            return Ok(0);
        }
        let asked;
        let at = usize::try_from(self.at).unwrap_or(usize::MAX);
        let piece = match self.first.as_deref().and_then(|first| first.get(at..)) {
            Some(first) if !first.is_empty() => first,
            _ => match self.want(size, None, call)? {
                Given::Bytes(bytes) => {
                    asked = bytes;
                    asked.as_slice()
                }
                Given::Sent(_) => &[],
            },
        };
        let length = piece.len().min(size);
        buffer[..length].copy_from_slice(&piece[..length]);
        self.at += length as u64;
        Ok(length)
    }

    fn sends(&self) -> bool {
        self.first.is_some()
    }

    fn send(
        &mut self,
        through: &Outlet,
        call: &SourceCall<'_>,
    ) -> Result<io::Result<usize>, SourceError> {
        let sent = match self.want(self.left(), Some(through.clone()), call)? {
            Given::Sent(Err(error)) => return Ok(Err(error)),
            Given::Sent(Ok(sent)) => sent,
            Given::Bytes(_) => 0,
        };
        self.at += sent as u64;
        Ok(Ok(sent))
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
    answer: neura::bindings::Wanted<Answer>,
    at: f64,
    size: f64,
    outlet: Option<Outlet>,
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

    /// The piece, which is copied or sent; an empty one at the end of a body of unknown length.
    #[napi]
    pub fn give(&self, piece: Uint8Array) {
        let piece = &piece[..piece.len().min(self.size as usize)];
        self.answer.give(Ok(match &self.outlet {
            Some(_) if piece.is_empty() => Given::Sent(Ok(0)),
            Some(outlet) => Given::Sent(outlet.send(piece)),
            None => Given::Bytes(piece.to_vec()),
        }));
    }

    /// The reason why no piece could be read.
    #[napi]
    pub fn fail(&self, why: String) {
        let message = format!("the body cannot be read: {why}");
        let error = Error::new(ErrorKind::InvalidArgument, message);
        self.answer.give(Err(error));
    }
}
