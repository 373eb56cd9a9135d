//! Events that lie whole in the bytes that were read. They are found without a copy.

use std::ops::Range;

use memchr::{memchr, memchr2};
use neura_transport::length_of_plain_ascii;

use super::{LONGEST_ID, Parser, value_from};

/// Where an event lies in the bytes that were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InPlace {
    /// Its name; empty if the server gave none.
    pub name: Range<usize>,
    /// Its only line of data. A line end follows.
    pub data: Range<usize>,
    /// Its length, with its blank line.
    pub length: usize,
}

impl InPlace {
    /// An event without a name, whose data begins here.
    pub fn object(start: usize, data_and_end: &[u8]) -> Self {
        let end = start + data_and_end.len() - 1;
        InPlace {
            name: 0..0,
            length: OBJECT_START + data_and_end.len() + 1,
            data: start..end,
        }
    }
}

/// How an event begins whose data is an object.
const OBJECT: &[u8] = b"data: {";
/// Where its data begins.
pub(crate) const OBJECT_START: usize = OBJECT.len() - 1;

/// How many bytes at the beginning are UTF-8 and no carriage return.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let text = match bytes.is_ascii() {
        true => bytes.len(),
        false => std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len),
    };
    memchr(b'\r', &bytes[..text]).unwrap_or(text)
}

/// The end of the data of the most frequent event, if it lies whole at the beginning of these plain
/// bytes: a line of data, which is an object, and line feeds. The event ends two bytes later.
#[inline]
pub(crate) fn object_in_place(plain: &[u8]) -> Option<usize> {
    let value = plain.strip_prefix(OBJECT)?;
    ended(plain, OBJECT.len() + memchr(b'\n', value)?)
}

/// As [`object_in_place`], in bytes that may not be plain: an object in printable ASCII is found with
/// one search. An error says that the object has another byte.
#[inline]
pub(crate) fn ascii_object_in_place(bytes: &[u8]) -> Result<Option<usize>, NotAscii> {
    if !bytes.starts_with(OBJECT) {
        return Ok(None);
    }
    let end = length_of_plain_ascii(bytes);
    match bytes.get(end) {
        Some(b'\n') => Ok(ended(bytes, end)),
        Some(_) => Err(NotAscii),
        None => Ok(None),
    }
}

/// The end of a line, if an empty one follows.
#[inline]
fn ended(bytes: &[u8], end: usize) -> Option<usize> {
    (bytes.get(end + 1) == Some(&b'\n')).then_some(end)
}

/// An object in which [`ascii_object_in_place`] cannot look for its end.
pub(crate) struct NotAscii;

impl Parser {
    /// The event at the beginning of `bytes`, if it lies there whole and in the usual form: one
    /// line of data, at most one name and one id, all of them UTF-8. If this is `None`, nothing was
    /// read: [`next_event`](Parser::next_event) reads any event.
    pub fn in_place(&mut self, bytes: &[u8]) -> Option<InPlace> {
        let goes_on = !self.line.is_empty() || self.data.is_some() || !self.event.is_empty();
        if goes_on || self.at_start {
            return None;
        }
        let mut at = usize::from(self.after_cr && bytes.first() == Some(&b'\n'));
        let (mut name, mut data, mut id) = (None, None, None);
        loop {
            let rest = bytes.get(at..)?;
            // The blank line.
            match rest {
                [b'\n', ..] => {
                    at += 1;
                    break;
                }
                [b'\r', b'\n', ..] => {
                    at += 2;
                    break;
                }
                _ => {}
            }
            let end = memchr2(b'\n', b'\r', rest)?;
            let (line, after) = rest.split_at_checked(end)?;
            let line_end = match after {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => return None,
            };
            let (place, field) = match line {
                [b'd', b'a', b't', b'a', b':', ..] => (&mut data, b"data:".len()),
                [b'e', b'v', b'e', b'n', b't', b':', ..] => (&mut name, b"event:".len()),
                [b'i', b'd', b':', ..] => (&mut id, b"id:".len()),
                _ => return None,
            };
            let value = value_from(line, field);
            let is_text = value.is_ascii() || std::str::from_utf8(value).is_ok();
            if place.is_some() || !is_text {
                return None;
            }
            *place = Some(at + end - value.len()..at + end);
            at += end + line_end;
        }
        let data = data?;
        if at > self.limit {
            return None;
        }
        if let Some(id) = id {
            self.set_id(bytes.get(id)?)?;
        }
        self.after_cr = false;
        Some(InPlace {
            name: name.unwrap_or_default(),
            data,
            length: at,
        })
    }

    /// Whether the next byte begins an event: [`object_in_place`] may read it.
    pub fn is_between_events(&self) -> bool {
        let holds_nothing = self.line.is_empty() && self.data.is_none() && self.event.is_empty();
        holds_nothing && !self.at_start && !self.after_cr
    }

    /// The next event of unread bytes, in the way in which a stream reads it.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn any_in_place(&mut self, bytes: &[u8]) -> Option<InPlace> {
        if self.is_between_events() {
            let found = ascii_object_in_place(bytes);
            let end = found.unwrap_or_else(|_| object_in_place(&bytes[..plain_length(bytes)]));
            if let Some(end) = end.filter(|end| self.allows(end + 2)) {
                return Some(InPlace::object(OBJECT_START, &bytes[OBJECT_START..=end]));
            }
        }
        self.in_place(bytes)
    }

    /// Whether an event of this length, which [`object_in_place`] found, is within the limit.
    #[inline]
    pub fn allows(&self, length: usize) -> bool {
        length <= self.limit
    }

    fn set_id(&mut self, id: &[u8]) -> Option<()> {
        if id.len() > LONGEST_ID || id.contains(&0) {
            return None;
        }
        let id = std::str::from_utf8(id).ok()?;
        self.id.clear();
        self.id.try_reserve(id.len()).ok()?;
        self.id.push_str(id);
        Some(())
    }
}
