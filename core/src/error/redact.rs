//! Takes secrets out of text, in every form that a server may echo them.

use std::borrow::Cow;
use zeroize::Zeroizing;

/// What stands where a secret stood.
pub(crate) const MARK: &str = "[redacted]";

/// Below this many characters a secret may be part of ordinary words: replacing it
/// would garble the text and tell where it stood, so the whole text is left out.
const SHORTEST: usize = 8;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The secrets of a client, each with all its forms.
#[derive(Clone)]
pub(crate) struct Redactor {
    forms: Vec<Form>,
    /// Whether a form may begin with this byte: most bytes of a long text begin none.
    begins: [bool; 256],
}

impl Default for Redactor {
    fn default() -> Self {
        let mut begins = [false; 256];
        for escape in *b"%\\" {
            begins[usize::from(escape)] = true;
        }
        Redactor {
            forms: Vec::new(),
            begins,
        }
    }
}

#[derive(Clone)]
struct Form {
    text: Zeroizing<Vec<u8>>,
    short: bool,
}

impl Redactor {
    /// Adds one secret: as it is, and in base64 and base64url at each of three alignments.
    pub fn add(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let short = secret.len() < SHORTEST;
        let mut add = |text: Vec<u8>| {
            let known = self.forms.iter().any(|form| *form.text == text);
            if let Some(first) = text.first().filter(|_| !known) {
                self.begins[usize::from(*first)] = true;
                let text = Zeroizing::new(text);
                self.forms.push(Form { text, short });
            }
        };
        add(secret.as_bytes().to_vec());
        if short {
            return; // Its base64 is so short that it would match by chance.
        }
        for alphabet in [STANDARD, URL_SAFE] {
            for offset in 0..3 {
                add(base64_core(secret.as_bytes(), offset, alphabet));
            }
        }
    }

    /// A server's text without any secret; empty where a short secret stood in it.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace(text, true)
    }

    /// A text of ours, which may quote a long secret but holds a short one by chance alone.
    pub fn clean_own<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace(text, false)
    }

    /// Bytes that are no text, without any long secret; a short one stands in them by chance.
    pub fn clean_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        match self.replace_in(bytes, false) {
            None => Cow::Borrowed(bytes),
            Some(clean) => Cow::Owned(clean),
        }
    }

    fn replace<'t>(&self, text: &'t str, short_too: bool) -> Cow<'t, str> {
        match self.replace_in(text.as_bytes(), short_too) {
            None => Cow::Borrowed(text),
            // A secret is visible ASCII, so both its ends are character boundaries.
            Some(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
        }
    }

    /// `None` where no secret is in it.
    fn replace_in(&self, bytes: &[u8], short_too: bool) -> Option<Vec<u8>> {
        let mut out: Option<Vec<u8>> = None;
        let (mut copied, mut at) = (0, 0);
        while at < bytes.len() {
            let found = self.begins[usize::from(bytes[at])]
                .then(|| self.find_at(&bytes[at..], short_too))
                .flatten();
            let Some((length, short)) = found else {
                at += 1;
                continue;
            };
            if short {
                return Some(Vec::new());
            }
            let out = out.get_or_insert_default();
            out.extend_from_slice(&bytes[copied..at]);
            out.extend_from_slice(MARK.as_bytes());
            at += length;
            copied = at;
        }
        if let Some(out) = &mut out {
            out.extend_from_slice(&bytes[copied..]);
        }
        out
    }

    fn find_at(&self, text: &[u8], short_too: bool) -> Option<(usize, bool)> {
        // The longest: one key may begin with another.
        self.forms
            .iter()
            .filter(|form| short_too || !form.short)
            .filter_map(|form| Some((match_encoded(text, &form.text)?, form.short)))
            .max_by_key(|(length, _)| *length)
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} forms)", self.forms.len())
    }
}

/// How many bytes of `text` spell `secret`, each character as it is, percent-encoded, or
/// escaped as in JSON, in any mix.
///
/// A loop, not a recursion: a key may have 4,096 characters and a worker's stack is small.
/// Only `%` and `\\` in the secret itself are ambiguous, so one pass for either reading
/// stands in for backtracking.
fn match_encoded(text: &[u8], secret: &[u8]) -> Option<usize> {
    match_reading(text, secret, false).or_else(|| match_reading(text, secret, true))
}

