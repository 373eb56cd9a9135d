//! A chunked body, fed with whatever came. Source: RFC 9112, section 7.1.

use super::protocol;
use crate::error::Error;

/// The most bytes of chunk extensions in a body, and the most of trailers; no service of this
/// kind sends any. Source: faults.md, 79.
const MOST_SKIPPED: usize = 16 * 1024;
/// No size has more digits, unless it begins with zeros: those count as extensions.
const DIGITS: usize = 16;

/// Where in a chunked body the next byte belongs.
#[derive(Debug, Default)]
pub(crate) struct Chunked {
    state: State,
    /// Bytes of the chunk that are still to come.
    left: u64,
    /// Digits of the size that were read.
    digits: usize,
    /// Bytes of all extensions, or of the trailers, that were read.
    skipped: usize,
    /// A line of the trailers ended with a bare line feed.
    loose: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first digit of a size.
    #[default]
    Start,
    Size,
    /// Blanks behind the size.
    Blank,
    Extension,
    /// The carriage return after the size was read.
    SizeEnd,
    Data,
    DataEnd,
    DataLineFeed,
    /// The last chunk's size line was read.
    LastChunk,
    /// At the beginning of another line of the trailers.
    Trailers,
    TrailerLine,
    /// A carriage return in a line of the trailers.
    TrailerLineFeed,
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

    /// Whether the body is whole if nothing follows: the last chunk came, and of what stands
    /// behind it at most the beginning of its empty line. Source: faults.md, 76.
    pub fn may_end(&self) -> bool {
        matches!(self.state, State::LastChunk | State::LastLineFeed)
    }

    /// Whether a bare line feed stood where a line of the trailers ended. Not everybody on the
    /// way sees the end of the body there.
    pub fn is_loose(&self) -> bool {
        self.loose
    }

    fn step(&mut self, byte: u8) -> Result<State, Error> {
        match (self.state, byte) {
            (State::Start | State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                self.left = self
                    .left
                    .checked_mul(16)
                    .and_then(|left| left.checked_add(digit.into()))
                    .ok_or_else(|| protocol("the size of a chunk overflows"))?;
                self.digits += 1;
                match self.digits > DIGITS {
                    true => self.skip(State::Size, "the extensions of its chunks"),
                    false => Ok(State::Size),
                }
            }
            (State::Size | State::Blank | State::Extension, b'\r') => Ok(State::SizeEnd),
            (State::Size | State::Blank, b' ' | b'\t') => {
                self.skip(State::Blank, "the extensions of its chunks")
            }
            (State::Size | State::Blank, b';') => {
                self.skip(State::Extension, "the extensions of its chunks")
            }
            (State::Extension, byte) if byte != b'\n' => {
                self.skip(State::Extension, "the extensions of its chunks")
            }
            (State::SizeEnd, b'\n') => {
                self.digits = 0;
                if self.left > 0 {
                    return Ok(State::Data);
                }
                self.skipped = 0;
                Ok(State::LastChunk)
            }
            (State::DataEnd, b'\r') => Ok(State::DataLineFeed),
            (State::DataLineFeed, b'\n') => Ok(State::Start),
            (State::LastChunk | State::Trailers, b'\r') => Ok(State::LastLineFeed),
            (State::LastChunk | State::Trailers, b'\n') => {
                self.loose = true;
                Ok(State::End)
            }
            (State::TrailerLine | State::TrailerLineFeed, b'\n') => {
                self.loose |= self.state == State::TrailerLine;
                self.skip(State::Trailers, "the trailers")
            }
            (
                State::LastChunk | State::Trailers | State::TrailerLine | State::TrailerLineFeed,
                byte,
            ) => {
                let next = match byte {
                    b'\r' => State::TrailerLineFeed,
                    _ => State::TrailerLine,
                };
                self.skip(next, "the trailers")
            }
            (State::LastLineFeed, b'\n') => Ok(State::End),
            (State::Start | State::Size | State::Blank, _) => {
                Err(protocol("the size of a chunk is not a hexadecimal number"))
            }
            _ => Err(protocol("a chunk does not end where it must")),
        }
    }

    /// Passes over a byte that is of no use here, within the limit.
    fn skip(&mut self, next: State, what: &str) -> Result<State, Error> {
        self.skipped += 1;
        match self.skipped > MOST_SKIPPED {
            true => Err(protocol(&format!("{what} do not end within 16 KiB"))),
            false => Ok(next),
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
    fn a_frame_may_end_behind_its_last_chunk_and_nowhere_else() {
        let whole = b"5\r\nhello\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            let mut chunked = Chunked::default();
            let mut rest = &whole[..end];
            while let Piece::Data { skip, length } = chunked.next(rest).unwrap() {
                chunked.took(length);
                rest = &rest[skip + length..];
            }
            let last_chunk = whole.len() - 2;
            assert_eq!(chunked.may_end(), end >= last_chunk, "{end}");
        }
        // Trailers that are cut may lack more than their end.
        for frame in ["0\r\nT: 1", "0\r\nT: 1\r\n"] {
            let mut chunked = Chunked::default();
            chunked.next(frame.as_bytes()).unwrap();
            assert!(!chunked.may_end(), "{frame:?}");
        }
    }

    #[test]
    fn a_bare_line_feed_ends_trailers_and_is_known() {
        for (frame, loose) in [
            ("0\r\n\r\n", false),
            ("0\r\nT: 1\r\n\r\n", false),
            ("0\r\n\n", true),
            ("0\r\nT: 1\n\r\n", true),
            ("0\r\nT: 1\r\n\n", true),
            ("0\r\nT: 1\rX\n\n", true),
        ] {
            let mut chunked = Chunked::default();
            let end = chunked.next(frame.as_bytes()).unwrap();
            assert_eq!(end, Piece::End { skip: frame.len() }, "{frame:?}");
            assert_eq!(chunked.is_loose(), loose, "{frame:?}");
        }
    }

    #[test]
    fn extensions_are_counted_over_the_whole_body() {
        let chunk = |extension: usize| format!("1;{}\r\nx\r\n", "e".repeat(extension - 1));
        let frame = |chunks: usize| chunk(4 * 1024).repeat(chunks) + "0\r\n\r\n";
        assert_eq!(decode(frame(4).as_bytes(), 999).unwrap().0, b"xxxx");
        assert!(decode(frame(5).as_bytes(), 999).is_err());
        // So are the zeros before a size, by which a body could grow as well.
        let zeros = format!("{}1\r\nx\r\n", "0".repeat(6 * 1024));
        assert!(decode(zeros.repeat(2).as_bytes(), 999).is_ok());
        assert!(decode(zeros.repeat(3).as_bytes(), 999).is_err());
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
            b"0\n",
            b"5\r\nhello\n",
            b"5 5\r\nhello\r\n",
            b"5\t\"x\"\r\nhello\r\n",
            b"5,\r\nhello\r\n",
            b"5;x\nhello\r\n",
        ] {
            assert!(decode(bytes, 2).is_err(), "{bytes:?}");
        }
        let long = [b"5;", "x".repeat(20_000).as_bytes(), b"\r\nhello"].concat();
        assert!(decode(&long, 100).is_err());
    }
}
