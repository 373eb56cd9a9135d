//! A request that another HTTP library sends with this client's key.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use neura_transport::{CancelToken, HeaderList, Method};

use super::key_in_use::{CallersHeaders, KeyInUse};
use super::{Client, Inner};
use crate::call::Call;
use crate::error::Error;
use crate::headers;
use crate::rate_limit::RateLimit;
use crate::reply::{Head, usual_reason};
use crate::retry::{self, CallState, RetryPolicy};

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
    key: KeyInUse,
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
        let first = client.keys.take(&call)?;
        Ok(ForeignCall {
            key: KeyInUse::new(first, &CallersHeaders::new(&callers, &dropped, &[])),
            client,
            method,
            url,
            callers,
            dropped,
            call,
            attempts: 0,
        })
    }

    /// Sets the Authorization of the next attempt.
    pub fn attempt(&mut self, headers: &mut HeaderMap) {
        if self.key.is_sent() {
            let key = &self.key.credential().key;
            headers.insert(http::header::AUTHORIZATION, headers::authorization(key));
        }
        self.key.counters.sent(self.attempts > 0);
        self.attempts += 1;
    }

    /// The head of the reply to the last attempt.
    pub fn replied(&self, status: u16, headers: &HeaderMap) -> Head {
        self.key.counters.answered(Some(status));
        let mut list = HeaderList::default();
        for (name, value) in headers {
            list.push(name.as_str(), value.as_bytes());
        }
        Head {
            method: self.method,
            status,
            reason: usual_reason(status).into(),
            rate_limit: RateLimit::from_headers(&list),
            shown_id: Head::shown_id_of(&list, &self.key.context),
            headers: Arc::new(list),
            url: self.url.clone(),
            took: Duration::ZERO,
            attempts: self.attempts,
            context: Arc::clone(&self.key.context),
            counters: Some(Arc::clone(&self.key.counters)),
        }
    }

    /// Whether another key may follow a 401. The caller must then keep the request.
    pub fn may_rekey(&self) -> bool {
        self.allows_another_key() && self.key.may_follow(&self.client.keys)
    }

    /// Switches to another key after a 401, under the same rules as the client's own calls. Returns
    /// whether the request must be sent again: there is another key, and `can_be_repeated`.
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
        let keys = &self.client.keys;
        let other = self.key.after_401(keys, &self.call, head, error)?;
        let allowed = can_be_repeated && self.allows_another_key();
        let Some(selected) = other.filter(|_| allowed) else {
            return Ok(false);
        };
        let headers = CallersHeaders::new(&self.callers, &self.dropped, &[]);
        self.key.replace(selected, &headers);
        Ok(true)
    }

    fn allows_another_key(&self) -> bool {
        let policy = RetryPolicy {
            max_retries: 0,
            unsent_only: self.client.replay_unsent_only,
            budget: &self.client.budget,
        };
        let state = CallState {
            retries_made: 0,
            request_sent: true,
            forked: self.call.is_forked(),
            left: self.call.left(),
        };
        retry::allows_another_key(&policy, &state)
    }

    /// Removes the secrets from the headers of a reply.
    pub fn clean(&self, headers: &mut HeaderMap) {
        let is_secret = |name: &str| Head::shown_name(name, &self.key.context) != name;
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
            let clean = self.key.context.clean(&text);
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
