//! What a client is made with.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neura_transport::CancelToken;
use zeroize::Zeroizing;

use super::Environment;
use super::limit::{GivenLimits, Limit, Limits, in_flight, retries};
use super::network::Network;
use crate::error::Error;
use crate::headers;
use crate::key::ApiKey;
use crate::option_table::{self, Scope};
use crate::redact::Secrets;

/// A caller's function that returns the key, or a message that says why it cannot.
pub(crate) type KeyCallback = Arc<dyn Fn(&CallbackContext) -> Result<String, String> + Send + Sync>;

/// The call that needs the key, for the callable that returns it.
#[derive(Debug, Default)]
pub struct CallbackContext {
    pub(crate) cancel: CancelToken,
    pub(crate) end: Option<Instant>,
}

impl CallbackContext {
    /// Whether the call has ended: it was cancelled, or its deadline passed. A callable that waits
    /// should check this from time to time. What it returns after that is ignored.
    pub fn is_over(&self) -> bool {
        self.cancel.poll() || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

/// How the caller gives the key.
#[derive(Clone, Default)]
pub(crate) enum KeyOption {
    /// Not at all: the key is looked up.
    #[default]
    Unset,
    /// One or more texts, the first preferred.
    Keys(Vec<Zeroizing<String>>),
    /// Called at the first request and after a 401.
    Callback(KeyCallback),
    /// Texts and a callback.
    Both,
}

/// Which `.env` files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvFile {
    /// The nearest from the working directory upwards.
    #[default]
    Search,
    /// None.
    Off,
    /// Only this file, which must exist.
    Path(PathBuf),
}

/// What a client is made with. Nothing is checked before [`Client::new`](crate::Client::new).
///
/// Debug shows no key and no header's value.
#[derive(Clone, Default)]
pub struct Options {
    pub(crate) key: KeyOption,
    /// The option that gave the first key.
    first_key: Option<&'static option_table::Row>,
    pub(crate) profile: Option<String>,
    pub(crate) env_file: EnvFile,
    pub(crate) base_url: Option<String>,
    limits: GivenLimits,
    max_retries: Option<i64>,
    max_in_flight: Option<i64>,
    pub(crate) replay_unsent_only: bool,
    pub(crate) allow_http: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) network: Network,
    pub(crate) environment: Environment,
}

impl Options {
    /// All options at their defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the key and replaces all that were given before. An empty key is
    /// `malformed_api_key`. Without any key it is looked up.
    pub fn set_api_key(&mut self, key: impl Into<String>) {
        self.set_api_keys([key.into()]);
        self.first_key = Some(&option_table::API_KEY);
    }

    /// A list of keys, the first preferred: after a 401 the next is used. An empty list is
    /// `config`.
    pub fn set_api_keys(&mut self, keys: impl IntoIterator<Item = String>) {
        let keys = keys.into_iter().map(Zeroizing::new).collect();
        self.first_key = Some(&option_table::API_KEYS);
        self.key = match self.key {
            KeyOption::Callback(_) | KeyOption::Both => KeyOption::Both,
            _ => KeyOption::Keys(keys),
        };
    }

    /// Appends a key to those that were given.
    pub fn add_api_key(&mut self, key: impl Into<String>) {
        match &mut self.key {
            KeyOption::Keys(keys) => keys.push(Zeroizing::new(key.into())),
            _ => self.set_api_keys([key.into()]),
        }
    }

