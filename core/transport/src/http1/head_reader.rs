//! The heads of one reply: interim ones, then the final one.

use super::{ReplyHead, read_head};
use crate::failure::{Failure, Violation};

/// The most bytes of all interim heads of one reply, or as many as one head may have. Source:
/// faults.md, 79.
const INTERIM: usize = 64 * 1024;

/// Reads and checks the heads of one reply as their bytes come.
#[derive(Debug, Default)]
pub(crate) struct HeadReader {
    /// The most bytes of one head.
    most: usize,
    /// Bytes of the interim heads so far.
    interim: usize,
    /// Bytes of the incomplete head that were searched for its end.
    searched: usize,
}

impl HeadReader {
    pub fn new(most: usize) -> Self {
        HeadReader {
            most,
            ..HeadReader::default()
        }
    }

    /// The head at the start of `unread`, which the caller then consumes; `None` while it is not
    /// whole. After a head with a status below 200, another head follows.
    ///
    /// # Errors
    /// It is not HTTP, too long, or switches to another protocol; or the interim heads are too
    /// long.
    pub fn next(&mut self, unread: &[u8]) -> Result<Option<ReplyHead>, Failure> {
        let most = self.most;
        let Some(head) = read_head(unread, self.searched)? else {
            self.searched = unread.len();
            return match unread.len() >= most {
                true => Err(Violation::HeadTooLong(most).into()),
                false => Ok(None),
            };
        };
        self.searched = 0;
        if head.length > most {
            return Err(Violation::HeadTooLong(most).into());
        }
        if head.status >= 200 {
            return Ok(Some(head));
        }
        if head.status == 101 {
            return Err(Violation::SwitchedProtocols.into());
        }
        self.interim += head.length;
        let most = most.max(INTERIM);
        match self.interim > most {
            true => Err(Violation::InterimHeadsTooLong(most).into()),
            false => Ok(Some(head)),
        }
    }
}
