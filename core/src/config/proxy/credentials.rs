//! The user and password for a proxy.

use std::fmt;

use zeroize::Zeroizing;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// User and password, decoded. They are sent to the proxy and shown in no text.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub user: Zeroizing<String>,
    pub password: Zeroizing<String>,
}

impl Credentials {
    /// `user:password` in base64, as for the scheme `Basic`. Source: RFC 7617.
    pub fn basic(&self) -> Zeroizing<String> {
        base64(self.pair().as_bytes())
    }

    /// What no text may show: the password, and each form of the pair. Without a password the user
    /// name is secret, because it may be a token.
    pub fn secrets(&self) -> [Zeroizing<String>; 3] {
        let secret = match self.password.is_empty() {
            true => &self.user,
            false => &self.password,
        };
        [secret.clone(), self.pair(), self.basic()]
    }

    fn pair(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", *self.user, *self.password))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

fn base64(bytes: &[u8]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            out.push(match at <= three.len() {
                true => char::from(ALPHABET[bits >> (18 - 6 * at) & 63]),
                false => '=',
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{ff}?~", "w78/fg=="),
        ] {
            assert_eq!(*base64(plain.as_bytes()), coded, "{plain}");
        }
    }

    #[test]
    fn debug_shows_neither_user_nor_password() {
        let credentials = Credentials {
            user: "alice".to_owned().into(),
            password: "fake-password".to_owned().into(),
        };
        assert_eq!(format!("{credentials:?}"), "Credentials(…)");
    }
}
