//! A text that is read forwards and traced backwards, with its escapes decoded.

use std::collections::BTreeSet;

use super::cost;
use super::forms::{BASE64, Character};

/// The longest escape: a percent sign encoded three times.
pub(super) const LONGEST_ESCAPE: usize = 9;

/// A part of a text. Positions count from the beginning of the whole text.
#[derive(Clone, Copy)]
pub(super) struct Window<'t> {
    pub bytes: &'t [u8],
    /// The position of the first of these bytes.
    pub begin: usize,
}

/// The character that an escape means, in UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Escape {
    pub length: usize,
    bytes: [u8; 4],
    used: usize,
}

impl Escape {
    fn of(length: usize, character: char) -> Self {
        let mut bytes = [0; 4];
        let used = character.encode_utf8(&mut bytes).len();
        Escape {
            length,
            bytes,
            used,
        }
    }

    fn of_byte(length: usize, byte: u8) -> Self {
        let bytes = [byte, 0, 0, 0];
        Escape {
            length,
            bytes,
            used: 1,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// Whether it means a character that base64 ignores.
    pub fn is_line_break(&self) -> bool {
        matches!(self.bytes(), [b'\n' | b'\r'])
    }
}

impl Window<'_> {
    pub fn end(&self) -> usize {
        self.begin + self.bytes.len()
    }

    pub fn byte(&self, at: usize) -> u8 {
        self.bytes[at - self.begin]
    }

    /// The bytes from a position to the end.
    pub fn rest(&self, from: usize) -> &[u8] {
        &self.bytes[from - self.begin..]
    }

    /// The bytes from a position, at most to another; `None` if they are no longer kept.
    fn slice(&self, from: usize, to: usize) -> Option<&[u8]> {
        self.bytes
            .get(from.checked_sub(self.begin)?..to - self.begin)
    }

    /// The byte that ends at a position.
    pub fn before(&self, end: usize) -> Option<u8> {
        self.slice(end.checked_sub(1)?, end).map(|byte| byte[0])
    }

    /// The percent escape of this length that ends here: `%2D`, or `%252D` if it was encoded twice.
    pub fn percent_escape(&self, end: usize, length: usize) -> Option<Escape> {
        let [b'%', again @ .., high, low] = self.slice(end.checked_sub(length)?, end)? else {
            return None;
        };
        let encoded = again.len().is_multiple_of(2) && again.chunks(2).all(|pair| pair == b"25");
        let value = encoded.then(|| hex(&[*high, *low])).flatten()?;
        Some(Escape::of_byte(length, u8::try_from(value).ok()?))
    }

    /// The backslash escape of this length that ends here, as in JSON: `\u002d`, `\n`; and `\x2d`.
    /// An escape such as `\/`, which means the character after its backslash, is not included: a
    /// backslash may be ignored anywhere.
    pub fn backslash_escape(&self, end: usize, length: usize) -> Option<Escape> {
        match self.slice(end.checked_sub(length)?, end)? {
            [b'\\', b'n'] => Some(Escape::of_byte(length, b'\n')),
            [b'\\', b'r'] => Some(Escape::of_byte(length, b'\r')),
            [b'\\', b'u', digits @ ..] if digits.len() == 4 => {
                Some(Escape::of(length, char::from_u32(hex(digits)?)?))
            }
            [b'\\', b'x', digits @ ..] if digits.len() == 2 => {
                Some(Escape::of(length, char::from_u32(hex(digits)?)?))
            }
            _ => None,
        }
    }

    /// The escapes that end here.
    fn escapes(&self, end: usize) -> impl Iterator<Item = Escape> {
        let percent = [3, 5, 7, 9]
            .into_iter()
            .filter_map(move |length| self.percent_escape(end, length));
        let backslash = [2, 4, 6]
            .into_iter()
            .filter_map(move |length| self.backslash_escape(end, length));
        percent.chain(backslash)
    }

    /// Whether an escape that begins at `from` may go on after the end of the window.
    pub fn may_go_on(&self, from: usize) -> bool {
        let Some(begun) = self.slice(from, self.end()) else {
            return false;
        };
        match begun {
            [b'%', rest @ ..] => {
                let pairs = rest.chunks(2);
                begun.len() < LONGEST_ESCAPE
                    && pairs.rev().enumerate().all(|(back, pair)| match back {
                        0 if pair.len() == 1 => pair[0].is_ascii_hexdigit(),
                        _ => pair == b"25",
                    })
            }
            [b'\\'] => true,
            [b'\\', b'u', digits @ ..] => digits.len() < 4 && all_hex(digits),
            [b'\\', b'x', digits @ ..] => digits.len() < 2 && all_hex(digits),
            _ => false,
        }
    }

    /// The position where a form that ends at `end` begins. The exact position is found only from
    /// `floor` on; a smaller result means that the form begins somewhere before `floor`.
    pub fn start_of(&self, symbols: &[u8], base64: bool, end: usize, floor: usize) -> usize {
        let early = floor.saturating_sub(1);
        // Every symbol has at least one byte.
        if end.saturating_sub(symbols.len()) < floor {
            return early;
        }
        // An escape means up to four symbols.
        let mut ends: [BTreeSet<usize>; 5] = Default::default();
        ends[0].insert(end);
        for read in 0..symbols.len() {
            let left = &symbols[..symbols.len() - read];
            // Backwards from the last, so that each is checked once.
            while let Some(end) = ends[read % 5].pop_last() {
                if end < floor {
                    return early;
                }
                cost::count(1);
                self.step_back(left, base64, end, |symbols, start| {
                    ends[(read + symbols) % 5].insert(start);
                });
            }
        }
        // It exists, because a form ends here.
        let start = ends[symbols.len() % 5].first();
        start.map_or(floor, |start| if *start < floor { early } else { *start })
    }

    /// The beginning of the last of these symbols that ends at `end`, and their number; 0 if
    /// something is ignored there.
    fn step_back(
        &self,
        symbols: &[u8],
        base64: bool,
        end: usize,
        mut begins: impl FnMut(usize, usize),
    ) {
        let Some(byte) = self.before(end) else {
            return;
        };
        let ends_with = |bytes: &[u8]| match (base64, bytes) {
            (false, _) => symbols.ends_with(bytes),
            (true, [byte]) => match BASE64[usize::from(*byte)] {
                Character::Symbol(symbol) => symbols.ends_with(&[symbol]),
                _ => false,
            },
            (true, _) => false,
        };
        if ends_with(&[byte]) {
            begins(1, end - 1);
        }
        let blank = matches!(
            BASE64[usize::from(byte)],
            Character::LineBreak | Character::Blank
        );
        if byte == b'\\' || base64 && blank {
            begins(0, end - 1);
        }
        for escape in self.escapes(end) {
            if base64 && escape.is_line_break() {
                begins(0, end - escape.length);
            } else if ends_with(escape.bytes()) {
                begins(escape.bytes().len(), end - escape.length);
            }
        }
    }
}

fn all_hex(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_hexdigit)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        Some(value * 16 + char::from(*digit).to_digit(16)?)
    })
}
