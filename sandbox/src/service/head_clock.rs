//! The time limit for the head of a request. It has no I/O: the connection passes
//! it the bytes and the time.
//!
//! hyper's own limit also ends an idle connection between two requests, which
//! clients keep for longer. So this counts the bytes of each request, and the clock
//! runs only while a head is due.

use std::time::{Duration, Instant};

/// The limit for a head, from the connection's acceptance or from the head's
/// first byte.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// What one connection waits for.
#[derive(Debug)]
pub(super) struct HeadClock {
    phase: Phase,
    /// How much of the end of a head was matched.
    end: End,
    /// Bytes read after the head: its body, and bytes that came early.
    behind: u64,
    /// False once the start of the next head is unknown.
    exact: bool,
    /// The last four bytes.
    tail: [u8; 4],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// A head is due. `begun`: part of it has arrived.
    Head { since: Instant, begun: bool },
    /// The connection is idle; `left` bytes of the last body are still to come.
    Rest { left: u64 },
    /// A request is being answered. Has the length of its body; None if it is chunked.
    Request { length: Option<u64> },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Line,
    LineFeed,
    LineFeedReturn,
    Found,
}

impl HeadClock {
    /// A new connection.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            phase: Phase::Head {
                since: now,
                begun: false,
            },
            end: End::Line,
            behind: 0,
            exact: true,
            tail: [0; 4],
        }
    }

    /// When the head must have arrived, and whether part of it has. None while no
    /// head is due.
    pub(super) fn due(&self) -> Option<(Instant, bool)> {
        match self.phase {
            Phase::Head { since, begun } => Some((since + LIMIT, begun)),
            Phase::Rest { .. } | Phase::Request { .. } => None,
        }
    }

    /// These bytes were read.
    pub(super) fn read(&mut self, mut bytes: &[u8], now: Instant) {
        for byte in bytes.iter().skip(bytes.len().saturating_sub(4)) {
            self.tail.rotate_left(1);
            self.tail[3] = *byte;
        }
        if let Phase::Rest { left } = &mut self.phase {
            let rest = usize::try_from(*left).unwrap_or(usize::MAX);
            let rest = rest.min(bytes.len());
            *left -= rest as u64;
            bytes = &bytes[rest..];
        }
        if bytes.is_empty() {
            return;
        }
        match &mut self.phase {
            Phase::Request { .. } => self.behind += bytes.len() as u64,
            Phase::Head { begun, .. } => {
                *begun = true;
                self.search(bytes);
            }
            Phase::Rest { .. } => {
                self.expect_head(now, true);
                self.search(bytes);
            }
        }
    }

    /// The head has arrived, with the length of its body; None if it is chunked.
    pub(super) fn request(&mut self, length: Option<u64>) {
        let length = length.filter(|_| self.exact);
        self.phase = Phase::Request { length };
    }

    /// The request was answered.
    pub(super) fn answered(&mut self, now: Instant) {
        let left = match self.phase {
            Phase::Request { length } => length.and_then(|length| length.checked_sub(self.behind)),
            Phase::Head { .. } | Phase::Rest { .. } => return,
        };
        // A head and the last chunk of a body end with an empty line. If it were
        // the end of another head, that request would have begun.
        let between = self.tail == *b"\r\n\r\n";
        match left.or(between.then_some(0)) {
            Some(left) => {
                self.exact = true;
                self.phase = Phase::Rest { left };
            }
            // Part of the next head may have arrived.
            None => {
                self.exact = false;
                self.expect_head(now, true);
            }
        }
    }

    fn expect_head(&mut self, since: Instant, begun: bool) {
        self.phase = Phase::Head { since, begun };
        self.end = End::Line;
        self.behind = 0;
    }

    fn search(&mut self, bytes: &[u8]) {
        for (index, byte) in bytes.iter().enumerate() {
            if self.end == End::Found {
                self.behind += (bytes.len() - index) as u64;
                return;
            }
            self.end = match (self.end, byte) {
                (End::LineFeed | End::LineFeedReturn, b'\n') => End::Found,
                (End::LineFeed, b'\r') => End::LineFeedReturn,
                (_, b'\n') => End::LineFeed,
                _ => End::Line,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

    /// Reads these pieces, answers the request, and returns whether a head is due then.
    fn due_after(pieces: &[&[u8]], length: Option<u64>) -> bool {
        let now = Instant::now();
        let mut clock = HeadClock::new(now);
        assert_eq!(clock.due(), Some((now + LIMIT, false)));
        for piece in pieces {
            clock.read(piece, now);
        }
        clock.request(length);
        assert_eq!(clock.due(), None);
        clock.answered(now);
        clock.due().is_some()
    }

    #[test]
    fn a_connection_rests_after_a_whole_request() {
        assert!(!due_after(&[GET], Some(0)));
        assert!(!due_after(&[b"GET / HTTP/1.1\r", b"\n\r\n"], Some(0)));
        assert!(!due_after(&[b"GET / HTTP/1.1\n\n"], Some(0)));
        assert!(!due_after(&[b"POST / HTTP/1.1\r\n\r\n{", b"}"], Some(2)));
        assert!(!due_after(
            &[b"POST / HTTP/1.1\r\n\r\n", b"2\r\n{}\r\n0\r\n\r\n"],
            None
        ));
    }

    #[test]
    fn a_head_that_came_too_early_is_due_at_once() {
        assert!(due_after(&[GET, b"G"], Some(0)));
        assert!(due_after(&[b"GET / HTTP/1.1\r\n\r\nGET"], Some(0)));
        assert!(due_after(&[b"GET / HTTP/1.1\n\nG"], Some(0)));
        assert!(due_after(&[b"POST / HTTP/1.1\r\n\r\n{}G"], Some(2)));
        assert!(due_after(&[b"POST / HTTP/1.1\r\n\r\n0\r\n\r\nGET"], None));
    }

    #[test]
    fn the_first_byte_of_the_next_head_starts_the_clock() {
        let start = Instant::now();
        let mut clock = HeadClock::new(start);
        for round in 1..4_u32 {
            clock.read(GET, start);
            clock.request(Some(0));
            clock.answered(start);
            assert_eq!(clock.due(), None);
            let later = start + LIMIT * round;
            clock.read(b"G", later);
            clock.read(b"E", later + LIMIT / 2);
            assert_eq!(clock.due(), Some((later + LIMIT, true)));
        }
    }

    #[test]
    fn the_rest_of_a_body_is_not_a_head() {
        let now = Instant::now();
        let mut clock = HeadClock::new(now);
        clock.read(b"POST / HTTP/1.1\r\n\r\n{", now);
        clock.request(Some(3));
        clock.answered(now);
        clock.read(b" ", now);
        assert_eq!(clock.due(), None);
        clock.read(b"}G", now);
        assert!(clock.due().is_some());
    }

    #[test]
    fn pipelined_requests_are_followed_by_a_rest_again() {
        let now = Instant::now();
        let mut clock = HeadClock::new(now);
        clock.read(&[GET, GET].concat(), now);
        clock.request(Some(0));
        clock.answered(now);
        clock.request(Some(0));
        clock.answered(now);
        assert_eq!(clock.due(), None);
    }
}
