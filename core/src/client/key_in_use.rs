//! The key that the attempts of a call send, and the other key after a 401.

use std::sync::Arc;

use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::error_context::ErrorContext;
use crate::headers;
use crate::keys::{Counters, Credential, Keyring, SelectedKey};
use crate::reply::Head;

/// The caller's headers of one call.
pub(crate) struct CallersHeaders<'h> {
    pub sent: &'h [(String, String)],
    /// Those that belong to another service, and are not sent.
    pub dropped: &'h [(String, String)],
    /// An Authorization among those that are sent, or in the client's own options. It replaces
    /// the key.
    pub has_authorization: bool,
}

impl<'h> CallersHeaders<'h> {
    pub fn new(
        sent: &'h [(String, String)],
        dropped: &'h [(String, String)],
        of_client: &[(String, String)],
    ) -> Self {
        let mut all = [sent, of_client].into_iter();
        CallersHeaders {
            sent,
            dropped,
            has_authorization: all.any(headers::has_authorization),
        }
    }
}

/// The key in use, and those that were tried before it.
pub(crate) struct KeyInUse {
    selected: SelectedKey,
    tried: Vec<Arc<Credential>>,
    is_sent: bool,
    pub context: Arc<ErrorContext>,
    pub counters: Arc<Counters>,
}

impl KeyInUse {
    pub fn new(selected: SelectedKey, headers: &CallersHeaders<'_>) -> Self {
        let credential = &selected.credential;
        let is_sent = !headers.has_authorization;
        KeyInUse {
            tried: Vec::new(),
            is_sent,
            context: credential
                .context
                .with_headers(headers.sent, headers.dropped),
            counters: match is_sent {
                true => Arc::clone(&credential.counters),
                // A key that is not sent does not count as used.
                false => Arc::new(Counters::new(credential.info.clone(), None)),
            },
            selected,
        }
    }

    /// Goes on with another key.
    pub fn replace(&mut self, selected: SelectedKey, headers: &CallersHeaders<'_>) {
        let before = std::mem::replace(self, KeyInUse::new(selected, headers));
        self.tried = before.tried;
        self.tried.push(before.selected.credential);
    }

    pub fn credential(&self) -> &Credential {
        &self.selected.credential
    }

    /// Whether the key is sent, not the caller's own Authorization.
    pub fn is_sent(&self) -> bool {
        self.is_sent
    }

    /// Whether there may be another key after a 401.
    pub fn may_follow(&self, keys: &Keyring) -> bool {
        self.is_sent && keys.may_follow(&self.selected, &self.tried)
    }

    /// The key to try after the 401 with this error. It is looked up even if the request may not be
    /// sent again, so that the next call uses it.
    ///
    /// # Errors
    /// The call ended during the look-up. Any other error of the key's source is noted in `head`.
    pub fn after_401(
        &self,
        keys: &Keyring,
        call: &Call,
        head: &mut Head,
        error: &Error,
    ) -> Result<Option<SelectedKey>, Error> {
        if error.kind() == ErrorKind::MissingApiKey || !self.is_sent {
            return Ok(None);
        }
        match keys.after_401(&self.selected, &self.tried, call) {
            Err(why) if !call.gave_up(&why) => {
                head.context = head.context.with_note(&why);
                Ok(None)
            }
            found => found,
        }
    }
}
