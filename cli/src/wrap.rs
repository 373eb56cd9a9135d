//! Text in lines of a terminal's width.

/// `text` with line breaks between its words, so that no line is longer than `width` characters if
/// its words allow it. The first line begins in column `indent`, and so do the others. Without a
/// width, or in a narrow terminal, the text stays in one line.
pub fn wrapped(text: &str, indent: usize, width: Option<usize>) -> String {
    let room = width.map_or(0, |width| width.saturating_sub(indent));
    if room < 24 {
        return text.to_owned();
    }
    let (mut lines, mut used) = (String::with_capacity(text.len()), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_no_wider_than_the_terminal() {
        let text = "the quick brown fox jumps over the lazy dog";
        assert_eq!(wrapped(text, 4, None), text);
        assert_eq!(wrapped(text, 4, Some(20)), text);
        let lines = wrapped(text, 4, Some(30));
        assert_eq!(lines, "the quick brown fox jumps\n    over the lazy dog");
        let long = "x".repeat(90);
        assert_eq!(wrapped(&long, 4, Some(30)), long);
    }
}
