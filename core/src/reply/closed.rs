//! The errors of reading on after an early close: `cancelled`, in every language.

use crate::error::{Error, ErrorKind};

/// The error of reading from a stream that was closed before its end.
pub fn closed_stream() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "the stream was closed before its end. Read it to its end before closing it",
    )
}

/// The error of reading from a body that was closed before its end.
pub fn closed_body() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "the response was closed before its body was read to the end. Read the body before \
         closing it",
    )
}
