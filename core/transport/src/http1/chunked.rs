//! The chunked transfer coding. Source: RFC 9112, section 7.1.

use super::malformed;
use crate::failure::Failure;

/// The most bytes of chunk extensions in a body, and the most bytes of trailers. Services of this
/// kind send neither. Source: faults.md, 79.
const MOST_SKIPPED: usize = 16 * 1024;
/// The digits of the largest size. More digits are leading zeros, which count as extensions.
const DIGITS: usize = 16;
const EXTENSIONS_TOO_LONG: &str = "the extensions of its chunks do not end within 16 KiB";
const TRAILERS_TOO_LONG: &str = "the trailers do not end within 16 KiB";

/// Reads the frame of a chunked body. It is given bytes as they arrive, and does no I/O.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChunkedDecoder {
    state: State,
    /// Bytes of the current chunk that are still to be read.
    left: u64,
    /// Digits of the current size so far.
    digits: usize,
    /// Bytes of all extensions so far; after the last chunk, of the trailers.
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
    /// White space after the size.
    Space,
    Extension,
    /// The carriage return after the size was read.
    SizeEnd,
    Data,
    DataEnd,
    DataLineFeed,
    /// The last chunk's size line was read.
    LastChunk,
    /// At the start of another line of the trailers.
    Trailers,
    TrailerLine,
    /// A carriage return in a line of the trailers.
    TrailerLineFeed,
    /// A carriage return began a line of the trailers.
    LastLineFeed,
    End,
}

/// What the next bytes are. `skip` counts bytes of the frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ChunkPart {
    /// Frame, then `length` bytes of the body.
    Data { skip: usize, length: usize },
    /// Frame; more bytes must come.
    More { skip: usize },
    /// Frame, and the body ends after it.
    End { skip: usize },
}

impl ChunkedDecoder {
    /// Reads the start of `bytes`, the next bytes of the connection. Bytes of the body count as
    /// read once [`consumed`](Self::consumed) is called.
    pub fn next(&mut self, bytes: &[u8]) -> Result<ChunkPart, Failure> {
        let mut skip = 0;
        loop {
            if self.state == State::Data && self.left > 0 {
                let there = (bytes.len() - skip) as u64;
                let length = there.min(self.left) as usize;
                return Ok(match length {
                    0 => ChunkPart::More { skip },
                    _ => ChunkPart::Data { skip, length },
                });
            }
            if self.state == State::End {
                return Ok(ChunkPart::End { skip });
            }
            let Some(&byte) = bytes.get(skip) else {
                return Ok(ChunkPart::More { skip });
            };
            skip += 1;
            self.state = self.step(byte)?;
        }
    }

    /// `bytes` bytes of the body were read.
    pub fn consumed(&mut self, bytes: usize) {
        self.left -= bytes as u64;
        if self.left == 0 {
            self.state = State::DataEnd;
        }
    }

    /// Whether the body is whole if the connection ends here: the last chunk came, and after it
    /// at most the start of the empty line. Source: faults.md, 76.
    pub fn may_end(&self) -> bool {
        matches!(self.state, State::LastChunk | State::LastLineFeed)
    }

    /// Whether a line of the trailers ended with a bare line feed. An intermediary may not see the
    /// end of the body there, so the connection must not be reused.
    pub fn is_loose(&self) -> bool {
        self.loose
    }

