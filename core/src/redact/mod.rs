//! The secrets of a client, and text cleaned of them.
//!
//! One automaton over all forms of all secrets reads a text once: plain and in base64, each
//! character plain or escaped. The time does not grow with the number of secrets.

mod cleaner;
pub(crate) mod cost;
mod covered;
mod escape;
mod finder;
mod forms;
mod quote;
mod scan;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use zeroize::Zeroizing;

pub(crate) use cleaner::Cleaner;
pub(crate) use escape::escaped;
pub use quote::quoted;
pub(crate) use quote::{mask, quoted_path, quoted_variable};

use covered::Covered;
use finder::Finder;
use scan::Scan;
use text::Window;

/// Up to this size a text is short, and up to this number secrets are few.
const SHORT_TEXT: usize = 512;
const FEW: usize = 4;

/// The mark in place of a secret.
pub(crate) const MARK: &str = "[redacted]";

/// Every secret that a client or a call ever had: a late reply may still echo a key that was
/// replaced.
///
/// It is read without a lock: in a child of `fork` a lock might be held for ever.
#[derive(Default)]
pub(crate) struct Secrets(ArcSwap<Held>);

/// Replaced and never changed. The finders are made at their first use.
#[derive(Default)]
struct Held {
    secrets: Vec<Arc<Zeroizing<String>>>,
    finder: Made,
    /// For the secrets in lower case.
    lower_case: Made,
}

/// A finder made at its first use. Two threads may make it at once; both are the same.
#[derive(Default)]
struct Made(ArcSwapOption<Option<Finder>>);

impl Made {
    fn get(&self, make: impl FnOnce() -> Option<Finder>) -> Arc<Option<Finder>> {
        if let Some(made) = self.0.load_full() {
            return made;
        }
        let made = Arc::new(make());
        self.0.store(Some(Arc::clone(&made)));
        made
    }
}

impl Held {
    /// `None` inside if it could not be made.
    fn finder(&self) -> Arc<Option<Finder>> {
        let secrets = self.secrets.iter().map(|secret| secret.as_str());
        self.finder.get(|| Finder::new(secrets))
    }

    fn lower_case(&self) -> Arc<Option<Finder>> {
        let lower = |secret: &Arc<Zeroizing<String>>| Zeroizing::new(secret.to_ascii_lowercase());
        self.lower_case.get(|| {
            let secrets: Vec<Zeroizing<String>> = self.secrets.iter().map(lower).collect();
            Finder::new(secrets.iter().map(|secret| secret.as_str()))
        })
    }
}

impl Secrets {
    /// Adds a secret. The finder for it is made at the next cleaning.
    pub fn add(&self, secret: &str) {
        let secret = Arc::new(Zeroizing::new(secret.to_owned()));
        self.0.rcu(|now| {
            if secret.is_empty() || now.secrets.contains(&secret) {
                return Arc::clone(now);
            }
            let mut secrets = Vec::with_capacity(now.secrets.len() + 1);
            secrets.extend(now.secrets.iter().map(Arc::clone));
            secrets.push(Arc::clone(&secret));
            Arc::new(Held {
                secrets,
                ..Held::default()
            })
        });
    }

