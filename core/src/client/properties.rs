//! What a client is made of: its base URL, its limits, its connections, its secrets.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::{Attached, Client};
use crate::config::Limits;
use crate::error::Error;

impl Client {
    /// Where requests go, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.0.base_url_text
    }

    /// How many calls an asynchronous binding may run at a time with this client; `None` means the
    /// binding's shared limit.
    #[doc(hidden)]
    pub fn max_in_flight(&self) -> Option<usize> {
        self.0.max_in_flight
    }

    /// Closes the idle connections of all clones of this client. Running calls go on, and the next
    /// call opens a new connection.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// client.models().send()?;
    /// client.close_idle_connections();
    /// client.models().send()?;
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn close_idle_connections(&self) {
        self.0.http.close_idle();
    }

    /// The URL of a request to `path`.
    ///
    /// # Errors
    /// `config` if the path leaves the base URL or is not valid in a URL.
    ///
    /// ```
    /// let client = neura::Client::builder()
    ///     .api_key("nk-fake-0123456789abcdef")
    ///     .base_url("https://gw.example/v1/")
    ///     .build()?;
    /// assert_eq!(client.url("models")?, "https://gw.example/v1/models");
    /// assert!(client.url("https://other.example/v1/models").is_err());
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn url(&self, path: &str) -> Result<String, Error> {
        self.0.url(path, &[])
    }

    /// Whether a text holds a secret that this client has or had, in any form that the client
    /// redacts: for text that is stored elsewhere.
    #[doc(hidden)]
    pub fn holds_secret(&self, text: &str) -> bool {
        self.0.secrets.clean(text) != text
    }

    /// A value that a layer above shares with all clones of this client; `make` creates it at first
    /// use. Without a lock, because a fork may leave a lock held.
    pub(crate) fn attachment<T: Any + Clone + Send + Sync>(&self, make: impl Fn() -> T) -> T {
        let known = |attached: &Option<Arc<Attached>>| -> Option<T> {
            attached.as_ref()?.0.downcast_ref().cloned()
        };
        if let Some(attached) = known(&self.0.attached.load()) {
            return attached;
        }
        let made = make();
        let new = Arc::new(Attached(Box::new(made.clone())));
        let before = self
            .0
            .attached
            .compare_and_swap(&None::<Arc<Attached>>, Some(new));
        known(&before).unwrap_or(made)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// `text` without the client's secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.secrets.clean(text).into_owned()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.key_info().base_url())
            .field("key", &self.key_info().mask())
            .finish_non_exhaustive()
    }
}
