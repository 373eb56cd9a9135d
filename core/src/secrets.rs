//! Every secret that a client ever held, kept out of every text it gives away.

use std::borrow::Cow;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use crate::error::Redactor;

/// A redactor that grows: a key that was replaced may still be echoed by a late reply.
#[derive(Default)]
pub(crate) struct Secrets(RwLock<Redactor>);

impl Secrets {
    pub fn add(&self, secret: &str) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .add(secret);
    }

    /// A server's or a callable's text.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clean(text)
    }

    /// A text of ours.
    pub fn clean_own<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clean_own(text)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
