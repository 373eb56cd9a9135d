//! Every secret that a client ever held, kept out of every text it gives away.

use std::borrow::Cow;
use std::fmt;

use arc_swap::ArcSwap;

use crate::error::Redactor;

/// A redactor that grows: a key that was replaced may still be echoed by a late reply. It is
/// read without a lock, which a child of `fork` might find held for ever.
#[derive(Default)]
pub(crate) struct Secrets(ArcSwap<Redactor>);

impl Secrets {
    pub fn add(&self, secret: &str) {
        self.0.rcu(|now| {
            let mut more = Redactor::clone(now);
            more.add(secret);
            more
        });
    }

    /// A server's or a callable's text.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0.load().clean(text)
    }

    /// A server's bytes that are no text.
    pub fn clean_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        self.0.load().clean_bytes(bytes)
    }

    /// A text of ours.
    pub fn clean_own<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0.load().clean_own(text)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
