//! The API key: cleaned, checked, never printed, overwritten when dropped.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::pasted::{is_quoted, trim};
use crate::redact::mask;

/// The largest number of characters of a key.
const LONGEST: usize = 4_096;

/// A well-formed key: 1 to 4,096 visible ASCII characters.
///
/// Debug shows the mask. The memory is overwritten on drop. Copies of a header that the transport
/// or the system makes are not.
#[derive(Clone)]
pub(crate) struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Cleans and checks a text that was given as a key.
    pub fn parse(given: &str) -> Result<Self, Problem> {
        let text = trim(given);
        match problem_of(text) {
            Some(problem) => Err(problem),
            None => Ok(ApiKey(Zeroizing::new(text.to_owned()))),
        }
    }

    /// The secret itself, only for the Authorization header.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// `…` and the last four characters if there are 20 or more, else `…`.
    pub fn mask(&self) -> String {
        mask(&self.0)
    }

    /// The first 12 hex digits of the SHA-256 of the key. It identifies a key without showing it.
    pub fn fingerprint(&self) -> String {
        Sha256::digest(self.0.as_bytes())[..6]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.mask())
    }
}

/// Each key once, at its first position.
pub(crate) fn distinct(keys: &[ApiKey]) -> Vec<&ApiKey> {
    let mut distinct: Vec<&ApiKey> = Vec::new();
    for key in keys {
        if !distinct.iter().any(|have| have.secret() == key.secret()) {
            distinct.push(key);
        }
    }
    distinct
}

/// Why a text cannot be a key. If several apply, the first in this order is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Empty,
    TooLong,
    Assignment,
    BearerPrefix,
    Placeholder,
    Quoted,
    ControlCharacter,
    Whitespace,
    NonAscii,
}

impl Problem {
    /// The stable name, which is the error's code.
    pub fn name(self) -> &'static str {
        match self {
            Problem::Empty => "empty",
            Problem::TooLong => "too_long",
            Problem::Assignment => "assignment",
            Problem::BearerPrefix => "bearer_prefix",
            Problem::Placeholder => "placeholder",
            Problem::Quoted => "quoted",
            Problem::ControlCharacter => "control_character",
            Problem::Whitespace => "whitespace",
            Problem::NonAscii => "non_ascii",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Problem::Empty => "is empty. Give a key, or leave it out to have it looked up",
            Problem::TooLong => {
                "is longer than 4096 characters. A file's path or content was \
                                 probably given instead"
            }
            Problem::Assignment => "is a whole assignment. Give only the part after the `=`",
            Problem::BearerPrefix => {
                "begins like a header. Give only the key, without \
                                      `Bearer` or `Authorization:`"
            }
            Problem::Placeholder => {
                "is a placeholder, not a key. Replace it with the real key; \
                                     a `$NAME` was not expanded"
            }
            Problem::Quoted => "has quotation marks around it. Remove them",
            Problem::ControlCharacter => {
                "has a line break or another control character inside. \
                                          Check for two keys, or a key and a header, in one text"
            }
            Problem::Whitespace => "has white space inside. Copy it again as one word",
            Problem::NonAscii => {
                "has a character outside ASCII, such as a look-alike letter or \
                                  an invisible one. Copy it again from the dashboard"
            }
        }
    }

    /// The error, which says where the key came from and does not show it.
    pub fn error(self, place: &str) -> Error {
        let message = format!("the API key from {place} {}", self.explanation());
        Error::new(ErrorKind::MalformedApiKey, message).with_code(self.name())
    }
}

fn problem_of(text: &str) -> Option<Problem> {
    let checks: [(bool, Problem); 9] = [
        (text.is_empty(), Problem::Empty),
        (text.chars().nth(LONGEST).is_some(), Problem::TooLong),
        (is_assignment(text), Problem::Assignment),
        (is_header(text), Problem::BearerPrefix),
        (is_placeholder(text), Problem::Placeholder),
        (is_quoted(text), Problem::Quoted),
        (
            text.chars().any(char::is_control),
            Problem::ControlCharacter,
        ),
        (text.chars().any(char::is_whitespace), Problem::Whitespace),
        (!text.is_ascii(), Problem::NonAscii),
    ];
    checks
        .into_iter()
        .find_map(|(holds, problem)| holds.then_some(problem))
}

/// The text after `word` (ignoring case) and the white space that must follow it.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let follows = rest.starts_with(char::is_whitespace);
    (head.eq_ignore_ascii_case(word) && follows).then(|| rest.trim_start())
}

fn is_assignment(text: &str) -> bool {
    let bare = after_word(text, "export")
        .or_else(|| after_word(text, "set"))
        .unwrap_or(text);
    bare.starts_with("NEURA_API_KEY=")
}

fn is_header(text: &str) -> bool {
    let name = "authorization:";
    after_word(text, "bearer").is_some()
        || text
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
}

fn is_placeholder(text: &str) -> bool {
    let letters: String = text
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '.'))
        .flat_map(char::to_lowercase)
        .collect();
    let documented = [
        "yourapikeyhere",
        "yourapikey",
        "yourneuraapikey",
        "yourneuraapikeyhere",
        "yourkeyhere",
        "yourkey",
    ];
    let enclosed = |open: &str, close: &str| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    let is_name = |name: &str| {
        !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let variable = text
        .strip_prefix("$env:")
        .or_else(|| text.strip_prefix('$'));
    documented.contains(&letters.as_str())
        || enclosed("<", ">")
        || enclosed("${", "}")
        || variable.is_some_and(is_name)
        || enclosed("%", "%") && is_name(&text[1..text.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_shows_only_four_characters_of_a_long_key() {
        let mask = |text: &str| ApiKey::parse(text).unwrap().mask();
        assert_eq!(mask("nk-fake-0123456789ab"), "…89ab");
        assert_eq!(mask("nk-fake-0123456789a"), "…");
    }

    #[test]
    fn the_fingerprint_is_the_start_of_the_sha256() {
        let key = ApiKey::parse("abc").unwrap();
        assert_eq!(key.fingerprint(), "ba7816bf8f01");
    }

    #[test]
    fn debug_shows_no_key() {
        let key = ApiKey::parse("nk-fake-0123456789abcdef").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(…cdef)");
    }

    #[test]
    fn what_only_resembles_a_placeholder_is_a_key() {
        for text in [
            "<", "$", "%", "%%", "$1abc", "nk-${x}", "a%NAME%", "export", "bearer",
        ] {
            assert!(ApiKey::parse(text).is_ok(), "{text}");
        }
        for text in [
            "$env:NEURA_API_KEY",
            "%NEURA_API_KEY%",
            "your_api_key_here",
            "Your-Api-Key",
        ] {
            assert_eq!(
                ApiKey::parse(text).unwrap_err(),
                Problem::Placeholder,
                "{text}"
            );
        }
        let shell = "export NEURA_API_KEY=nk-1";
        assert_eq!(ApiKey::parse(shell).unwrap_err(), Problem::Assignment);
    }
}
