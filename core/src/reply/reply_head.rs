//! The head of a reply by itself.

use std::time::Duration;

use super::{Head, head_accessors};

/// The head of a reply, for a binding whose stream or body is held by another object.
#[doc(hidden)]
#[derive(Clone)]
pub struct ReplyHead(Head);

impl ReplyHead {
    pub(crate) fn new(head: &Head) -> Self {
        ReplyHead(head.clone())
    }

    fn head(&self) -> &Head {
        &self.0
    }

    head_accessors!();

    /// The time from the first byte of the last attempt's request to the headers of its reply.
    pub fn elapsed(&self) -> Duration {
        self.0.took
    }
}
