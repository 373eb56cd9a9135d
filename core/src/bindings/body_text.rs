//! What a body is as text: its charset, and where it stops to be JSON.

use serde_json::value::RawValue;

/// The charset that the `Content-Type` names.
///
/// ```
/// let headers = [("content-type".to_owned(), "text/html; charset=\"utf-16\"".to_owned())];
/// assert_eq!(neura::bindings::charset(&headers), Some("utf-16"));
/// assert_eq!(neura::bindings::charset(&[]), None);
/// ```
pub fn charset(headers: &[(String, String)]) -> Option<&str> {
    let (_, content_type) = headers.iter().find(|(name, _)| name == "content-type")?;
    let mut parameters = content_type.split(';').skip(1).map(str::trim);
    let (_, value) = parameters.find_map(|it| {
        it.split_once('=')
            .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
    })?;
    Some(value.trim_matches(['"', '\'', ' '])).filter(|value| !value.is_empty())
}

/// Where text stops to be JSON: the index in characters, and the line and the column from 1.
///
/// ```
/// assert_eq!(neura::bindings::end_of_json("[\n\u{e4}]".as_bytes()), (2, 2, 1));
/// ```
pub fn end_of_json(text: &[u8]) -> (usize, usize, usize) {
    let Err(error) = serde_json::from_slice::<&RawValue>(text) else {
        return (0, 1, 1);
    };
    let (line, column) = (error.line().max(1), error.column().max(1));
    let before = text.split_inclusive(|byte| *byte == b'\n').take(line - 1);
    let index = before.map(<[u8]>::len).sum::<usize>() + column - 1;
    let read = text[..index.min(text.len())].utf8_chunks();
    let characters =
        read.map(|it| it.valid().chars().count() + usize::from(!it.invalid().is_empty()));
    (characters.sum(), line, column)
}
