//! Quotes in a message what a caller gave: it may be a key, given by mistake in place of a name.

use std::path::Path;

use super::escape::escaped;

/// Keys of at least this many characters show their last four.
const MASK_SHOWS_FROM: usize = 20;

/// A run of this many characters may be a key.
const KEY_FROM: usize = 16;

/// `…` and the last four characters of 20 or more, else `…`.
pub(crate) fn mask(secret: &str) -> String {
    let count = secret.chars().count();
    let shown = if count >= MASK_SHOWS_FROM { 4 } else { 0 };
    let last = secret.chars().skip(count - shown);
    std::iter::once('…').chain(last).collect()
}

/// A path, profile, method, name, host or URL as a message quotes it when the client's secrets are
/// not known. Source: design.md, Redaction.
///
/// A run of 16 or more letters, digits, `-` and `_` with a letter and a digit in it may be a
/// key and is masked, whatever is around it. A percent-encoded character of a key counts as that
/// character; any other character ends the run, as `/` and `\` do.
pub fn quoted(text: &str) -> String {
    escaped(&with_masks(text, may_be_key)).into_owned()
}

/// The same for a file's path.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// The same for the name of a variable, which may contain a profile: `NEURA_API_KEY_STAGING`.
pub(crate) fn quoted_variable(name: &str) -> String {
    let prefixes = ["NEURA_API_KEY_", "NEURA_BASE_URL_"];
    let of_profile = |prefix| Some((prefix, name.strip_prefix(prefix)?));
    match prefixes.into_iter().find_map(of_profile) {
        None => name.to_owned(),
        Some((prefix, rest)) => {
            let ends = ["_FILE", "_COMMAND"];
            let profile = ends.iter().find_map(|end| rest.strip_suffix(end));
            let profile = profile.unwrap_or(rest);
            let end = &rest[profile.len()..];
            [prefix, &quoted(profile), end].concat()
        }
    }
}

/// `text` with a mask in place of each part that is a secret. Parts are separated by `/` and `\`,
/// in a URL also by any of `:@?#&=`.
pub(super) fn with_masked_parts(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let url = text.contains("://");
    let separates = |c: char| matches!(c, '/' | '\\') || url && ":@?#&=".contains(c);
    let mut out = String::with_capacity(text.len());
    for with_end in text.split_inclusive(separates) {
        let part = with_end.strip_suffix(separates).unwrap_or(with_end);
        match is_secret(part) {
            true => out.push_str(&mask(part)),
            false => out.push_str(part),
        }
        out.push_str(&with_end[part.len()..]);
    }
    out
}

/// `text` with a mask in place of each run of a key's characters for which `is_key` is true.
pub(super) fn with_masks(text: &str, is_key: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    // A run as written, and decoded.
    let (mut begin, mut said) = (0, String::new());
    let end_run = |out: &mut String, run: &str, said: &mut String| {
        match is_key(said) {
            true => out.push_str(&mask(said)),
            false => out.push_str(run),
        }
        said.clear();
    };
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let (character, length) = match encoded(&text[at..]) {
            Some(byte) => (char::from(byte), 3),
            None => (character, character.len_utf8()),
        };
        if is_of_key(character) {
            said.push(character);
        } else {
            end_run(&mut out, &text[begin..at], &mut said);
            out.push_str(&text[at..at + length]);
            begin = at + length;
        }
        at += length;
    }
    end_run(&mut out, &text[begin..], &mut said);
    out
}

/// The percent-encoded byte at the start of a text.
fn encoded(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

fn is_of_key(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

pub(super) fn may_be_key(run: &str) -> bool {
    run.len() >= KEY_FROM
        && run.contains(|c: char| c.is_ascii_alphabetic())
        && run.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_key_is_masked_wherever_it_stands() {
        for (text, shown) in [
            ("nk-fake-0123456789abcdef", "…cdef"),
            ("/x/nk-fake-0123456789abcdef", "/x/…cdef"),
            (
                "C:\\keys\\nk-fake-0123456789abcdef\\.env",
                "C:\\keys\\…cdef\\.env",
            ),
            ("nk-fake-01234567", "…"),
            (
                "https://nk-fake-0123456789abcdef:8080/v1",
                "https://…cdef:8080/v1",
            ),
            (
                "https://gw.example/?key=nk-fake-0123456789abcdef",
                "https://gw.example/?key=…cdef",
            ),
            ("text-embedding-3-small", "…mall"),
            ("/x/.env.nk-fake-0123456789abcdef", "/x/.env.…cdef"),
            ("\"nk-fake-0123456789abcdef\"", "\"…cdef\""),
            ("nk-fake-0123456789abcdef:80", "…cdef:80"),
            ("nk-fake-0123456789abcdef.pem", "…cdef.pem"),
            ("Bearer nk-fake-0123456789abcdef", "Bearer …cdef"),
            ("key=nk-fake-0123456789abcdef", "key=…cdef"),
            ("<nk-fake-0123456789abcdef>,", "<…cdef>,"),
            ("$nk-fake-0123456789abcdef\n", "$…cdef\\u{a}"),
            ("ключ nk-fake-0123456789abcdef…", "ключ …cdef…"),
            ("/a%2Fnk-fake-0123456789abcdef", "/a%2F…cdef"),
            ("/a%2fnk%2Dfake%2d0123456789abcdef%20b", "/a%2f…cdef%20b"),
            ("/%6e%6b-fake-0123456789abcdef%", "/…cdef%"),
        ] {
            assert_eq!(quoted(text), shown);
        }
    }

    #[test]
    fn ordinary_names_stay() {
        for text in [
            "/chat/completions",
            "gpt-4o-mini",
            "/home/user/project/.env",
            "/run/secrets/neura",
            "staging",
            "https://api.neura-ai.app/v1",
            "internationalization-team",
            "2026112918273000",
            "https://127.0.0.1:8080/v1",
            "https://[2001:db8::1]:8443/v1",
            "gw.example:443",
            "caf%C3%A9 %zz 100%",
            "C:\\Users\\me\\neura.env",
            "",
            "/",
            "//",
        ] {
            assert_eq!(quoted(text), text);
        }
    }

    #[test]
    fn a_variable_hides_only_the_profile() {
        let key = "NK_FAKE_0123456789ABCDEF";
        for prefix in ["NEURA_API_KEY_", "NEURA_BASE_URL_"] {
            for end in ["", "_FILE", "_COMMAND"] {
                let shown = quoted_variable(&format!("{prefix}{key}{end}"));
                assert_eq!(shown, format!("{prefix}…CDEF{end}"));
                let plain = format!("{prefix}STAGING_2{end}");
                assert_eq!(quoted_variable(&plain), plain);
            }
        }
        assert_eq!(
            quoted_variable("NEURA_API_KEY_COMMAND"),
            "NEURA_API_KEY_COMMAND"
        );
    }

    #[test]
    fn a_mask_shows_only_four_characters_of_a_long_key() {
        assert_eq!(mask("nk-fake-0123456789ab"), "…89ab");
        assert_eq!(mask("nk-fake-0123456789a"), "…");
        assert_eq!(mask("ключ-ключ-ключ-ключ-ключ"), "…ключ");
    }
}
