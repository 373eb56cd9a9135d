//! The heads of one reply: interim ones, then the final one.

use super::{ReplyHead, protocol, read_head};
use crate::config::in_words;
use crate::error::{Error, ErrorKind};

/// All interim heads of one reply may be so long, or as long as one head may be. Source:
/// faults.md, 79.
const INTERIM: usize = 64 * 1024;

/// Judges the heads of one reply as their bytes come.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// One head may be so long.
    most: usize,
    /// So long were the interim ones in all.
    interim: usize,
    /// So much of the head that is not whole was looked at.
    searched: usize,
}

impl Heads {
    pub fn new(most: usize) -> Self {
        Heads {
            most,
            ..Heads::default()
        }
    }

    /// The head at the start of `unread`, which the caller then consumes; `None` while it is not
    /// whole. A status below 200 says that another head follows.
    ///
    /// # Errors
    /// `protocol`: it is no HTTP, too long, or a switch to another protocol; or the interim
    /// heads are in all too long.
    pub fn next(&mut self, unread: &[u8]) -> Result<Option<ReplyHead>, Error> {
        let most = self.most;
        let too_long = || protocol(&format!("its head is longer than {}", in_words(most)));
        let Some(head) = read_head(unread, self.searched)? else {
            self.searched = unread.len();
            return match unread.len() >= most {
                true => Err(too_long()),
                false => Ok(None),
            };
        };
        self.searched = 0;
        if head.length > most {
            return Err(too_long());
        }
        if head.status >= 200 {
            return Ok(Some(head));
        }
        if head.status == 101 {
            let what = "the server wants to switch to another protocol, which nobody asked for";
            return Err(Error::new(ErrorKind::Protocol, what));
        }
        self.interim += head.length;
        let most = most.max(INTERIM);
        if self.interim > most {
            let what = "its interim heads are in all longer than";
            return Err(protocol(&format!("{what} {}", in_words(most))));
        }
        Ok(Some(head))
    }
}
