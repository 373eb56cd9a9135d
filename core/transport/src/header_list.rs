//! The headers of a reply.

use std::ops::Range;
use std::sync::OnceLock;

use crate::memory::NoMemory;

/// Usual heads are smaller.
const USUAL: usize = 64 * 1024;

/// The headers of a reply: names in lower case, repeated ones in order.
///
/// All names and values are in one text. Most callers read two or three headers, so the list of
/// `String`s is made only when it is asked for.
#[derive(Clone, Debug, Default)]
pub struct HeaderList {
    text: String,
    fields: Vec<Field>,
    /// The [`bit`] of each name. Most look-ups are for a header that is not there.
    names: u64,
    pairs: OnceLock<Vec<(String, String)>>,
}

/// Where the name and the value of a header stand in the text.
#[derive(Clone, Debug)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl HeaderList {
    /// The headers of a head, each of which is a part of it. The text is a copy of the whole head.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn of_head<'h>(
        head: &'h [u8],
        headers: impl ExactSizeIterator<Item = (&'h str, &'h [u8])> + Clone,
    ) -> Result<Self, NoMemory> {
        let no_memory = |_| NoMemory(head.len());
        let mut list = HeaderList::default();
        let fields = &mut list.fields;
        fields.try_reserve_exact(headers.len()).map_err(no_memory)?;
        let mut text = Vec::new();
        text.try_reserve_exact(head.len()).map_err(no_memory)?;
        text.extend_from_slice(head);
        for (name, value) in headers.clone() {
            let name = place(head, name.as_bytes());
            if let Some(name) = text.get_mut(name.clone()) {
                lower(name);
                list.names |= bit(name);
            }
            let value = place(head, value);
            fields.push(Field { name, value });
        }
        let Ok(text) = String::from_utf8(text) else {
            return Self::read(headers, head.len());
        };
        list.text = text;
        list.make_large_pairs(head.len())?;
        Ok(list)
    }

    /// The headers of a head of `bytes` bytes.
    ///
    /// # Errors
    /// There is no memory for them.
    #[cold]
    pub fn read<'h>(
        headers: impl ExactSizeIterator<Item = (&'h str, &'h [u8])>,
        bytes: usize,
    ) -> Result<Self, NoMemory> {
        let mut list = HeaderList::default();
        let room = list.text.try_reserve_exact(bytes).is_ok()
            && list.fields.try_reserve_exact(headers.len()).is_ok();
        if !room {
            return Err(NoMemory(bytes));
        }
        for (name, value) in headers {
            // Latin-1 may take twice its bytes.
            let most = name.len() + value.len() * 2;
            list.text.try_reserve(most).map_err(|_| NoMemory(bytes))?;
            list.push(name, value);
        }
        list.make_large_pairs(bytes)?;
        Ok(list)
    }

    /// For a large head the list of `String`s is made at once: later there is no way to report that
    /// there is no memory for it.
    fn make_large_pairs(&mut self, bytes: usize) -> Result<(), NoMemory> {
        if bytes > USUAL {
            self.pairs = OnceLock::from(self.texts()?);
        }
        Ok(())
    }

    fn texts(&self) -> Result<Vec<(String, String)>, NoMemory> {
        let no_memory = |_| NoMemory(self.text.len());
        let owned = |text: &str| {
            let mut owned = String::new();
            owned.try_reserve_exact(text.len()).map_err(no_memory)?;
            owned.push_str(text);
            Ok(owned)
        };
        let mut texts = Vec::new();
        texts
            .try_reserve_exact(self.fields.len())
            .map_err(no_memory)?;
        for (name, value) in self.iter() {
            texts.push((owned(name)?, owned(value)?));
        }
        Ok(texts)
    }

    /// Adds a header. A value that is not UTF-8 is read as Latin-1, as HTTP once defined it, so
    /// that no value is lost.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        let start = self.text.len();
        self.text.push_str(name);
        self.text[start..].make_ascii_lowercase();
        self.names |= bit(&self.text.as_bytes()[start..]);
        let end = self.text.len();
        match std::str::from_utf8(value) {
            Ok(value) => self.text.push_str(value),
            Err(_) => self.text.extend(value.iter().map(|byte| char::from(*byte))),
        }
        self.fields.push(Field {
            name: start..end,
            value: end..self.text.len(),
        });
    }

    /// The first value of the header `name`, which must be in lower case.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all headers `name`, which must be in lower case.
    pub fn all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        let fields: &[Field] = match self.names & bit(name.as_bytes()) {
            0 => &[],
            _ => &self.fields,
        };
        fields.iter().filter_map(move |field| {
            let have = self.text.as_bytes().get(field.name.clone());
            // Names of another length are not compared.
            let found = have.is_some_and(|have| have == name.as_bytes());
            found.then(|| &self.text[field.value.clone()])
        })
    }

    /// The members of the comma-separated list in all headers `name`, trimmed.
    pub fn list<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.all(name)
            .flat_map(|value| value.split(',').map(|word| word.trim_matches([' ', '\t'])))
    }

    /// The rest of the name, and the value, of each header whose name begins with `prefix`.
    pub fn beginning_with<'h, const LENGTH: usize>(
        &'h self,
        prefix: &[u8; LENGTH],
    ) -> impl Iterator<Item = (&'h str, &'h str)> {
        self.fields.iter().filter_map(move |field| {
            let Range { start, end } = field.name;
            let name = self.text.as_bytes().get(start..end)?;
            (name.first_chunk() == Some(prefix)).then(|| {
                let value = field.value.clone();
                (&self.text[start + LENGTH..end], &self.text[value])
            })
        })
    }

    /// Removes all headers `name`, which must be in lower case.
    pub fn remove(&mut self, name: &str) {
        *self = self.iter().filter(|(have, _)| *have != name).collect();
    }

    /// Name and value of each header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |place: &Range<usize>| &self.text[place.clone()];
        let fields = self.fields.iter();
        fields.map(move |field| (text(&field.name), text(&field.value)))
    }

    /// The headers as a list of `String`s, which the first call makes. `shown` changes the names.
    pub fn pairs(&self, shown: impl Fn(&str) -> String) -> &[(String, String)] {
        self.pairs.get_or_init(|| {
            let owned = |(name, value): (&str, &str)| (shown(name), value.to_owned());
            self.iter().map(owned).collect()
        })
    }

    /// Changes the names in the list of [`pairs`](Self::pairs), if it was made already: see
    /// `make_large_pairs`.
    pub fn show_names(&mut self, shown: impl Fn(&str) -> String) {
        let pairs = self.pairs.get_mut().into_iter().flatten();
        pairs.for_each(|(name, _)| *name = shown(name));
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for HeaderList {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut list = HeaderList::default();
        for (name, value) in pairs {
            list.push(name.as_ref(), value.as_ref().as_bytes());
        }
        list
    }
}

