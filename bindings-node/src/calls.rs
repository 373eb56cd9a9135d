//! The calls of an environment that have not settled yet.

use std::collections::HashMap;

use neura::CancelToken;

/// Open calls by number. A call is closed by whoever comes first, its job or
/// its cancellation, and so settles once.
#[derive(Default)]
pub(crate) struct Calls {
    last: u64,
    open: HashMap<u64, CancelToken>,
    ended: bool,
}

impl Calls {
    /// Numbers are JavaScript's: whole, from 1, never used twice.
    pub(crate) fn open(&mut self, token: CancelToken) -> f64 {
        self.last += 1;
        if self.ended {
            token.cancel();
        }
        self.open.insert(self.last, token);
        self.last as f64
    }

    /// The call's token, if the call was still open.
    pub(crate) fn close(&mut self, id: f64) -> Option<CancelToken> {
        self.open.remove(&(id as u64))
    }

    /// Every open call's token; none opens alive after this.
    pub(crate) fn end(&mut self) -> Vec<CancelToken> {
        self.ended = true;
        self.open.drain().map(|(_, token)| token).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_closes_once() {
        let mut calls = Calls::default();
        let id = calls.open(CancelToken::new());
        assert!(calls.close(id).is_some());
        assert!(calls.close(id).is_none());
    }

    #[test]
    fn a_call_that_opens_after_the_end_is_cancelled_from_the_start() {
        let mut calls = Calls::default();
        let early = CancelToken::new();
        calls.open(early.clone());
        assert_eq!(calls.end().len(), 1);
        let late = CancelToken::new();
        calls.open(late.clone());
        assert!(late.is_cancelled());
        assert!(
            !early.is_cancelled(),
            "whoever ends the calls cancels what it was handed"
        );
    }
}
