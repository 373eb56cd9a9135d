//! Characters around a value that was pasted: white space, invisible characters and quotation
//! marks.

/// Whether a value counts as not given: `trim` leaves nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// Removes white space and invisible characters around a value. They are often copied with a key
/// from a page, a chat or a file.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Invisible characters: byte order marks, joiners, direction marks, soft hyphens. Source:
/// Unicode's Default_Ignorable_Code_Point, without unassigned ones.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Straight quotes, curly quotes and backticks.
pub(crate) const QUOTES: [char; 11] = [
    '"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}',
    '\u{201e}', '\u{201f}',
];

/// Whether a text begins or ends with a quotation mark. Shells remove those of an assignment;
/// docker's `--env-file` and some settings editors keep them.
pub(crate) fn is_quoted(text: &str) -> bool {
    text.starts_with(QUOTES) || text.ends_with(QUOTES)
}
