//! What an error says about its client, and the secrets that it must not show.

use std::borrow::Cow;
use std::sync::Arc;

use neura_transport::Filter;

use crate::error::Error;
use crate::headers::{self, SHORTEST_WORD};
use crate::option_table::{self, OptionName, Scope};
use crate::redact::{Cleaner, MARK, Secrets};

/// Made once for each key, and for each call with secrets in its own headers.
#[derive(Clone)]
pub(crate) struct ErrorContext {
    /// Where the key came from, with its mask: "the environment variable NEURA_API_KEY (…1234)".
    pub key: String,
    pub base_url: Arc<str>,
    secrets: Arc<Secrets>,
    /// The secrets of one call.
    own: Arc<Secrets>,
    /// A note for a refusal: why no other key could be tried, or how long to wait.
    pub note: Option<Note>,
    /// The option that set the number of retries.
    pub retries: OptionName,
}

/// A note in the message of a refusal.
#[derive(Clone)]
pub(crate) struct Note {
    pub text: String,
    /// See [`Error::quotes_callback`].
    pub quotes_callback: bool,
}

/// Two cleaners, one after the other.
struct Cleaners {
    client: Cleaner,
    call: Cleaner,
    between: Vec<u8>,
}

impl Filter for Cleaners {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.client.push(bytes, &mut self.between);
        self.call.push(&self.between, out);
        self.between.clear();
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.client.finish(&mut self.between);
        self.call.push(&self.between, out);
        self.between.clear();
        self.call.finish(out);
    }
}

impl ErrorContext {
    pub fn new(key: String, base_url: &Arc<str>, secrets: &Arc<Secrets>) -> Self {
        ErrorContext {
            key,
            base_url: Arc::clone(base_url),
            secrets: Arc::clone(secrets),
            own: Arc::default(),
            note: None,
            retries: option_table::MAX_RETRIES.of(Scope::Client),
        }
    }

    /// Cleans a text of this library, which may quote what a server sent.
    pub fn clean_own(&self, text: &str) -> String {
        let text = self.secrets.clean_own(text);
        self.own.clean_own(&text).into_owned()
    }

    /// Cleans a message of this library, which may quote what a server sent, or hosts in lower
    /// case. The result has no secret and no control characters.
    pub fn message(&self, text: &str) -> String {
        let text = self.secrets.clean_message(text);
        self.own.clean_message(&text)
    }

    /// A path or URL of a request, as a message quotes it.
    pub fn quoted(&self, text: &str) -> String {
        self.own.quoted(&self.secrets.quoted(text))
    }

    /// The same for text that programs use: only secrets are masked.
    pub fn masked(&self, text: &str) -> String {
        self.own.masked(&self.secrets.masked(text))
    }

    /// Cleans a server's text of the secrets of the client and of the call.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.secrets.clean(text) {
            Cow::Borrowed(text) => self.own.clean(text),
            Cow::Owned(text) => Cow::Owned(self.own.clean(&text).into_owned()),
        }
    }

    /// Cleans a server's bytes that are not text. Short secrets stay, because they match by chance.
    pub fn clean_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let bytes = self.secrets.clean_bytes(bytes);
        self.own.clean_bytes(&bytes).into_owned()
    }

    /// Cleans the body of a reply as it comes. `is_error` is whether its status is an error.
    pub fn cleaner(&self, is_error: bool) -> impl Filter + use<> {
        Cleaners {
            client: Cleaner::new(&self.secrets, is_error),
            call: Cleaner::new(&self.own, is_error),
            between: Vec::new(),
        }
    }

    /// Whether a server's text holds a secret, or held one before it was cleaned.
    pub fn is_secret(&self, text: &str) -> bool {
        self.clean(text) != text || text.contains(MARK)
    }

    /// The same for a URL, whose host was parsed to lower case.
    pub fn is_secret_url(&self, url: &str) -> bool {
        self.is_secret(url)
            || self.secrets.stands_in_any_case(url)
            || self.own.stands_in_any_case(url)
    }

    /// The context of a call with the caller's headers: their secrets are kept out of every text
    /// too, and a refusal is about their Authorization. `dropped` headers are not sent, so no
    /// server echoes them, but the library above may put them elsewhere.
    pub fn with_headers(
        self: &Arc<Self>,
        callers: &[(String, String)],
        dropped: &[(String, String)],
    ) -> Arc<Self> {
        if callers.is_empty() && dropped.is_empty() {
            return Arc::clone(self);
        }
        // A short one would remove the server's whole text, and is mostly not a key: "unused".
        let unsent = headers::secrets(dropped).filter(|secret| secret.len() >= SHORTEST_WORD);
        let mut secrets = headers::secrets(callers).chain(unsent).peekable();
        if secrets.peek().is_none() {
            return Arc::clone(self);
        }
        let mut context = ErrorContext::clone(self);
        context.own = Arc::default();
        secrets.for_each(|secret| context.own.add(secret));
        if headers::has_authorization(callers) {
            "the caller's own Authorization header".clone_into(&mut context.key);
        }
        Arc::new(context)
    }

    /// The same for a call whose request has a number of retries of its own.
    pub fn with_own_retries(&self) -> Arc<Self> {
        Arc::new(ErrorContext {
            retries: option_table::MAX_RETRIES.of(Scope::Request),
            ..self.clone()
        })
    }

    /// The same with a note of this library.
    pub fn with_words(&self, text: String) -> Arc<Self> {
        let quotes_callback = false;
        Arc::new(ErrorContext {
            note: Some(Note {
                text,
                quotes_callback,
            }),
            ..self.clone()
        })
    }

    /// The same with a note for the caller: why no other key could be tried.
    pub fn with_note(&self, why: &Error) -> Arc<Self> {
        let text = self.clean_own(why.message());
        Arc::new(ErrorContext {
            note: Some(Note {
                quotes_callback: why.quotes_callback() && text == why.message(),
                text,
            }),
            ..self.clone()
        })
    }
}
