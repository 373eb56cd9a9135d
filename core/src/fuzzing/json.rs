//! What must hold for the walk over JSON text.

use serde::de::IgnoredAny;

use crate::json;

/// A text is JSON for the walk if it is for `serde_json`, and a string reads as the same text.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let found = json::check(text).is_ok();
    assert_eq!(
        found,
        serde_json::from_str::<IgnoredAny>(text).is_ok(),
        "{text}"
    );
    if found {
        let read: Option<String> = serde_json::from_str(text).ok();
        assert_eq!(
            json::string(text.trim()).as_deref(),
            read.as_deref(),
            "{text}"
        );
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};
    use proptest::sample::select;

    /// Texts that are JSON or nearly.
    pub fn texts() -> impl Strategy<Value = Vec<u8>> {
        let piece = select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\":", " ", "\n", "null", "true", "fals",
            "false", "0", "-", "1", "12", "01", ".5", "1.5", "e", "E+7", "1e999", "\"a\"", "\\",
            "\\n", "\\u", "\\u00e9", "\\ud83d", "\\udE00", "\\u12g4", "\u{1}", "\u{7f}", "\u{c}",
            "\u{feff}", "é", "😀", "{}", "[]", "[[", "]]", "{\"b\":[",
        ]);
        let long =
            (any::<char>(), 0..100_usize).prop_map(|(it, times)| it.to_string().repeat(times));
        let piece = prop_oneof![8 => piece.prop_map(str::to_owned), 1 => long];
        let pieces = || vec(piece.clone(), 0..8).prop_map(|pieces| pieces.concat());
        // Many of a list's numbers are checked at once.
        let number = select(vec![
            "0.03125", "-0.5", "-7", " 12", "\n  0", "1e5", "-", "1.", ".5", "01", "", "1.2.3",
            "\t1",
        ]);
        let numbers =
            (vec(number, 1..4), 1..60_usize, pieces()).prop_map(|(some, times, piece)| {
                let numbers = some.join(",");
                format!("[{}{piece},{numbers}]", format!("{numbers},").repeat(times))
            });
        let text = prop_oneof![
            numbers,
            pieces(),
            pieces().prop_map(|text| format!("\"{text}\"")),
            pieces().prop_map(|text| format!(" [\"{text}\", {{\"k\": {text}}}]")),
            (1..200_usize).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth)),
            Just(String::new()),
        ];
        text.prop_map(String::into_bytes)
    }
}
