//! What an error tells about the client it came from, and what it must not tell.

use std::borrow::Cow;
use std::sync::Arc;

use neura_transport::Filter;

use crate::error::Error;
use crate::headers::{self, SHORTEST_WORD};
use crate::redact::{Cleaner, MARK, Secrets};

/// Made once for each key; a call with secrets in its own headers has one of its own.
#[derive(Clone)]
pub(crate) struct ErrorContext {
    /// Where the key came from, with its mask: "the environment variable NEURA_API_KEY (…1234)".
    pub key: String,
    pub base_url: Arc<str>,
    secrets: Arc<Secrets>,
    /// The secrets of one call.
    own: Arc<Secrets>,
    /// What else a refusal has to tell: why no other key could be tried, or how long to wait.
    pub note: Option<Note>,
}

/// What a refusal has to tell beside itself.
#[derive(Clone)]
pub(crate) struct Note {
    pub text: String,
    /// See [`Error::quotes_callback`].
    pub quotes_callback: bool,
}

/// One behind the other.
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
        }
    }

    /// A text of ours, which may quote what a server sent.
    pub fn clean_own(&self, text: &str) -> String {
        let text = self.secrets.clean_own(text);
        self.own.clean_own(&text).into_owned()
    }

    /// A message of ours, which may quote what a server sent, or hosts in small letters: no
    /// secret is in it, and nothing that steers a terminal.
    pub fn message(&self, text: &str) -> String {
        let text = self.secrets.clean_message(text);
        self.own.clean_message(&text)
    }

    /// A path or URL that was asked, as a message quotes it.
    pub fn quoted(&self, text: &str) -> String {
        self.own.quoted(&self.secrets.quoted(text))
    }

    /// The same of what is of use to a program: only secrets are masked.
    pub fn masked(&self, text: &str) -> String {
        self.own.masked(&self.secrets.masked(text))
    }

    /// A server's text without a secret of the client or of the call.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.secrets.clean(text) {
            Cow::Borrowed(text) => self.own.clean(text),
            Cow::Owned(text) => Cow::Owned(self.own.clean(&text).into_owned()),
        }
    }

    /// A server's bytes that are no text, without a secret that is long enough to be told from
    /// chance.
    pub fn clean_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let bytes = self.secrets.clean_bytes(bytes);
        self.own.clean_bytes(&bytes).into_owned()
    }

    /// Cleans the body of a reply as it comes. `is_error` says whether its status is one's.
    pub fn cleaner(&self, is_error: bool) -> impl Filter + use<> {
        Cleaners {
            client: Cleaner::new(&self.secrets, is_error),
            call: Cleaner::new(&self.own, is_error),
            between: Vec::new(),
        }
    }

    /// Whether a server's text holds a secret, or held one before it was put away.
    pub fn is_secret(&self, text: &str) -> bool {
        self.clean(text) != text || text.contains(MARK)
    }

    /// The same of a URL, whose host parsing has written in small letters.
    pub fn is_secret_url(&self, url: &str) -> bool {
        self.is_secret(url)
            || self.secrets.stands_in_any_case(url)
            || self.own.stands_in_any_case(url)
    }

    /// What is to be told where the caller's own headers go along: their secrets are kept
    /// out of every text too, and it is their Authorization that a server refuses. `dropped`
    /// are not sent, and no server can echo them; but what is above may put them elsewhere.
    pub fn with_headers(
        self: &Arc<Self>,
        callers: &[(String, String)],
        dropped: &[(String, String)],
    ) -> Arc<Self> {
        // A short one would cost the server's whole text, and is mostly no key: "unused".
        let unsent = headers::secrets(dropped).filter(|secret| secret.len() >= SHORTEST_WORD);
        let mut secrets = headers::secrets(callers).chain(unsent).peekable();
        if secrets.peek().is_none() {
            return Arc::clone(self);
        }
        let mut about = ErrorContext::clone(self);
        about.own = Arc::default();
        secrets.for_each(|secret| about.own.add(secret));
        if headers::has_authorization(callers) {
            "the caller's own Authorization header".clone_into(&mut about.key);
        }
        Arc::new(about)
    }

    /// The same with a note in words of ours.
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