    /// Cleans a server's or a callable's text. The result is empty if the text holds a secret that
    /// is too short to be replaced.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        as_text(text, self.replace(text.as_bytes(), true))
    }

    /// Cleans a text of this library. It may quote a long secret; a short one matches only by
    /// chance.
    pub fn clean_own<'t>(&self, text: &'t str) -> Cow<'t, str> {
        as_text(text, self.replace(text.as_bytes(), false))
    }

    /// Cleans bytes that are not text of long secrets; a short one matches by chance.
    pub fn clean_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        match self.replace(bytes, false) {
            None => Cow::Borrowed(bytes),
            Some(clean) => Cow::Owned(clean),
        }
    }

    /// Whether a text holds a secret, ignoring case: a parsed host is in lower case.
    pub fn stands_in_any_case(&self, text: &str) -> bool {
        self.replace_in_any_case(text, true).is_some()
    }

    /// Cleans a message of this library: as [`clean_own`](Self::clean_own), also for hosts in lower
    /// case, and [`escaped`].
    pub fn clean_message(&self, text: &str) -> String {
        let text = self.clean_own(text);
        let text = as_text(&text, self.replace_in_any_case(&text, false));
        escaped(&text).into_owned()
    }

    fn replace_in_any_case(&self, text: &str, short_too: bool) -> Option<Vec<u8>> {
        let held = self.0.load();
        if held.secrets.is_empty() {
            return None;
        }
        let lower = text.to_ascii_lowercase();
        match &*held.lower_case() {
            Some(finder) => replace(finder, lower.as_bytes(), text.as_bytes(), short_too),
            None => Some(Vec::new()),
        }
    }

    /// Whether the text is exactly one of the secrets.
    pub fn contains(&self, text: &str) -> bool {
        let held = self.0.load();
        held.secrets.iter().any(|secret| secret.as_str() == text)
    }

    /// Text of this library that quotes what a caller gave: see [`quoted`].
    pub fn quoted(&self, text: &str) -> String {
        // Secrets first: a mask could remove a part of one, which then would not be found.
        quoted(&self.masked(text))
    }

    /// The same for text that programs use, for example a file's path: only these secrets are
    /// masked, not what may be a key.
    pub fn masked(&self, text: &str) -> String {
        if !self.may_stand_in(text) {
            return escaped(text).into_owned();
        }
        let is_secret = |text: &str| self.contains(text);
        let masked = quote::with_masked_parts(text, is_secret);
        let masked = quote::with_masks(&masked, is_secret);
        self.clean_message(&masked)
    }

    /// Whether a text may hold a secret. For a short text without escapes a plain search is enough;
    /// making the automaton would cost more.
    fn may_stand_in(&self, text: &str) -> bool {
        let held = self.0.load();
        let is_plain = text.len() <= SHORT_TEXT && !text.contains(['%', '\\', '\n', '\r']);
        if !is_plain || held.secrets.len() > FEW {
            return true;
        }
        let lower = text.to_ascii_lowercase();
        let symbols: Vec<u8> = text.bytes().map(forms::symbol).collect();
        held.secrets.iter().any(|secret| {
            let own = Zeroizing::new(secret.to_ascii_lowercase());
            let in_base64 = |form: forms::Form| {
                form.base64 && memchr::memmem::find(&symbols, &form.symbols).is_some()
            };
            lower.contains(own.as_str()) || forms::forms(secret).any(in_base64)
        })
    }

    /// `None` if the text holds no secret.
    fn replace(&self, bytes: &[u8], short_too: bool) -> Option<Vec<u8>> {
        let held = self.0.load();
        if held.secrets.is_empty() {
            return None;
        }
        match &*held.finder() {
            Some(finder) => replace(finder, bytes, bytes, short_too),
            None => Some(Vec::new()),
        }
    }
}

/// `shown` with marks at the positions of secrets in `searched`, a text of the same length. `None`
/// if there are no secrets.
fn replace(finder: &Finder, searched: &[u8], shown: &[u8], short_too: bool) -> Option<Vec<u8>> {
    let text = Window {
        bytes: searched,
        begin: 0,
    };
    let (mut covered, mut short) = (Covered::default(), Covered::default());
    Scan::new(finder, 0).read(finder, text, |found| {
        let parts = match found.form.short {
            false => &mut covered,
            true if short_too => &mut short,
            true => return,
        };
        parts.add(text, &found);
    });
    if !short.lie_in(&covered) {
        return Some(Vec::new());
    }
    if covered.is_empty() {
        return None;
    }
    let text = Window {
        bytes: shown,
        begin: 0,
    };
    let mut out = Vec::with_capacity(shown.len());
    covered.write(text, text.end(), &mut out);
    Some(out)
}

fn as_text(text: &str, clean: Option<Vec<u8>>) -> Cow<'_, str> {
    match clean {
        None => Cow::Borrowed(text),
        // A secret is whole characters, so both its ends are character boundaries.
        Some(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
