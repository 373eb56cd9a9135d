//! The error of a streaming reply, whose body may not have arrived yet.

use std::time::Duration;

use super::{Rest, StreamingResponse};
use crate::error::{Error, LARGEST_BODY};
use crate::reply::WORDS_WAIT;

impl StreamingResponse {
    /// The typed error of a status outside 200 to 299, with the words in the first MiB of its body.
    /// Waits for that part for 2 s at most, and uses what has arrived by then. The body can still
    /// be read afterwards.
    pub fn check(&self) -> Result<(), Error> {
        self.check_within(Some(WORDS_WAIT))
    }

    /// The same for a thread that must not wait: uses only the bytes that have arrived.
    #[doc(hidden)]
    pub fn check_at_once(&self) -> Result<(), Error> {
        self.check_within(None)
    }

    /// Waits as long as [`check`](Self::check), so that [`check_at_once`](Self::check_at_once)
    /// finds the words.
    #[doc(hidden)]
    pub fn await_words(&self) {
        let _ = self.check(); // Each check returns the error again.
    }

    fn check_within(&self, time: Option<Duration>) -> Result<(), Error> {
        if self.head.ok() {
            return Ok(());
        }
        if let Some(error) = self.refusal.get() {
            return Err(error.clone());
        }
        let mut words = self.said.clone();
        let mut enough = true;
        if let Rest::Unread(body) = &mut *self.rest.borrow_mut() {
            let most = LARGEST_BODY - words.len();
            // For a cancelled call, the bytes that arrived before.
            if let Some(time) = time {
                let _ = body.read_ahead(most, time);
            }
            enough = body.is_read_ahead(most);
            words.extend_from_slice(body.ahead());
        }
        let error = self.head.error(&words);
        if enough {
            let _ = self.refusal.set(error.clone());
        }
        Err(error)
    }
}
