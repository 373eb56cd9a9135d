//! Characters that come along when a value is pasted: white space, invisible characters and
//! quotation marks around it.

/// Whether a value counts as not given: nothing but what `parse` would trim.
pub(crate) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// Without outer white space and invisible characters, which come along when a key is copied
/// from a page, a chat or a file.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Characters without a form of their own: byte order marks, joiners, marks of direction,
/// soft hyphens. Source: Unicode's Default_Ignorable_Code_Point, without those that are not
/// assigned.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Straight, curly and back quotes.
pub(crate) const QUOTES: [char; 11] = [
    '"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}',
    '\u{201e}', '\u{201f}',
];

/// Whether a text begins or ends with a quotation mark. Shells take those of an assignment
/// away; docker's `--env-file` and some editors of settings keep them.
pub(crate) fn is_quoted(text: &str) -> bool {
    text.starts_with(QUOTES) || text.ends_with(QUOTES)
}
