//! HTTP/1.1 as a client speaks it: a request's bytes, a reply's head, where its body ends.
//! Pure: nothing here reads or writes.
//!
//! Source: RFC 9112. ureq, which did this before, spends three times as long on a request as
//! the system's own calls do: it clones and parses URL and headers anew for each, and looks a
//! connection up among those of all hosts. One client has one host.

mod chunked;
mod early;
mod framing;
mod head;
mod heads;
mod request;

pub(crate) use chunked::{Chunked, Piece};
pub(crate) use early::Early;
pub(crate) use framing::Framing;
pub(crate) use head::{ReplyHead, read_head, reason};
pub(crate) use heads::Heads;
pub(crate) use request::RequestHead;

use crate::error::{Error, ErrorKind};

/// An error of kind `protocol`.
pub(crate) fn protocol(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("the answer is not HTTP/1.1 as it must be: {what}. Is the base URL right?"),
    )
}
