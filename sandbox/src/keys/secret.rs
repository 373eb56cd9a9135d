//! The secret text of a key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::StoreError;

/// The prefix of every key of the sandbox, so that it is not mistaken for a key
/// of the real service.
pub const KEY_PREFIX: &str = "nk-sandbox-";

/// The text of a key. It is shown once, when the key is made; neither `Debug`
/// nor the store has it.
pub struct Secret(String);

impl Secret {
    /// Makes a key with 256 bits from the system's random source.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandomness {
            reason: error.to_string(),
        })?;
        let mut text = String::from(KEY_PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Ok(Self(text))
    }

    /// The whole key, for the one time that it is shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }

    pub(super) fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

/// `text` up to the first key of the sandbox in it, for paths and names in
/// replies and logs: a caller may have put a key there by mistake. The key is
/// found in any mix of percent-encoding, even encoded several times.
pub fn without_key(text: &str) -> String {
    let decoded = percent_decoded(text);
    let prefix = KEY_PREFIX.as_bytes();
    let found = decoded
        .windows(prefix.len())
        .find(|window| window.iter().map(|(byte, _)| byte).eq(prefix));
    match found {
        // A byte's place is that of its first character or its `%`.
        Some(window) => format!("{}{KEY_PREFIX}…", &text[..window[0].1]),
        None => text.into(),
    }
}

/// The bytes that `text` decodes to, and where each begins in it.
fn percent_decoded(text: &str) -> Vec<(u8, usize)> {
    let mut decoded: Vec<(u8, usize)> = Vec::with_capacity(text.len());
    for (place, byte) in text.bytes().enumerate() {
        decoded.push((byte, place));
        // Decoded again: `%256E` stands for `%6E`, which stands for `n`.
        while let [.., (b'%', start), (high, _), (low, _)] = decoded[..]
            && let (Some(high), Some(low)) = (hex(high), hex(low))
        {
            decoded.truncate(decoded.len() - 3);
            decoded.push((high * 16 + low, start));
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The hash of a key, for the store.
///
/// A plain SHA-256 without salt or stretching is enough: a key has 256 random
/// bits, so neither a dictionary nor a table of known hashes can be tried
/// against it, and a fast hash keeps the look-up of each request cheap.
pub(super) fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_plainly_a_sandbox_key_and_never_the_same_twice() {
        let (first, second) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_eq!(first.reveal().len(), KEY_PREFIX.len() + 43);
        assert!(first.reveal().starts_with(KEY_PREFIX));
        assert_ne!(first.reveal(), second.reveal());
    }

    #[test]
    fn a_key_inside_other_text_is_left_out() {
        assert_eq!(
            without_key("/v1/models/nk-sandbox-abc/x"),
            "/v1/models/nk-sandbox-…"
        );
        for text in ["/v1/models", "/%", "/%6", "/%zz", "é%E9nk-sandbox", "%"] {
            assert_eq!(without_key(text), text);
        }
    }

    #[test]
    fn a_percent_encoded_key_is_left_out() {
        let all: String = KEY_PREFIX
            .bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect();
        for key in [
            "%6Ek-sandbox-abc",
            "%6ek%2dsandbox%2Dabc",
            "nk-sandbox%2dabc%20",
            "%256Ek-sandbox-abc",
            "%25%36Ek-sandbox-abc",
            "%2525256ek-sandbox-abc",
            "%%36%45k-sandbox-abc",
            &all,
        ] {
            assert_eq!(
                without_key(&format!("/é/{key}/x")),
                "/é/nk-sandbox-…",
                "{key}"
            );
        }
    }

    #[test]
    fn debug_text_has_no_part_of_the_key() {
        let key = Secret::generate().unwrap();
        assert_eq!(format!("{key:?}"), "Secret(…)");
    }
}