/// Where a part of a head stands in it. The parser's empty values are not parts of it.
fn place(head: &[u8], part: &[u8]) -> Range<usize> {
    if part.is_empty() {
        return 0..0;
    }
    let start = part.as_ptr().addr() - head.as_ptr().addr();
    start..start + part.len()
}

/// Makes a name lower case, eight bytes at a time.
fn lower(name: &mut [u8]) {
    let (words, _) = name.as_chunks_mut();
    words.iter_mut().for_each(lower_word);
    // The last bytes once more: lower case stays as it is.
    match name.last_chunk_mut() {
        Some(last) => lower_word(last),
        None => name.make_ascii_lowercase(),
    }
}

/// The same for eight bytes of ASCII.
fn lower_word(bytes: &mut [u8; 8]) {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(*bytes);
    // The high bit of each byte that is at least `A`, and of each above `Z`.
    let from_a = word.wrapping_add(ONES * u64::from(0x80 - b'A'));
    let above_z = word.wrapping_add(ONES * u64::from(0x80 - b'Z' - 1));
    let upper = (from_a ^ above_z) & (ONES << 7);
    *bytes = (word | upper >> 2).to_le_bytes();
}

/// One of 64 bits for the name of a header, in lower case.
fn bit(name: &[u8]) -> u64 {
    let (first, last) = (name.first().copied(), name.last().copied());
    let mixed =
        name.len() * 5 + usize::from(first.unwrap_or(0)) * 3 + usize::from(last.unwrap_or(0));
    1 << (mixed % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_lower_case_and_values_as_they_came() {
        let mut list = HeaderList::default();
        list.push("X-Team", b"A \xfc");
        list.push("Empty", b"");
        list.push("x-team", "\u{fc}".as_bytes());
        assert_eq!(list.find("x-team"), Some("A \u{fc}"));
        assert_eq!(list.find("empty"), Some(""));
        assert_eq!(list.find("X-Team"), None);
        assert_eq!(list.iter().count(), 3);
        assert_eq!(
            list.pairs(str::to_owned)[2],
            ("x-team".to_owned(), "\u{fc}".to_owned())
        );
    }

    #[test]
    fn a_name_is_in_lower_case_whatever_its_length() {
        let all: Vec<u8> = (0..0x80).collect();
        for length in 1..40 {
            for name in all.windows(length) {
                let mut lowered = name.to_vec();
                lower(&mut lowered);
                assert_eq!(lowered, name.to_ascii_lowercase());
            }
        }
    }

    #[test]
    fn several_headers_of_a_name_are_one_list() {
        let pairs = [("a", "1,\t2 "), ("b", "3"), ("a", ""), ("a", "4")];
        let list: HeaderList = pairs.into_iter().collect();
        assert_eq!(list.list("a").collect::<Vec<_>>(), ["1", "2", "", "4"]);
        assert_eq!(list.list("c").count(), 0);
    }
}
