//! Escapes characters of a server's text that control a terminal or reorder text.

use std::borrow::Cow;

/// The text in one line and in its written order: control characters, line and paragraph separators
/// and direction marks become escapes such as `\u{1b}`. Letters of every script and their joiners
/// stay.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    // Not by `all`, so that it runs on vectors.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    let is_plain = text.bytes().fold(true, |all, byte| all & is_plain(byte));
    if is_plain || !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match steers(character) {
            true => out.extend(character.escape_unicode()),
            false => out.push(character),
        }
    }
    Cow::Owned(out)
}

fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{206f}'
        )
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        for (text, shown) in [
            ("\u{1b}[2J\u{7}", "\\u{1b}[2J\\u{7}"),
            (
                "a\r\nb\0\u{9b}\u{7f}\t",
                "a\\u{d}\\u{a}b\\u{0}\\u{9b}\\u{7f}\\u{9}",
            ),
            ("\u{202e}evil\u{2066}", "\\u{202e}evil\\u{2066}"),
            (
                "\u{2028}\u{2029}\u{200e}\u{200f}\u{61c}",
                "\\u{2028}\\u{2029}\\u{200e}\\u{200f}\\u{61c}",
            ),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }

    #[test]
    fn words_of_every_script_stay() {
        // Zero-width joiners are part of words in Persian and of emoji.
        for text in [
            "naïve",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "模型不存在",
            "\u{1f468}\u{200d}\u{1f4bb}",
            "",
        ] {
            assert_eq!(escaped(text), text);
        }
    }
}