fn match_reading(text: &[u8], secret: &[u8], escapes_first: bool) -> Option<usize> {
    let mut at = 0;
    for &wanted in secret {
        let rest = &text[at..];
        let literal = (*rest.first()? == wanted).then_some(1);
        at += if escapes_first {
            escaped(rest, wanted).or(literal)?
        } else {
            literal.or_else(|| escaped(rest, wanted))?
        };
    }
    Some(at)
}

/// The length of the escape at the start of `text` that stands for `wanted`.
fn escaped(text: &[u8], wanted: u8) -> Option<usize> {
    let value = u32::from(wanted);
    match (text.first()?, text.get(1)?) {
        (b'%', _) => (hex(text.get(1..3)?)? == value).then_some(3),
        (b'\\', b'u') if text.get(2..6).and_then(hex) == Some(value) => Some(6),
        (b'\\', next) => (*next == wanted).then_some(2),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        Some(value * 16 + char::from(*digit).to_digit(16)?)
    })
}

/// The characters of base64 that depend on the secret alone when `offset` unknown bytes
/// stand before it.
fn base64_core(secret: &[u8], offset: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bit = |index: usize| -> u8 {
        let index = index - offset * 8;
        (secret[index / 8] >> (7 - index % 8)) & 1
    };
    let first = (offset * 8).div_ceil(6);
    let end = (offset + secret.len()) * 8 / 6;
    (first..end)
        .map(|char| {
            let value = (0..6).fold(0, |value, i| value << 1 | bit(char * 6 + i));
            alphabet[usize::from(value)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "nk-fake+secret/0123456789==";

    fn redactor() -> Redactor {
        let mut redactor = Redactor::default();
        redactor.add(KEY);
        redactor
    }

    fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
        let bits: Vec<u8> = bytes
            .iter()
            .flat_map(|b| (0..8).rev().map(move |i| b >> i & 1))
            .collect();
        bits.chunks(6)
            .map(|six| {
                let value = (0..6).fold(0, |v, i| v << 1 | six.get(i).copied().unwrap_or(0));
                char::from(alphabet[usize::from(value)])
            })
            .collect()
    }

    #[test]
    fn a_secret_is_replaced_wherever_it_stands() {
        let text = format!("key {KEY} and {KEY}, ende\u{fc}");
        assert_eq!(
            redactor().clean(&text),
            "key [redacted] and [redacted], ende\u{fc}"
        );
        assert!(matches!(redactor().clean("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn any_mix_of_percent_and_json_escapes_is_found() {
        for text in [
            "nk%2Dfake%2Bsecret%2f0123456789==",
            "%6e%6B-fake+secret/0123456789%3d%3D",
            "nk-fake\\u002bsecret\\/0123456789==",
        ] {
            assert_eq!(redactor().clean(&format!("<{text}>")), "<[redacted]>");
        }
    }

    #[test]
    fn base64_at_every_alignment_is_found() {
        for alphabet in [STANDARD, URL_SAFE] {
            for before in ["", "u", "us", "user:", "Bearer "] {
                let text = base64(format!("{before}{KEY}:after").as_bytes(), alphabet);
                let clean = redactor().clean(&text).into_owned();
                assert!(clean.contains(MARK), "{before:?} left {text}");
                assert!(clean.len() < text.len());
            }
        }
    }

    #[test]
    fn a_short_secret_takes_the_whole_text_with_it() {
        let mut redactor = Redactor::default();
        redactor.add("abc");
        assert_eq!(redactor.clean("an abc text"), "");
        assert_eq!(redactor.clean("another text"), "another text");
        assert_eq!(redactor.clean_own("an abc text"), "an abc text");
    }

    #[test]
    fn a_secret_among_bytes_that_are_no_text_is_replaced() {
        let mut redactor = redactor();
        redactor.add("abc");
        let packed = [b"\xff\xfe".as_slice(), KEY.as_bytes(), b"\x00abc\x80"].concat();
        assert_eq!(
            *redactor.clean_bytes(&packed),
            *b"\xff\xfe[redacted]\x00abc\x80"
        );
        assert!(matches!(redactor.clean_bytes(b"\xff"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_secret_that_begins_with_another_is_replaced_whole() {
        let mut redactor = redactor();
        redactor.add(&format!("{KEY}-and-more"));
        assert_eq!(redactor.clean(&format!("<{KEY}-and-more>")), "<[redacted]>");
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", redactor()).contains("fake"));
    }
}
