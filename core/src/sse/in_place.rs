//! Events that lie whole in the bytes that were read. They are found without a copy.

use std::ops::Range;

use memchr::memchr2;

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

/// The standard library's function stops early, which costs more than it saves here.
fn is_ascii(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |all, byte| all | byte) < 0x80
}

impl Parser {
    /// The event at the beginning of `bytes`, if it lies there whole and in the usual form: one
    /// line of data, at most one name and one id, all of them UTF-8. If this is `None`, nothing was
    /// read: [`next_event`](Parser::next_event) reads any event.
    pub fn in_place(&mut self, bytes: &[u8]) -> Option<InPlace> {
        let goes_on = !self.line.is_empty() || self.data.is_some() || !self.event.is_empty();
        if goes_on || self.at_start {
            return None;
        }
        if !self.after_cr
            && let Some(found) = self.one_line(bytes)
        {
            return Some(found);
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
            let is_text = is_ascii(value) || std::str::from_utf8(value).is_ok();
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

    /// The most frequent event: a line of data and line feeds.
    fn one_line(&self, bytes: &[u8]) -> Option<InPlace> {
        let value = bytes.strip_prefix(b"data:")?;
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let start = bytes.len() - value.len();
        let length = memchr2(b'\n', b'\r', value)?;
        let (value, after) = value.split_at_checked(length)?;
        let is_text = is_ascii(value) || std::str::from_utf8(value).is_ok();
        if !after.starts_with(b"\n\n") || !is_text || start + length + 2 > self.limit {
            return None;
        }
        Some(InPlace {
            name: 0..0,
            data: start..start + length,
            length: start + length + 2,
        })
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
