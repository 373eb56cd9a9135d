//! A request that another HTTP library sends with this client's key.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use neura_transport::{CancelToken, HeaderList, Method};

use super::{Client, Inner};
use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::error_context::ErrorContext;
use crate::headers;
use crate::keys::{Counters, Credential, SelectedKey};
use crate::rate_limit::RateLimit;
use crate::reply::Head;

/// One call of another library and its attempts, each with a key of the client.
pub(crate) struct ForeignCall<'c> {
    client: &'c Inner,
    method: Method,
    url: String,
    /// The caller's headers that are sent.
    callers: Vec<(String, String)>,
    /// The caller's headers that are not sent.
    dropped: Vec<(String, String)>,
    /// Limits the wait for a function that gives the key.
    call: Call,
    taken: SelectedKey,
    context: Arc<ErrorContext>,
    counters: Arc<Counters>,
    tried: Vec<Arc<Credential>>,
    attempts: u32,
}

impl<'c> ForeignCall<'c> {
    /// Takes the key for a request to `url`. Credentials for other services are removed from
    /// `headers`, unless they are kept; then an Authorization is sent instead of a key.
    ///
    /// # Errors
    /// `config` for a URL on another origin than the base URL's; the error of the key's source.
    pub fn new(
        client: &'c Client,
        method: Method,
        url: &str,
        headers: &mut HeaderMap,
        keep_authorization: bool,
    ) -> Result<Self, Error> {
        let client = &*client.0;
        // With the client's limits, because a function that gives the key may block.
        let call = Call::since(None, CancelToken::new(), client.limits, false, None);
        let url = client.url(url, &[])?;
        let (dropped, callers) = pairs(headers)
            .into_iter()
            .partition(|pair| !keep_authorization && headers::is_foreign(pair));
        let dropped: Vec<(String, String)> = dropped;
        for (name, _) in &dropped {
            headers.remove(name);
        }
        let taken = client.keys.take(&call)?;
        let mut this = ForeignCall {
            client,
            method,
            url,
            callers,
            dropped,
            call,
            context: Arc::clone(&taken.credential.context),
            counters: Arc::clone(&taken.credential.counters),
            taken,
            tried: Vec::new(),
            attempts: 0,
        };
        this.use_key();
        Ok(this)
    }

    /// Whether the caller's Authorization is sent instead of a key.
    fn has_authorization(&self) -> bool {
        headers::has_authorization(&self.callers)
    }

    fn use_key(&mut self) {
        let credential = &self.taken.credential;
        self.context = credential
            .context
            .with_headers(&self.callers, &self.dropped);
        self.counters = match self.has_authorization() {
            false => Arc::clone(&credential.counters),
            // No key is sent, so none counts as used.
            true => Arc::new(Counters::new(credential.info.clone())),
        };
    }

    /// Sets the Authorization of the next attempt.
    pub fn attempt(&mut self, headers: &mut HeaderMap) {
        if !self.has_authorization() {
            let key = &self.taken.credential.key;
            headers.insert(http::header::AUTHORIZATION, headers::authorization(key));
        }
        self.counters.sent(self.attempts > 0);
        self.attempts += 1;
    }

    /// The head of the reply to the last attempt.
    pub fn replied(&self, status: u16, headers: &HeaderMap) -> Head {
        self.counters.answered(status);
        let mut list = HeaderList::default();
        for (name, value) in headers {
            list.push(name.as_str(), value.as_bytes());
        }
        Head {
            method: self.method,
            status,
            rate_limit: RateLimit::from_headers(&list),
            shown_id: Head::shown_id_of(&list, &self.context),
            headers: Arc::new(list),
            url: self.url.clone(),
            took: Duration::ZERO,
            attempts: self.attempts,
            context: Arc::clone(&self.context),
            counters: Some(Arc::clone(&self.counters)),
        }
    }

    /// Whether another key may follow a 401. The caller must then keep the request.
    pub fn may_rekey(&self) -> bool {
        !self.has_authorization()
            && !self.client.replay_unsent_only
            && self.client.keys.may_follow(&self.taken, &self.tried)
    }

    /// Switches to another key after a 401, by the rules of the client's own calls. Returns whether
    /// the request must be sent again: there is another key, and `can_be_repeated` is true.
    ///
    /// # Errors
    /// `timeout`, if the wait for a key was too long. Any other error of the key's source is noted
    /// in `head`.
    pub fn rekey(
        &mut self,
        head: &mut Head,
        error: &Error,
        can_be_repeated: bool,
    ) -> Result<bool, Error> {
        if error.kind() == ErrorKind::MissingApiKey || self.has_authorization() {
            return Ok(false);
        }
        // Looked up in any case, so that the next call uses it.
        let keys = &self.client.keys;
        match keys.after_401(&self.taken, &self.tried, &self.call) {
            Ok(Some(taken)) if can_be_repeated && !self.client.replay_unsent_only => {
                let before = std::mem::replace(&mut self.taken, taken);
                self.tried.push(before.credential);
                self.use_key();
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(why) if self.call.gave_up(&why) => Err(why),
            Err(why) => {
                head.context = head.context.with_note(&why);
                Ok(false)
            }
        }
    }

    /// Removes the secrets from the headers of a reply.
    pub fn clean(&self, headers: &mut HeaderMap) {
        let is_secret = |name: &str| Head::shown_name(name, &self.context) != name;
        let secret: Vec<_> = headers
            .keys()
            .filter(|name| is_secret(name.as_str()))
            .cloned()
            .collect();
        for name in secret {
            headers.remove(name);
        }
        for value in headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes());
            let clean = self.context.clean(&text);
            if *clean != *text {
                let clean = HeaderValue::from_bytes(clean.as_bytes());
                *value = clean.unwrap_or(HeaderValue::from_static(""));
            }
        }
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let pairs = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)));
    pairs.collect()
}
