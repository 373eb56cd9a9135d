//! The secret text of a key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::StoreError;

/// What every key of the sandbox begins with, so that nobody takes one for a
/// key of the real service.
pub const KEY_PREFIX: &str = "nk-sandbox-";

/// A key as its owner holds it. It is shown once, when it is made; neither
/// `Debug` nor the store has the text.
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

/// `text` up to a key of the sandbox in it: for paths and names that are told
/// or logged, where somebody may have put a key by mistake.
pub fn without_key(text: &str) -> String {
    match text.find(KEY_PREFIX) {
        Some(start) => format!("{}…", &text[..start + KEY_PREFIX.len()]),
        None => text.into(),
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What the store keeps of a key.
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
    fn a_key_inside_of_other_text_is_left_out() {
        assert_eq!(
            without_key("/v1/models/nk-sandbox-abc/x"),
            "/v1/models/nk-sandbox-…"
        );
        assert_eq!(without_key("/v1/models"), "/v1/models");
    }

    #[test]
    fn debug_text_has_no_part_of_the_key() {
        let key = Secret::generate().unwrap();
        assert_eq!(format!("{key:?}"), "Secret(…)");
    }
}
