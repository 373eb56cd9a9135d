//! The input and output of one connection: small, and growing where a header needs it.

use ureq::unversioned::transport::Buffers;

/// What a connection holds as long as it lives. 128 KiB, ureq's default, cost three
/// times the memory at 1,000 connections and gained nothing.
const SIZE: usize = 16 * 1024;

/// Bytes in, bytes out. The input doubles when unread bytes fill it: a long header has to
/// stand in it whole before it can be parsed. ureq's own limit for a header ends that.
#[derive(Debug, Default)]
pub(crate) struct GrowingBuffers {
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    progressed: bool,
}

impl GrowingBuffers {
    fn make_room(&mut self) {
        if self.start > 0 && (self.start == self.end || self.end == self.input.len()) {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.input.len() {
            let size = (self.input.len() * 2).max(SIZE);
            self.input.resize(size, 0);
        }
    }

    fn make_output(&mut self) {
        if self.output.is_empty() {
            self.output.resize(SIZE, 0);
        }
    }
}

impl Buffers for GrowingBuffers {
    fn output(&mut self) -> &mut [u8] {
        self.make_output();
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.make_room();
        &mut self.input[self.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.end += amount;
    }

    fn input_consume(&mut self, amount: usize) {
        self.progressed = amount > 0;
        self.start += amount;
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.make_room();
        self.make_output();
        (&mut self.input[self.end..], &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        self.start < self.end && self.progressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unread_input_is_kept_while_the_buffer_grows() {
        let mut buffers = GrowingBuffers::default();
        let mut expected = Vec::new();
        for round in 0..40_u8 {
            let space = buffers.input_append_buf();
            let amount = space.len().min(1_500);
            space[..amount].fill(round);
            buffers.input_appended(amount);
            expected.extend(std::iter::repeat_n(round, amount));
        }
        assert_eq!(buffers.input(), expected);
        buffers.input_consume(expected.len() - 1);
        assert!(buffers.can_use_input());
        assert_eq!(buffers.input(), [39]);
        assert!(!buffers.input_append_buf().is_empty());
        assert_eq!(buffers.input(), [39]);
    }
}
