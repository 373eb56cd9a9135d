//! The bytes of a connection that were received and not used yet.

use crate::memory::{self, NoMemory};

/// The size of the buffer of a new connection that waits. Few heads are longer, and 1,000 of them in
/// flight need little memory. It grows, if need be, and stays so for the connection's next replies.
const FIRST: usize = 1024;
/// The size that an idle connection keeps at most.
pub(crate) const USUAL: usize = 16 * 1024;
/// The size up to which the buffer grows while a body comes fast.
pub(crate) const LARGE: usize = 64 * 1024;

/// A buffer that grows: a head must be in it whole before it can be parsed.
#[derive(Debug, Default)]
pub(crate) struct ReadBuffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl ReadBuffer {
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    pub fn consume(&mut self, amount: usize) {
        self.start += amount;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Space after the unread bytes; empty if they fill `most` bytes.
    ///
    /// # Errors
    /// The buffer must grow, and there is no memory.
    pub fn space(&mut self, most: usize) -> Result<&mut [u8], NoMemory> {
        if self.end == self.bytes.len() {
            if self.start > 0 {
                self.bytes.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            } else {
                let size = (self.bytes.len() * 4).max(FIRST).min(most.max(FIRST));
                if self.bytes.is_empty() {
                    // The system zeroes the pages when they are first used.
                    self.bytes = vec![0; size];
                } else if size > self.bytes.len() {
                    memory::reserve(&mut self.bytes, size - self.end, size)?;
                    self.bytes.resize(size, 0);
                }
            }
        }
        Ok(&mut self.bytes[self.end..])
    }

    /// `amount` bytes were put into the space.
    pub fn filled(&mut self, amount: usize) {
        self.end += amount;
    }

    /// Gives back what a buffer has grown, for an idle connection.
    pub fn shrink(&mut self) {
        if self.bytes.len() > USUAL && self.unread().is_empty() {
            self.bytes.truncate(USUAL);
            self.bytes.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unread_bytes_stay_while_the_buffer_grows_to_its_limit() {
        let mut buffer = ReadBuffer::default();
        let mut expected = Vec::new();
        for round in 0..=u8::MAX {
            let space = buffer.space(LARGE).unwrap();
            let amount = space.len().min(1_500);
            space[..amount].fill(round);
            buffer.filled(amount);
            expected.extend(std::iter::repeat_n(round, amount));
        }
        assert_eq!(buffer.unread(), expected);
        assert_eq!(expected.len(), LARGE);
        buffer.consume(expected.len() - 1);
        assert_eq!(buffer.space(LARGE).unwrap().len(), LARGE - 1);
        assert_eq!(buffer.unread(), [expected[LARGE - 1]]);
        buffer.consume(1);
        buffer.shrink();
        assert_eq!(buffer.space(LARGE).unwrap().len(), USUAL);
    }
}
