//! The client's side of HTTP/1.1: the bytes of a request, the head of a reply, and where its body
//! ends. Nothing here does I/O. Source: RFC 9112.
//!
//! ureq, which did this before, takes three times as long for a request as the system calls do:
//! it parses the URL and the headers for each request, and keeps the connections to all hosts in
//! one pool. A client here has one endpoint.

mod chunked;
mod early_reply;
mod framing;
mod head;
mod head_reader;
mod request;

pub(crate) use chunked::{ChunkPart, ChunkedDecoder};
pub(crate) use early_reply::EarlyReply;
pub(crate) use framing::Framing;
pub use head::is_success;
pub(crate) use head::{ReplyHead, read_head, reason};
pub(crate) use head_reader::HeadReader;
pub(crate) use request::RequestHead;

use crate::failure::{Failure, Violation};

/// A reply that breaks a rule of the grammar.
fn malformed(what: &'static str) -> Failure {
    Violation::Malformed(what).into()
}