    /// A function that returns the key, or a message that says why it cannot. The message becomes
    /// an error of kind `config`. The function is called at the first request and again after a
    /// 401, never by two threads at once. Giving keys as text as well is `config`.
    ///
    /// ```
    /// let mut options = neura::Options::new();
    /// options.set_api_key_callback(|| {
    ///     std::fs::read_to_string("/run/secrets/neura").map_err(|error| error.to_string())
    /// });
    /// let client = neura::Client::new(options)?; // the function is not called yet
    /// assert_eq!(client.key_info().source(), "callable");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn set_api_key_callback(
        &mut self,
        callback: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) {
        self.set_api_key_callback_for(move |_| callback());
    }

    /// As [`set_api_key_callback`](Self::set_api_key_callback), for a function that waits
    /// for its answer and should stop when its call has ended.
    #[doc(hidden)]
    pub fn set_api_key_callback_for(
        &mut self,
        callback: impl Fn(&CallbackContext) -> Result<String, String> + Send + Sync + 'static,
    ) {
        self.key = match self.key {
            KeyOption::Keys(_) | KeyOption::Both => KeyOption::Both,
            _ => KeyOption::Callback(Arc::new(callback)),
        };
    }

    /// Which of several keys in the environment and the files to use. Default: `NEURA_PROFILE`,
    /// else none.
    pub fn set_profile(&mut self, profile: impl Into<String>) {
        self.profile = Some(profile.into());
    }

    /// Which `.env` files are read; default: the nearest.
    pub fn set_env_file(&mut self, file: EnvFile) {
        self.env_file = file;
    }

    /// Where requests go. Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
    /// <https://api.neura-ai.app/v1>.
    pub fn set_base_url(&mut self, url: impl Into<String>) {
        self.base_url = Some(url.into());
    }

    /// One deadline for the whole call: all attempts, waits and the body. For a stream it ends with
    /// the headers. `None` is no limit, zero is `config`. Default: 600 s.
    pub fn set_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.total = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_timeout(&mut self, limit: Limit) {
        self.limits.total = limit;
    }

    /// The limit for opening a connection: looking up the name, connecting and the TLS handshake,
    /// including a proxy. `None` is no limit, zero is `config`. Default: 5 s.
    pub fn set_connect_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.connect = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_connect_timeout(&mut self, limit: Limit) {
        self.limits.connect = limit;
    }

    /// The limit between two pieces of a body, after the headers. `None` is no limit, zero is
    /// `config`. Default: 300 s.
    pub fn set_idle_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.idle = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_idle_timeout(&mut self, limit: Limit) {
        self.limits.idle = limit;
    }

    /// The longest time without progress before the headers of the reply: while the server receives
    /// the request, and from then until its next bytes. The read timeout of other clients limits
    /// this wait too. `None` is no limit, zero is `config`. Default: no limit.
    pub fn set_head_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.head = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_head_timeout(&mut self, limit: Limit) {
        self.limits.head = limit;
    }

    /// Sets the limits of connecting and reading from one value of a binding. `written` is how the
    /// caller wrote them, for errors. The second also limits the wait for the reply.
    #[doc(hidden)]
    pub fn split_timeout(&mut self, connect: Limit, read: Limit, written: [&'static str; 2]) {
        self.limits.split(connect, read, written);
    }

    /// How many times to retry after the first attempt; 0 sends once. Default: 2.
    pub fn set_max_retries(&mut self, retries: u32) {
        self.max_retries = Some(retries.into());
    }

    #[doc(hidden)]
    pub fn give_max_retries(&mut self, retries: i64) {
        self.max_retries = Some(retries);
    }

    /// How many asynchronous calls run at a time, each on a thread of this library; others wait in
    /// order. 0 is `config`. Default: 1,024, shared by all clients that do not set this.
    pub fn set_max_in_flight(&mut self, calls: usize) {
        self.max_in_flight = Some(i64::try_from(calls).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_in_flight(&mut self, calls: i64) {
        self.max_in_flight = Some(calls);
    }

    /// Whether only a request that certainly never reached the server is sent again. Default: false.
    pub fn set_replay_unsent_only(&mut self, only: bool) {
        self.replay_unsent_only = only;
    }

    /// Whether the key may be sent over plain http to a host that is not loopback. Default: false.
    pub fn set_allow_http(&mut self, allow: bool) {
        self.allow_http = allow;
    }

    /// A header of every request; it replaces the client's own of the same name.
    pub fn set_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.headers
            .retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
        self.headers.push((name, value.into()));
    }

    /// The secrets that the caller gives. A wrong value of an option may contain one of them.
    pub(crate) fn secrets(&self) -> Secrets {
        let secrets = Secrets::default();
        if let KeyOption::Keys(texts) = &self.key {
            let keys = texts.iter().filter_map(|text| ApiKey::parse(text).ok());
            keys.for_each(|key| secrets.add(key.secret()));
        }
        headers::secrets(&self.headers).for_each(|secret| secrets.add(secret));
        secrets
    }

    /// The option that gave the key at `index`.
    pub(crate) fn option_of_key(&self, index: usize) -> &'static option_table::Row {
        let first = self.first_key.filter(|_| index == 0);
        first.unwrap_or(&option_table::API_KEYS)
    }

    pub(crate) fn limits(&self) -> Result<Limits, Error> {
        Limits::DEFAULT.with(&self.limits, Scope::Client)
    }

    pub(crate) fn retries(&self) -> Result<u32, Error> {
        retries(
            self.max_retries,
            option_table::MAX_RETRIES.count(),
            Scope::Client,
        )
    }

    pub(crate) fn in_flight(&self) -> Result<Option<usize>, Error> {
        self.max_in_flight.map(in_flight).transpose()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let key = match &self.key {
            KeyOption::Unset => "looked up",
            KeyOption::Keys(_) => "…",
            KeyOption::Callback(_) => "callback",
            KeyOption::Both => "… and a callback",
        };
        f.debug_struct("Options")
            .field("api_key", &key)
            .field("profile", &self.profile)
            .field("env_file", &self.env_file)
            .field("timeout", &self.limits.total)
            .field("connect_timeout", &self.limits.connect)
            .field("idle_timeout", &self.limits.idle)
            .field("max_retries", &self.max_retries)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
