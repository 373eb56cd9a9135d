//! Events that lie whole in the bytes that were read. They are found without a copy.

use std::ops::Range;

use memchr::{memchr, memchr2};

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
            let end = memchr2(b'\n', b'\r', rest)?;
            let (line, rest) = rest.split_at_checked(end)?;
            let next = match rest {
                [b'\n', ..] => at + end + 1,
                [b'\r', b'\n', ..] => at + end + 2,
                _ => return None,
            };
            if line.is_empty() {
                at = next;
                break;
            }
            let colon = memchr(b':', line.get(..b"event:".len()).unwrap_or(line))?;
            let value = value_from(line, colon + 1);
            let place = match line.get(..colon)? {
                b"data" => &mut data,
                b"event" => &mut name,
                b"id" => &mut id,
                _ => return None,
            };
            if place.is_some() || std::str::from_utf8(value).is_err() {
                return None;
            }
            *place = Some(at + end - value.len()..at + end);
            at = next;
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
