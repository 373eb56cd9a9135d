//! Making a client the way Rust programs like best.

use std::path::PathBuf;
use std::time::Duration;

use super::Client;
use crate::config::{EnvFile, Limit, Options};
use crate::error::Error;

/// Makes a client; see [`Options`] for the meaning and default of each setting.
///
/// ```
/// use std::time::Duration;
///
/// let client = neura::Client::builder()
///     .api_key("nk-fake-0123456789abcdef")
///     .base_url("http://127.0.0.1:8080/v1")
///     .timeout(Duration::from_secs(60))
///     .header("X-Team", "search")
///     .build()?;
/// assert_eq!(client.key_info().mask(), Some("…cdef"));
/// # Ok::<(), neura::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientBuilder {
    options: Options,
}

impl ClientBuilder {
    /// The key, in place of the environment's.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.options.set_api_key(key);
        self
    }

    /// A list of keys, the first preferred.
    pub fn api_keys(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.options.set_api_keys(keys);
        self
    }

    /// A function that returns the key, or says why it cannot.
    pub fn api_key_callback(
        mut self,
        callback: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        self.options.set_api_key_callback(callback);
        self
    }

    /// Which of several keys to use.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.options.set_profile(profile);
        self
    }

    /// Which `.env` files are read.
    pub fn env_file(mut self, file: EnvFile) -> Self {
        self.options.set_env_file(file);
        self
    }

    /// Where requests go.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.options.set_base_url(url);
        self
    }

    /// One deadline over the whole call; `None` for no limit.
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_timeout(limit_of(limit));
        self
    }

    /// The limit for opening a connection; `None` for no limit.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_connect_timeout(limit_of(limit));
        self
    }

    /// The limit between two pieces of a body; `None` for no limit.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_idle_timeout(limit_of(limit));
        self
    }

    /// How often a request is tried again.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.options.set_max_retries(retries.into());
        self
    }

    /// How many calls an asynchronous binding runs at a time.
    pub fn max_in_flight(mut self, calls: u32) -> Self {
        self.options.set_max_in_flight(calls.into());
        self
    }

    /// Send again only what certainly never reached the server.
    pub fn replay_unsent_only(mut self, only: bool) -> Self {
        self.options.set_replay_unsent_only(only);
        self
    }

    /// A header of every request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.set_header(name, value);
        self
    }

    /// The proxy on the way to the service; an empty text for none.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.options.set_proxy(url);
        self
    }

    /// A PEM file with the authorities to trust.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_ca_file(path);
        self
    }

    /// A PEM file with the certificate to show to a server that asks for one.
    pub fn client_cert(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_cert(path);
        self
    }

    /// A PEM file with that certificate's key, where it stands in a file of its own.
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_key(path);
        self
    }

    /// The most bytes of a body, unpacked.
    pub fn max_body_bytes(mut self, bytes: i64) -> Self {
        self.options.set_max_body_bytes(bytes);
        self
    }

    /// The most bytes of one event of a stream.
    pub fn max_event_bytes(mut self, bytes: i64) -> Self {
        self.options.set_max_event_bytes(bytes);
        self
    }

    /// The most bytes of a reply's head.
    pub fn max_header_bytes(mut self, bytes: i64) -> Self {
        self.options.set_max_header_bytes(bytes);
        self
    }

    /// Let the key leave over plain http to hosts that are not loopback.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.options.set_allow_http(allow);
        self
    }

    /// Makes the client; see [`Client::new`].
    ///
    /// # Errors
    /// `missing_api_key`, `malformed_api_key`, `config`.
    pub fn build(self) -> Result<Client, Error> {
        Client::new(self.options)
    }
}

/// `None` is no limit.
pub(crate) fn limit_of(limit: impl Into<Option<Duration>>) -> Limit {
    limit.into().map_or(Limit::Off, Limit::from)
}

impl Client {
    /// Begins to describe a client.
    ///
    /// ```
    /// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let client = neura::Client::builder()
    ///     .max_retries(5)
    /// #     .api_key(&sandbox.api_key).base_url(&sandbox.base_url)
    ///     .build()?;
    /// assert!(client.get("/models").send()?.text().contains("gpt-5"));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}
