//! A chunked body, fed with whatever came. Source: RFC 9112, section 7.1.

use super::protocol;
use crate::error::Error;

/// A chunk's size line with its extensions, and all trailers, are skipped up to this many
/// bytes; no service of this kind sends any.
const MOST_SKIPPED: usize = 16 * 1024;

/// Where in a chunked body the next byte belongs.
#[derive(Debug, Default)]
pub(crate) struct Chunked {
    state: State,
    /// Bytes of the chunk that are still to come.
    left: u64,
    /// Bytes of the size line or of the trailers that were read.
    skipped: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first digit of a size.
    #[default]
    Start,
    Size,
    Extension,
    /// The carriage return after the size was read.
    SizeEnd,
    Data,
    DataEnd,
    DataLineFeed,
    /// At the beginning of a line of the trailers.
    Trailers,
    TrailerLine,
    /// A carriage return began a line of the trailers.
    LastLineFeed,
    End,
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// So many bytes of the frame, then so many of the body.
    Data { skip: usize, length: usize },
    /// So many bytes of the frame; more must come.
    More { skip: usize },
    /// So many bytes of the frame, with which the body ends.
    End { skip: usize },
}

impl Chunked {
    /// Says what `bytes`, the next that came, begin with. The body's part of it counts as
    /// read when [`took`](Self::took) says so.
    pub fn next(&mut self, bytes: &[u8]) -> Result<Piece, Error> {
        let mut skip = 0;
        loop {
            if self.state == State::Data && self.left > 0 {
                let there = (bytes.len() - skip) as u64;
                let length = there.min(self.left) as usize;
                return Ok(match length {
                    0 => Piece::More { skip },
                    _ => Piece::Data { skip, length },
                });
            }
            if self.state == State::End {
                return Ok(Piece::End { skip });
            }
            let Some(&byte) = bytes.get(skip) else {
                return Ok(Piece::More { skip });
            };
            skip += 1;
            self.state = self.step(byte)?;
        }
    }

    /// So many bytes of the chunk were read.
    pub fn took(&mut self, bytes: usize) {
        self.left -= bytes as u64;
        if self.left == 0 {
            self.state = State::DataEnd;
        }
    }

    fn step(&mut self, byte: u8) -> Result<State, Error> {
        self.skipped += 1;
        if self.skipped > MOST_SKIPPED {
            return Err(protocol("a chunk's size line or the trailers do not end"));
        }
        match (self.state, byte) {
            (State::Start | State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                self.left = self
                    .left
                    .checked_mul(16)
                    .and_then(|left| left.checked_add(digit.into()))
                    .ok_or_else(|| protocol("the size of a chunk overflows"))?;
                Ok(State::Size)
            }
            (State::Size, b'\r') | (State::Extension, b'\r') => Ok(State::SizeEnd),
            (State::Size, b';' | b' ' | b'\t') => Ok(State::Extension),
            (State::Extension, byte) if byte != b'\n' => Ok(State::Extension),
            (State::SizeEnd, b'\n') => {
                self.skipped = 0;
                Ok(match self.left {
                    0 => State::Trailers,
                    _ => State::Data,
                })
            }
            (State::DataEnd, b'\r') => Ok(State::DataLineFeed),
            (State::DataLineFeed, b'\n') => {
                self.skipped = 0;
                Ok(State::Start)
            }
            (State::Trailers, b'\r') => Ok(State::LastLineFeed),
            (State::Trailers | State::TrailerLine, b'\n') => Ok(State::Trailers),
            (State::Trailers | State::TrailerLine, _) => Ok(State::TrailerLine),
            (State::LastLineFeed, b'\n') => Ok(State::End),
            (State::Start | State::Size, _) => {
                Err(protocol("the size of a chunk is not a hexadecimal number"))
            }
            _ => Err(protocol("a chunk does not end where it must")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body, and whether it ended, when the bytes come in pieces of this size.
    fn decode(bytes: &[u8], size: usize) -> Result<(Vec<u8>, bool), Error> {
        let (mut chunked, mut body) = (Chunked::default(), Vec::new());
        for piece in bytes.chunks(size) {
            let mut at = 0;
            loop {
                match chunked.next(&piece[at..])? {
                    Piece::Data { skip, length } => {
                        body.extend_from_slice(&piece[at + skip..at + skip + length]);
                        chunked.took(length);
                        at += skip + length;
                    }
                    Piece::More { .. } => break,
                    Piece::End { .. } => return Ok((body, true)),
                }
            }
        }
        Ok((body, false))
    }

    #[test]
    fn every_split_gives_the_same_body() {
        let bytes = b"5\r\nhello\r\nA ; x=\"1\"\r\n, it is me\r\n0\r\nTrailer: 1\r\n\r\n";
        for size in 1..=bytes.len() {
            let (body, ended) = decode(bytes, size).unwrap();
            assert_eq!(body, b"hello, it is me", "{size}");
            assert!(ended);
        }
        assert_eq!(decode(b"0\r\n\r\n", 1).unwrap(), (Vec::new(), true));
    }

    #[test]
    fn a_frame_that_is_cut_has_no_end() {
        for bytes in [
            &b"5\r\nhel"[..],
            b"5\r\nhello\r\n",
            b"0\r\n",
            b"0\r\nA: b\r\n",
            b"",
        ] {
            assert!(!decode(bytes, 3).unwrap().1, "{bytes:?}");
        }
    }

    #[test]
    fn a_frame_that_is_broken_is_refused() {
        for bytes in [
            &b"zz\r\n"[..],
            b"\r\n",
            b"-1\r\n",
            b"5\nhello",
            b"5\r\nhello!\r\n",
            b"ffffffffffffffffff\r\n",
            b"5\rx",
            b"0\r\n\rx",
        ] {
            assert!(decode(bytes, 2).is_err(), "{bytes:?}");
        }
        let long = [b"5;", "x".repeat(20_000).as_bytes(), b"\r\nhello"].concat();
        assert!(decode(&long, 100).is_err());
    }
}
