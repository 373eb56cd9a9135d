//! The builder of a client.

use std::path::PathBuf;
use std::time::Duration;

use super::Client;
use crate::config::{EnvFile, Options};
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
    /// The key; without it the key is looked up. An empty one is `malformed_api_key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.options.set_api_key(key);
        self
    }

    /// A list of keys, the first preferred: after a 401 the next is used. An empty list is
    /// `config`.
    pub fn api_keys(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.options.set_api_keys(keys);
        self
    }

    /// A function that returns the key, or the reason why it cannot, which becomes an error of kind
    /// `config`. It is called at the first request, and again after a 401.
    pub fn api_key_callback(
        mut self,
        callback: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        self.options.set_api_key_callback(callback);
        self
    }

    /// Which of several keys in the environment and the files to use. Default: `NEURA_PROFILE`,
    /// else the key without a profile.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.options.set_profile(profile);
        self
    }

    /// Which `.env` files are read. Default: the nearest.
    pub fn env_file(mut self, file: EnvFile) -> Self {
        self.options.set_env_file(file);
        self
    }

    /// Where requests go. Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
    /// <https://api.neura-ai.app/v1>.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.options.set_base_url(url);
        self
    }

    /// One deadline for each whole call, with all its attempts and waits; for a stream it ends with
    /// the headers. `None` is no limit, zero is `config`. Default: 600 s.
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_timeout(limit);
        self
    }

    /// The limit for opening a connection: looking up the name, connecting and the TLS
    /// handshake. `None` is no limit, zero is `config`. Default: 5 s.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_connect_timeout(limit);
        self
    }

    /// The limit between two pieces of a body, after the headers. `None` is no limit, zero is
    /// `config`. Default: 300 s.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_idle_timeout(limit);
        self
    }

    /// The longest time without progress before the headers of the reply: while the server receives
    /// the request, and from then until its first bytes. `None` is no limit, zero is `config`.
    /// Default: no limit.
    pub fn head_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_head_timeout(limit);
        self
    }

    /// How many times a request is retried after the first attempt; 0 sends once. Default: 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.options.set_max_retries(retries);
        self
    }

    /// How many calls of [`send_async`](crate::RequestBuilder::send_async) and the like run at a
    /// time, each on a thread of this library; more wait in order. 0 is `config`. Default: 1024,
    /// shared by all clients of the process that do not set this.
    pub fn max_in_flight(mut self, calls: usize) -> Self {
        self.options.set_max_in_flight(calls);
        self
    }

    /// Retry only if no byte of the request was sent. Default: false.
    pub fn replay_unsent_only(mut self, only: bool) -> Self {
        self.options.set_replay_unsent_only(only);
        self
    }

    /// A header of every request; it replaces the client's own header of that name. An invalid one
    /// is `config`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.set_header(name, value);
        self
    }

    /// The URL of the proxy; an empty text means no proxy. Default: that of the environment, by
    /// curl's rules. See [`Options::set_proxy`].
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.options.set_proxy(url);
        self
    }

    /// A PEM file with the authorities to trust. Default: the system's. See
    /// [`Options::set_ca_file`].
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_ca_file(path);
        self
    }

    /// A PEM file with the client certificate, sent to a server that asks for one.
    pub fn client_cert(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_cert(path);
        self
    }

    /// A PEM file with that certificate's key, if the key has its own file.
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_key(path);
        self
    }

    /// The largest body in bytes, unpacked; a larger one is `body_too_large`. Default: 256 MiB.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_body_bytes(bytes);
        self
    }

    /// The largest event of a stream in bytes; a larger one is `body_too_large`. Default: 64 MiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_event_bytes(bytes);
        self
    }

    /// The largest head of a reply in bytes; a larger one is `protocol`. Default: 64 KiB.
    pub fn max_header_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_header_bytes(bytes);
        self
    }

    /// Allows plain http, with the key, to hosts that are not loopback. Default: false.
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

impl Client {
    /// Starts building a client.
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