    fn step(&mut self, byte: u8) -> Result<State, Failure> {
        match (self.state, byte) {
            (State::Start | State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                self.left = self
                    .left
                    .checked_mul(16)
                    .and_then(|left| left.checked_add(digit.into()))
                    .ok_or_else(|| malformed("the size of a chunk overflows"))?;
                self.digits += 1;
                match self.digits > DIGITS {
                    true => self.skip(State::Size, EXTENSIONS_TOO_LONG),
                    false => Ok(State::Size),
                }
            }
            (State::Size | State::Space | State::Extension, b'\r') => Ok(State::SizeEnd),
            (State::Size | State::Space, b' ' | b'\t') => {
                self.skip(State::Space, EXTENSIONS_TOO_LONG)
            }
            (State::Size | State::Space, b';') => self.skip(State::Extension, EXTENSIONS_TOO_LONG),
            (State::Extension, byte) if byte != b'\n' => {
                self.skip(State::Extension, EXTENSIONS_TOO_LONG)
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
                self.skip(State::Trailers, TRAILERS_TOO_LONG)
            }
            (
                State::LastChunk | State::Trailers | State::TrailerLine | State::TrailerLineFeed,
                byte,
            ) => {
                let next = match byte {
                    b'\r' => State::TrailerLineFeed,
                    _ => State::TrailerLine,
                };
                self.skip(next, TRAILERS_TOO_LONG)
            }
            (State::LastLineFeed, b'\n') => Ok(State::End),
            (State::Start | State::Size | State::Space, _) => {
                Err(malformed("the size of a chunk is not a hexadecimal number"))
            }
            _ => Err(malformed(
                "a line break is missing after one of its chunks or chunk sizes",
            )),
        }
    }

    /// Skips a byte, within the limit.
    fn skip(&mut self, next: State, too_long: &'static str) -> Result<State, Failure> {
        self.skipped += 1;
        match self.skipped > MOST_SKIPPED {
            true => Err(malformed(too_long)),
            false => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body, and whether it ended, if the bytes come in pieces of this size.
    fn decode(bytes: &[u8], size: usize) -> Result<(Vec<u8>, bool), Failure> {
        let (mut chunked, mut body) = (ChunkedDecoder::default(), Vec::new());
        for piece in bytes.chunks(size) {
            let mut at = 0;
            loop {
                match chunked.next(&piece[at..])? {
                    ChunkPart::Data { skip, length } => {
                        body.extend_from_slice(&piece[at + skip..at + skip + length]);
                        chunked.consumed(length);
                        at += skip + length;
                    }
                    ChunkPart::More { .. } => break,
                    ChunkPart::End { .. } => return Ok((body, true)),
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
    fn a_cut_frame_has_no_end() {
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
    fn a_frame_may_end_only_behind_its_last_chunk() {
        let whole = b"5\r\nhello\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            let mut chunked = ChunkedDecoder::default();
            let mut rest = &whole[..end];
            while let ChunkPart::Data { skip, length } = chunked.next(rest).unwrap() {
                chunked.consumed(length);
                rest = &rest[skip + length..];
            }
            let last_chunk = whole.len() - 2;
            assert_eq!(chunked.may_end(), end >= last_chunk, "{end}");
        }
        // Cut trailers may lack more than their end.
        for frame in ["0\r\nT: 1", "0\r\nT: 1\r\n"] {
            let mut chunked = ChunkedDecoder::default();
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
            let mut chunked = ChunkedDecoder::default();
            let end = chunked.next(frame.as_bytes()).unwrap();
            assert_eq!(end, ChunkPart::End { skip: frame.len() }, "{frame:?}");
            assert_eq!(chunked.is_loose(), loose, "{frame:?}");
        }
    }

    #[test]
    fn extensions_are_counted_over_the_whole_body() {
        let chunk = |extension: usize| format!("1;{}\r\nx\r\n", "e".repeat(extension - 1));
        let frame = |chunks: usize| chunk(4 * 1024).repeat(chunks) + "0\r\n\r\n";
        assert_eq!(decode(frame(4).as_bytes(), 999).unwrap().0, b"xxxx");
        assert!(decode(frame(5).as_bytes(), 999).is_err());
        // Leading zeros of a size count too.
        let zeros = format!("{}1\r\nx\r\n", "0".repeat(6 * 1024));
        assert!(decode(zeros.repeat(2).as_bytes(), 999).is_ok());
        assert!(decode(zeros.repeat(3).as_bytes(), 999).is_err());
    }

    #[test]
    fn a_broken_frame_is_refused() {
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
