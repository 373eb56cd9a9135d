//! Searching one text, which is read in pieces of any size.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::assignment::{ALLOWED, key_after};
use super::needles::{Form, Hit, Needles};
use super::wrapped;

const PIECE: usize = 1 << 20;
/// The longest part of a line that is kept for the next piece.
const LONGEST_LINE: usize = 64 << 10;
/// How many bytes tell whether a file is binary, as in git.
const LOOKED_AT: usize = 8_000;
/// A file in UTF-16 is converted as a whole.
const LARGEST_UTF_16: u64 = 64 << 20;
/// How much of a packed file is searched: a small one may hold a huge one.
const LARGEST_UNPACKED: u64 = 256 << 20;

/// A key at a line of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub line: u64,
    pub mask: String,
    pub fingerprint: String,
    pub what: What,
}

/// How it was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A key of this place.
    Known { place: String, form: Form },
    /// A literal for the variable.
    Assigned,
}

/// Searches all of `text`, and what is in it if it is packed with gzip.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn search(needles: &Needles, mut text: impl Read) -> io::Result<Vec<Found>> {
    search_in(needles, &mut text, true)
}

fn search_in(needles: &Needles, text: &mut dyn Read, unpacks: bool) -> io::Result<Vec<Found>> {
    let mut buffer = Vec::new();
    let (mut found, mut lines_before) = (Vec::new(), 1);
    let mut kind = None;
    loop {
        let read = (&mut *text).take(PIECE as u64).read_to_end(&mut buffer)?;
        let is_last = read < PIECE;
        let kind = *kind.get_or_insert_with(|| Kind::of(&buffer));
        if kind == Kind::Gzip && unpacks {
            let packed = MultiGzDecoder::new(buffer.chain(text));
            let unpacked = &mut UntilDamage(packed).take(LARGEST_UNPACKED);
            return search_in(needles, unpacked, false);
        }
        if let Kind::Utf16 { little } = kind {
            text.take(LARGEST_UTF_16).read_to_end(&mut buffer)?;
            let converted = from_utf_16(&buffer, little);
            search_piece(needles, &converted, true, 1, &mut found);
            wrapped::search(needles, &converted, 1, &mut found);
            return Ok(found);
        }
        let end = match is_last {
            true => buffer.len(),
            false => cut(&buffer, needles.longest),
        };
        let is_text = kind == Kind::Text;
        search_piece(needles, &buffer[..end], is_text, lines_before, &mut found);
        if is_text {
            wrapped::search(needles, &buffer[..end], lines_before, &mut found);
        }
        if is_last {
            found.dedup();
            return Ok(found);
        }
        // A match may go on in the next piece; one that is found twice has the same line.
        let keep = end - overlap(&buffer, end, needles.longest);
        lines_before += count_lines(&buffer[..keep]);
        buffer.drain(..keep);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
    Gzip,
    Utf16 { little: bool },
}

impl Kind {
    fn of(start: &[u8]) -> Self {
        match start {
            [0xff, 0xfe, ..] => Kind::Utf16 { little: true },
            [0xfe, 0xff, ..] => Kind::Utf16 { little: false },
            [0x1f, 0x8b, 8, ..] => Kind::Gzip,
            _ if is_utf_16(start, 1) => Kind::Utf16 { little: true },
            _ if is_utf_16(start, 0) => Kind::Utf16 { little: false },
            _ if start.iter().take(LOOKED_AT).any(|byte| *byte == 0) => Kind::Binary,
            _ => Kind::Text,
        }
    }
}

/// Whether this begins as mostly English text in UTF-16 without its mark: nearly every second byte is
/// 0, and no other one.
fn is_utf_16(start: &[u8], zero_at: usize) -> bool {
    let pairs = &start[..start.len().min(LOOKED_AT)];
    let pairs: Vec<&[u8]> = pairs.chunks_exact(2).collect();
    let zeros = pairs.iter().filter(|pair| pair[zero_at] == 0).count();
    let is_text = pairs.iter().all(|pair| pair[1 - zero_at] != 0);
    is_text && !pairs.is_empty() && zeros * 10 >= pairs.len() * 9
}

/// What can be unpacked: a damaged file ends where the damage begins.
struct UntilDamage<R>(R);

impl<R: Read> Read for UntilDamage<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        match self.0.read(bytes) {
            Err(error) if matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) => {
                Ok(0)
            }
            other => other,
        }
    }
}

fn from_utf_16(bytes: &[u8], little: bool) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|unit| match little {
        true => u16::from_le_bytes([unit[0], unit[1]]),
        false => u16::from_be_bytes([unit[0], unit[1]]),
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.into_bytes()
}

/// The end of the last whole line, unless a line is very long.
fn cut(buffer: &[u8], longest: usize) -> usize {
    let last = buffer
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map(|at| at + 1);
    match last {
        Some(end) if buffer.len() - end <= LONGEST_LINE => end,
        _ => buffer.len() - longest.min(buffer.len()),
    }
}

/// How much before `end` is searched again. After a line's end it is the last lines: a key in base64
/// may go on in the next.
fn overlap(buffer: &[u8], end: usize, longest: usize) -> usize {
    match buffer[..end].last() {
        Some(b'\n') => {
            let from = end.saturating_sub(2 * longest + wrapped::LONGEST_LINE);
            let line = buffer[from..end].iter().position(|byte| *byte == b'\n');
            line.map_or(0, |line| end - (from + line + 1))
        }
        Some(_) => longest.min(end),
        None => 0,
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn search_piece(
    needles: &Needles,
    text: &[u8],
    is_text: bool,
    first_line: u64,
    found: &mut Vec<Found>,
) {
    let (mut line, mut counted) = (first_line, 0);
    for (start, hit) in needles.find(text) {
        let (key, what) = match hit {
            Hit::Key(known, form) => {
                let place = known.place.clone();
                let key = (known.key.mask(), known.key.fingerprint());
                (key, What::Known { place, form })
            }
            Hit::Variable(_) if !is_text => continue,
            Hit::Variable(end) => {
                let line = line_at(text, start);
                let allowed = ALLOWED.as_bytes();
                if line.windows(allowed.len()).any(|window| window == allowed) {
                    continue;
                }
                let begins = line.as_ptr().addr() - text.as_ptr().addr();
                let Some(key) = key_after(line, end - begins) else {
                    continue;
                };
                ((key.mask(), key.fingerprint()), What::Assigned)
            }
        };
        line += count_lines(&text[counted..start]);
        counted = start;
        let (mask, fingerprint) = key;
        // The key of an assignment is also found by its value.
        let is_same = |known: &Found| known.line == line && known.fingerprint == fingerprint;
        match found.iter_mut().rev().take(8).find(|known| is_same(known)) {
            Some(known) if known.what == What::Assigned => known.what = what,
            Some(_) => {}
            None => found.push(Found {
                line,
                mask,
                fingerprint,
                what,
            }),
        }
    }
}

/// The line around a place, or the part of a long one.
fn line_at(text: &[u8], at: usize) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let floor = at.saturating_sub(LONGEST_LINE);
    let ceiling = text.len().min(at + LONGEST_LINE);
    let start = text[floor..at]
        .iter()
        .rposition(is_end)
        .map_or(floor, |end| floor + end + 1);
    let end = text[at..ceiling]
        .iter()
        .position(is_end)
        .map_or(ceiling, |end| at + end);
    &text[start..end]
}
