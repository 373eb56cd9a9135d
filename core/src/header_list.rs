//! The headers of a reply as a plain list: names in lower case, repeated ones in order.

/// The first value of `name`, which is given in lower case.
pub(crate) fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(have, _)| have == name)
        .map(|(_, value)| value.as_str())
}

/// A header's value as text. Bytes that are not UTF-8 are read as Latin-1, as HTTP once
/// defined them, so that no value is lost.
pub(crate) fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => value.iter().map(|byte| char::from(*byte)).collect(),
    }
}
