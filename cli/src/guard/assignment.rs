//! A literal that is given to NEURA_API_KEY, or to that of a profile, in any language.

use neura::bindings::CheckedKey;

/// The variable.
pub(crate) const VARIABLE: &str = "NEURA_API_KEY";
/// Shorter literals are no keys.
const SHORTEST: usize = 16;
/// What stands between a name and its value.
const LONGEST_GAP: usize = 24;
/// A line with this comment is passed over.
pub(crate) const ALLOWED: &str = "neura-guard: allow";
/// Words of literals that stand for a key.
const PLACEHOLDERS: [&str; 13] = [
    "fake",
    "example",
    "dummy",
    "placeholder",
    "your",
    "changeme",
    "change-me",
    "redacted",
    "xxxx",
    "test-key",
    "insert",
    "replace",
    "secret-here",
];

/// The key that is assigned after the name, which ends at `end` of a line.
pub(crate) fn key_after(line: &[u8], end: usize) -> Option<CheckedKey> {
    let rest = line.get(end..)?;
    let suffix = rest.iter().take_while(|byte| is_name(**byte)).count();
    let name = &rest[..suffix];
    if name.ends_with(b"_FILE") || name.ends_with(b"_COMMAND") {
        return None;
    }
    let value = after_gap(&rest[suffix..])?;
    let length = value.iter().take_while(|byte| is_of_value(**byte)).count();
    let text = std::str::from_utf8(&value[..length]).ok()?;
    let text = text.trim_end_matches(['.', ':']);
    is_like_a_key(text).then(|| CheckedKey::parse(text, "a file").ok())?
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn is_of_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:+/=~!@".contains(&byte)
}

/// What follows `=`, `:`, `:=`, `=>`, `,` or a blank, with closing and opening quotation marks and
/// brackets around it: `"NEURA_API_KEY": "..."`, `['NEURA_API_KEY'] = '...'`,
/// `setenv("NEURA_API_KEY", "...")`, `ENV NEURA_API_KEY ...`.
fn after_gap(rest: &[u8]) -> Option<&[u8]> {
    let is_gap = |byte: &&u8| b"\"'`])} \t=:>,?(".contains(*byte);
    let mut gap = rest.iter().take(LONGEST_GAP).take_while(is_gap).count();
    let separates = |byte: &u8| b"=:, \t".contains(byte);
    // A prefix of a text in Python, C++ or Rust: b"...", r'...'.
    let after = &rest[gap..];
    if after.len() > 1 && after[0].is_ascii_alphabetic() && b"\"'".contains(&after[1]) {
        gap += 2;
    }
    rest[..gap].iter().any(separates).then(|| &rest[gap..])
}

/// Not a word, a variable or a placeholder: keys have letters and digits.
fn is_like_a_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has = |is: fn(char) -> bool| text.chars().any(is);
    text.len() >= SHORTEST
        && has(|c| c.is_ascii_alphabetic())
        && has(|c| c.is_ascii_digit())
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && !text.contains("://")
        && !text.contains("..")
        // A path or a call: os.environ, /run/secrets/key1.
        && !text.contains('/')
        && !is_uniform(text)
}

/// `00000000`, `12345678`, `abcdabcd`: few different characters, or a run of the alphabet.
fn is_uniform(text: &str) -> bool {
    let body = text.rsplit(['-', '_', '.']).next().unwrap_or(text);
    let mut different: Vec<char> = body.chars().collect();
    different.sort_unstable();
    different.dedup();
    different.len() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> bool {
        let name = "NEURA_API_KEY";
        let end = line.find(name).unwrap() + name.len();
        key_after(line.as_bytes(), end).is_some()
    }

    #[test]
    fn literals_are_found_in_any_language() {
        let key = "nk-live-8f3kQ2x91LmZp0";
        for line in [
            "NEURA_API_KEY={}",
            "export NEURA_API_KEY=\"{}\"",
            "NEURA_API_KEY_PRODUCTION = '{}'",
            "  \"NEURA_API_KEY\": \"{}\",",
            "  NEURA_API_KEY: {} # comment",
            "os.environ['NEURA_API_KEY'] = b'{}'",
            "process.env.NEURA_API_KEY ??= `{}`",
            "setenv(\"NEURA_API_KEY\", \"{}\", 1);",
            "ENV NEURA_API_KEY {}",
            "set -gx NEURA_API_KEY {}",
            "-e NEURA_API_KEY={} image",
            "$env:NEURA_API_KEY = \"{}\"",
            "{ name = \"NEURA_API_KEY\", value = \"x\" }, NEURA_API_KEY = \"{}\"",
        ] {
            let line = line.replace("{}", key);
            let last = line.rfind("NEURA_API_KEY").unwrap();
            assert!(found(&line[last..]), "{line}");
        }
    }

    #[test]
    fn what_is_no_key_is_passed_over() {
        for line in [
            "NEURA_API_KEY=",
            "NEURA_API_KEY",
            "NEURA_API_KEY=your-api-key-0000000000",
            "NEURA_API_KEY=nk-fake-0123456789abcdef",
            "NEURA_API_KEY=<key>",
            "NEURA_API_KEY=$OTHER_VARIABLE_NAME_1",
            "NEURA_API_KEY=${{ secrets.NEURA_API_KEY_2 }}",
            "NEURA_API_KEY=xxxxxxxxxxxxxxxxxxxx1",
            "NEURA_API_KEY=nk-0000000000000000000001",
            "NEURA_API_KEY=...",
            "NEURA_API_KEY_FILE=/run/secrets/neura-key-2024-0001",
            "NEURA_API_KEY_COMMAND=secret-tool-lookup-0123456789",
            "NEURA_API_KEY from process.env.SOMETHING_2",
            "NEURA_API_KEY=https://vault.example.org/key1",
            "NEURA_API_KEY is looked for in the environment 1234567890123456",
            "getenv(\"NEURA_API_KEY\")",
        ] {
            assert!(!found(line), "{line}");
        }
    }
}
