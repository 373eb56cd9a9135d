//! The error of an open reply, whose words may still be to come.

use std::time::Duration;

use super::{Rest, StreamingResponse};
use crate::error::{Error, LARGEST_BODY};
use crate::reply::WORDS_WAIT;

impl StreamingResponse {
    /// The typed error of a status outside 200 to 299, in the words of the first MiB of its body.
    /// What of them is still to come is waited for, 2 s at most; it stays to be read. Whatever
    /// came by then is used.
    pub fn check(&self) -> Result<(), Error> {
        self.check_within(Some(WORDS_WAIT))
    }

    /// The same for a thread that must not wait: in the words that were read.
    #[doc(hidden)]
    pub fn check_at_once(&self) -> Result<(), Error> {
        self.check_within(None)
    }

    /// Waits for the words that such a thread is to find, as long as [`check`](Self::check).
    #[doc(hidden)]
    pub fn await_words(&self) {
        let _ = self.check(); // Each check says it again.
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
        if let Rest::Open(body) = &mut *self.rest.borrow_mut() {
            let most = LARGEST_BODY - words.len();
            // Of a call that was cancelled, what came until then.
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
