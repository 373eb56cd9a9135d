//! How a stream ends.
//!
//! | what ends it | a stream of events | a chat |
//! | --- | --- | --- |
//! | an event whose data is `[DONE]` | complete | complete |
//! | the end of the body | complete | complete if a choice had a `finish_reason`, else `incomplete_stream` |
//! | an error in an event | is an event | that error |
//! | a JSON text without events | is the only event | is the only chunk, or its error |
//! | a JSON text after or between events | ignored | its error if it is one and no `finish_reason` came |
//! | the caller closes it early | `cancelled` for the next read | `cancelled` for the next read |
//!
//! Source: design.md, Streams.

use crate::error::{Error, ErrorKind};
use crate::json;
use crate::reply::{Member, Outline};

const DONE: &str = "[DONE]";

/// Whether an event with this data ends the stream.
pub(super) fn is_done(data: &[u8]) -> bool {
    // Most data is an object.
    !data.starts_with(b"{") && std::str::from_utf8(data).is_ok_and(|data| data.trim() == DONE)
}

/// The text of lines that are no events, if together they are JSON.
pub(super) fn bare_json(lines: Vec<u8>) -> Option<String> {
    if lines.is_empty() {
        return None;
    }
    let mut text = String::from_utf8(lines).ok()?;
    text.truncate(text.trim_end().len());
    json::check(&text).is_ok().then_some(text)
}

/// The state of a chat whose events have ended.
pub(super) struct ChatEnd<'s> {
    /// A chunk came.
    pub began: bool,
    /// A choice had a `finish_reason`.
    pub finished: bool,
    /// `[DONE]` came.
    pub done: bool,
    /// A JSON text outside the events.
    pub stray: Option<&'s str>,
}

/// What the end of the events means for a chat.
pub(super) enum Verdict {
    Complete,
    /// The text outside the events is the whole reply.
    WholeReply,
    /// The text outside the events is an error.
    StrayError,
    Incomplete,
}

impl ChatEnd<'_> {
    pub fn verdict(&self) -> Verdict {
        match self.stray {
            Some(_) if !self.began => Verdict::WholeReply,
            Some(text) if !self.finished && is_error(text) => Verdict::StrayError,
            _ if self.finished || self.done => Verdict::Complete,
            _ => Verdict::Incomplete,
        }
    }
}

fn is_error(text: &str) -> bool {
    Outline::of(text).is_ok_and(|outline| outline.is_error(Member::Choices))
}

/// The error of a chat whose events ended before its answer did.
pub(super) fn incomplete() -> Error {
    Error::new(
        ErrorKind::IncompleteStream,
        "the stream ended before the answer was complete: neither [DONE] nor a finish_reason came. Its \
         end is missing: make the request again for a complete answer",
    )
}

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
