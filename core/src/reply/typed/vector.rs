//! The vector of an embedding, as a list of numbers or in base64.

use serde::de::{Deserialize, Deserializer, Error as _};

/// Reads a vector: a list of numbers, or base64 of 32-bit floats in little-endian order.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Vector {
        Floats(Vec<f32>),
        Base64(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(Vec::new()),
        Some(Vector::Floats(floats)) => Ok(floats),
        Some(Vector::Base64(text)) => {
            let bytes = unpacked(text.as_bytes()).filter(|bytes| bytes.len().is_multiple_of(4));
            let bytes =
                bytes.ok_or_else(|| D::Error::custom("a vector is not base64 of floats"))?;
            let (floats, _) = bytes.as_chunks();
            Ok(floats
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect())
        }
    }
}

/// Decodes base64, with or without `=` at its end.
fn unpacked(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=');
    let text = &text[..end.map_or(0, |end| end + 1)];
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | value_of(*byte)?;
        }
        // An incomplete group of n characters holds n - 1 whole bytes.
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn value_of(byte: u8) -> Option<u32> {
    let (first, value) = match byte {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => return Some(62),
        b'/' => return Some(63),
        _ => return None,
    };
    Some(u32::from(byte - first) + value)
}
