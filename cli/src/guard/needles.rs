//! The keys that are searched for, in all the forms in which a repository may have them: as they are,
//! and in base64 and base64url at each of the three alignments.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use neura::bindings::KnownKey;

use super::assignment::VARIABLE;
use crate::failure::Failure;

/// Shorter keys would be found in any text.
const SHORTEST: usize = 8;

/// One automaton over all forms of all keys, and the name of the variable: a text is read once.
pub(crate) struct Needles {
    automaton: AhoCorasick,
    /// The key of each pattern; `None` for the variable.
    patterns: Vec<Option<(usize, Form)>>,
    keys: Vec<KnownKey>,
    pub longest: usize,
}

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Plain,
    Base64,
}

/// What stands at a place of a text.
pub(crate) enum Hit<'n> {
    Key(&'n KnownKey, Form),
    /// The variable's name, up to this place.
    Variable(usize),
}

impl Needles {
    /// Those of these keys. The second value counts keys that are too short to be searched for.
    pub fn new(keys: Vec<KnownKey>) -> Result<(Self, usize), Failure> {
        let (keys, short): (Vec<_>, Vec<_>) = keys
            .into_iter()
            .partition(|known| known.key.secret().len() >= SHORTEST);
        let (mut texts, mut patterns) = (vec![VARIABLE.to_owned()], vec![None]);
        for (number, known) in keys.iter().enumerate() {
            texts.push(known.key.secret().to_owned());
            patterns.push(Some((number, Form::Plain)));
            for text in in_base64(known.key.secret().as_bytes()) {
                texts.push(text);
                patterns.push(Some((number, Form::Base64)));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&texts);
        let automaton = automaton
            .map_err(|error| Failure::new(format!("the keys cannot be searched for: {error}")))?;
        let longest = texts.iter().map(String::len).max().unwrap_or_default();
        // Their memory held keys.
        texts
            .into_iter()
            .for_each(|text| drop(zeroize::Zeroizing::new(text)));
        let needles = Needles {
            automaton,
            patterns,
            keys,
            longest,
        };
        Ok((needles, short.len()))
    }

    /// All places in a text, with where they begin.
    pub fn find<'n>(&'n self, text: &'n [u8]) -> impl Iterator<Item = (usize, Hit<'n>)> {
        self.automaton.find_iter(text).map(|found| {
            let hit = match self.patterns[found.pattern().as_usize()] {
                Some((key, form)) => Hit::Key(&self.keys[key], form),
                None => Hit::Variable(found.end()),
            };
            (found.start(), hit)
        })
    }

    /// Replaces keys by their masks, in a path.
    pub fn mask(&self, text: &str) -> String {
        let masked =
            |text: String, known: &KnownKey| text.replace(known.key.secret(), &known.key.mask());
        self.keys.iter().fold(text.to_owned(), masked)
    }
}

/// The characters of base64 that the bytes alone decide, at each alignment in both alphabets.
fn in_base64(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let mut all = vec![0; before];
        all.extend_from_slice(bytes);
        let (first, end) = ((before * 8).div_ceil(6), all.len() * 8 / 6);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&all);
            let text = text.get(first..end).unwrap_or_default().to_owned();
            if !forms.contains(&text) && text.len() >= SHORTEST {
                forms.push(text);
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_every_alignment() {
        let key = b"nk-fake-0123456789?>abcdef";
        let forms = in_base64(key);
        for before in 0..6 {
            for after in 0..4 {
                let mut text = vec![b'x'; before];
                text.extend_from_slice(key);
                text.extend(vec![b'y'; after]);
                for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                    let text = engine.encode(&text);
                    let is_found = forms.iter().any(|form| text.contains(form));
                    assert!(is_found, "{before} {after} {text}");
                }
            }
        }
    }
}
