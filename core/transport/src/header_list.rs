//! The headers of a reply.

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
    /// Where each name and each value ends in `text`; the next name begins there.
    ends: Vec<(usize, usize)>,
    /// The [`bit`] of each name. Most look-ups are for a header that is not there.
    names: u64,
    pairs: OnceLock<Vec<(String, String)>>,
}

impl HeaderList {
    /// The headers of a head of `bytes` bytes. Each name has a character. For a large head the list
    /// of `String`s is made at once: later there is no way to report that there is no memory for it.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn read<'h>(
        headers: impl ExactSizeIterator<Item = (&'h str, &'h [u8])> + Clone,
        bytes: usize,
    ) -> Result<Self, NoMemory> {
        let no_memory = |_| NoMemory(bytes);
        let mut list = HeaderList::default();
        let ends = &mut list.ends;
        ends.try_reserve_exact(headers.len()).map_err(no_memory)?;
        let mut text = Vec::new();
        text.try_reserve_exact(bytes).map_err(no_memory)?;
        for (name, value) in headers.clone() {
            let start = text.len();
            text.extend_from_slice(name.as_bytes());
            text[start..].make_ascii_lowercase();
            list.names |= bit(&text[start..]);
            let name_end = text.len();
            text.extend_from_slice(value);
            ends.push((name_end, text.len()));
        }
        // Between two values stands a name, which is ASCII. So the text is UTF-8 if each value is.
        match String::from_utf8(text) {
            Ok(text) => list.text = text,
            Err(_) => list = Self::decoded(headers, bytes)?,
        }
        if bytes > USUAL {
            list.pairs = OnceLock::from(list.texts()?);
        }
        Ok(list)
    }

    /// As [`read`](Self::read), for headers with a value that is not UTF-8.
    #[cold]
    fn decoded<'h>(
        headers: impl ExactSizeIterator<Item = (&'h str, &'h [u8])>,
        bytes: usize,
    ) -> Result<Self, NoMemory> {
        let mut list = HeaderList::default();
        let room = list.text.try_reserve_exact(bytes).is_ok()
            && list.ends.try_reserve_exact(headers.len()).is_ok();
        if !room {
            return Err(NoMemory(bytes));
        }
        for (name, value) in headers {
            // Latin-1 may take twice its bytes.
            let most = name.len() + value.len() * 2;
            list.text.try_reserve(most).map_err(|_| NoMemory(bytes))?;
            list.push(name, value);
        }
        Ok(list)
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
            .try_reserve_exact(self.ends.len())
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
        let name_end = self.text.len();
        match std::str::from_utf8(value) {
            Ok(value) => self.text.push_str(value),
            Err(_) => self.text.extend(value.iter().map(|byte| char::from(*byte))),
        }
        self.ends.push((name_end, self.text.len()));
    }

    /// The first value of the header `name`, which must be in lower case.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all headers `name`, which must be in lower case.
    pub fn all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        let ends: &[_] = match self.names & bit(name.as_bytes()) {
            0 => &[],
            _ => &self.ends,
        };
        let mut start = 0;
        ends.iter().filter_map(move |&(name_end, value_end)| {
            let have = self.text.as_bytes().get(start..name_end);
            start = value_end;
            // Names of another length are not compared.
            let found = have.is_some_and(|have| have == name.as_bytes());
            found.then(|| &self.text[name_end..value_end])
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
        let mut start = 0;
        self.ends.iter().filter_map(move |&(name_end, value_end)| {
            let name = self.text.as_bytes().get(start..name_end)?;
            let rest = start + LENGTH;
            start = value_end;
            (name.first_chunk() == Some(prefix))
                .then(|| (&self.text[rest..name_end], &self.text[name_end..value_end]))
        })
    }

    /// Removes all headers `name`, which must be in lower case.
    pub fn remove(&mut self, name: &str) {
        *self = self.iter().filter(|(have, _)| *have != name).collect();
    }

    /// Name and value of each header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields(&self.ends)
    }

    /// Name and value of the first headers, which end here.
    fn fields<'h>(
        &'h self,
        ends: &'h [(usize, usize)],
    ) -> impl Iterator<Item = (&'h str, &'h str)> {
        let mut start = 0;
        ends.iter().map(move |&(name_end, value_end)| {
            let pair = (&self.text[start..name_end], &self.text[name_end..value_end]);
            start = value_end;
            pair
        })
    }

    /// The headers as a list of `String`s, which the first call makes. `shown` changes the names.
    pub fn pairs(&self, shown: impl Fn(&str) -> String) -> &[(String, String)] {
        self.pairs.get_or_init(|| {
            let owned = |(name, value): (&str, &str)| (shown(name), value.to_owned());
            self.iter().map(owned).collect()
        })
    }

    /// Changes the names in the list of [`pairs`](Self::pairs), if it was made already: see
    /// [`read`](Self::read).
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
    fn several_headers_of_a_name_are_one_list() {
        let pairs = [("a", "1,\t2 "), ("b", "3"), ("a", ""), ("a", "4")];
        let list: HeaderList = pairs.into_iter().collect();
        assert_eq!(list.list("a").collect::<Vec<_>>(), ["1", "2", "", "4"]);
        assert_eq!(list.list("c").count(), 0);
    }
}
