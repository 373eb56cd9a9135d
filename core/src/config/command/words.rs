//! Splits a text into words as a shell does, without any other part of a shell. Pure.

/// The words of a text, separated by blanks, tabs and line breaks. Quotation marks and backslashes
/// work as in POSIX. Nothing is expanded, and `|`, `>`, `;`, `#` and `$` are plain characters.
/// `None` if a quotation mark is not closed or nothing follows a backslash.
///
/// Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    // Empty quotation marks are a word too.
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            '\n' => {}
                            c @ ('$' | '`' | '"' | '\\') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => match chars.next()? {
                '\n' => {}
                c => word.get_or_insert_default().push(c),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, words) in [
            ("", &[][..]),
            (" \t\n", &[]),
            (
                "op read op://vault/neura/key",
                &["op", "read", "op://vault/neura/key"],
            ),
            ("  pass   neura  ", &["pass", "neura"]),
            ("a 'b c' \"d e\"", &["a", "b c", "d e"]),
            ("a'b'\"c\"d", &["abcd"]),
            ("'' \"\" a", &["", "", "a"]),
            (r#""a\"b\\c\$d\`e\f""#, &[r#"a"b\c$d`e\f"#]),
            (r"'a\b'", &[r"a\b"]),
            (r"a\ b \'c\'", &["a b", "'c'"]),
            ("a\\\nb \"c\\\nd\"", &["ab", "cd"]),
            (
                "$HOME ~ *.key a|b >c #d `e` $(f)",
                &["$HOME", "~", "*.key", "a|b", ">c", "#d", "`e`", "$(f)"],
            ),
        ] {
            let found = split(text);
            let found: Option<Vec<&str>> = found
                .as_ref()
                .map(|found| found.iter().map(String::as_str).collect());
            assert_eq!(found.as_deref(), Some(words), "{text}");
        }
        for text in ["'", "\"", "a 'b", "\"a\\\"", "a\\", "'a\\'b'"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
