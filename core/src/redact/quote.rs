//! What a caller gave, quoted in a message: where a name belongs a key may stand.

use std::path::Path;

use super::escape::escaped;

/// Keys of at least this many characters show their last four.
const MASK_SHOWS_FROM: usize = 20;

/// A part of a name that has so many characters may be a key.
const KEY_FROM: usize = 16;

/// `…` and the last four characters where there are 20 or more, else `…`.
pub(crate) fn mask(secret: &str) -> String {
    let count = secret.chars().count();
    let shown = if count >= MASK_SHOWS_FROM { 4 } else { 0 };
    let last = secret.chars().skip(count - shown);
    std::iter::once('…').chain(last).collect()
}

/// A path, profile, method or URL as a message quotes it, where the secrets of the client
/// are not known yet or not at hand. Source: design.md, Redaction.
///
/// A part, between `/` and `\`, of 16 or more letters, digits, `-` and `_` with a letter and
/// a digit among them may be a key, and is shown as its mask. In a URL what stands between
/// any of `:@?#&=` is a part too.
pub fn quoted(text: &str) -> String {
    with_masks(text, |_| false)
}

/// The same of a file's path.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// The name of a variable, of which a profile may be a part: `NEURA_API_KEY_STAGING`.
pub(crate) fn quoted_variable(name: &str) -> String {
    let prefixes = ["NEURA_API_KEY_", "NEURA_BASE_URL_"];
    let of_profile = |prefix| Some((prefix, name.strip_prefix(prefix)?));
    match prefixes.into_iter().find_map(of_profile) {
        None => name.to_owned(),
        Some((prefix, rest)) => {
            let profile = rest.strip_suffix("_FILE").unwrap_or(rest);
            let end = &rest[profile.len()..];
            [prefix, &quoted(profile), end].concat()
        }
    }
}

pub(super) fn with_masks(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let url = text.contains("://");
    let separates = |c: char| matches!(c, '/' | '\\') || url && ":@?#&=".contains(c);
    let mut out = String::with_capacity(text.len());
    for with_end in text.split_inclusive(separates) {
        let part = with_end.strip_suffix(separates).unwrap_or(with_end);
        // A profile has a file of its own: `.env.staging`.
        let name = part.strip_prefix(".env.").unwrap_or(part);
        out.push_str(&part[..part.len() - name.len()]);
        match may_be_key(name) || is_secret(name) {
            true => out.push_str(&mask(name)),
            false => out.push_str(name),
        }
        out.push_str(&with_end[part.len()..]);
    }
    escaped(&out).into_owned()
}

fn may_be_key(part: &str) -> bool {
    let of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    part.len() >= KEY_FROM
        && part.chars().all(of_key)
        && part.contains(|c: char| c.is_ascii_alphabetic())
        && part.contains(|c: char| c.is_ascii_digit())
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
            "",
            "/",
            "//",
        ] {
            assert_eq!(quoted(text), text);
        }
    }

    #[test]
    fn a_mask_shows_four_characters_of_a_long_key_alone() {
        assert_eq!(mask("nk-fake-0123456789ab"), "…89ab");
        assert_eq!(mask("nk-fake-0123456789a"), "…");
        assert_eq!(mask("ключ-ключ-ключ-ключ-ключ"), "…ключ");
    }
}
