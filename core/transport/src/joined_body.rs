//! A body that is made of others, one after the other.

use crate::request_body::{BodySource, RequestBody, SourceCall, SourceError};

/// All bytes of these bodies, which are read in turn, and rewound together.
pub fn joined_body(parts: Vec<RequestBody>) -> RequestBody {
    RequestBody::source(JoinedBody {
        parts,
        current: 0,
        read: 0,
    })
}

/// The bodies, and where to go on.
struct JoinedBody {
    parts: Vec<RequestBody>,
    current: usize,
    /// How much of the current one was read.
    read: usize,
}

impl BodySource for JoinedBody {
    fn length(&self) -> Option<u64> {
        let mut lengths = self.parts.iter().map(RequestBody::length);
        lengths.try_fold(0u64, |sum, length| sum.checked_add(length?))
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let mut filled = 0;
        while let Some(part) = self.parts.get(self.current) {
            let may_wait = part.bytes().is_none();
            // What is there already is sent first.
            if filled == buffer.len() || may_wait && filled > 0 {
                break;
            }
            let length = part.read_on(self.read, &mut buffer[filled..], call)?;
            filled += length;
            self.read += length;
            if length == 0 {
                self.current += 1;
                self.read = 0;
            } else if may_wait {
                break;
            }
        }
        Ok(filled)
    }

    fn rewind(&mut self) -> Result<bool, SourceError> {
        (self.current, self.read) = (0, 0);
        for part in &self.parts {
            if !part.rewind()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
