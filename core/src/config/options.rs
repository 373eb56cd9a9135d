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
        self.left().is_none()
    }

    /// The time until the deadline, or a long one; `None` if the call has ended.
    pub(crate) fn left(&self) -> Option<Duration> {
        if self.cancel.poll() {
            return None;
        }
        let left = |end: Instant| end.saturating_duration_since(Instant::now());
        let left = self.end.map_or(Duration::MAX, left);
        (!left.is_zero()).then_some(left)
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

/// This file, or none.
impl From<Option<PathBuf>> for EnvFile {
    fn from(file: Option<PathBuf>) -> Self {
        file.map_or(EnvFile::Off, EnvFile::Path)
    }
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
    pub(crate) params: Vec<(String, String)>,
    /// The names of parameters that a client has no more, which is made of another.
    pub(crate) left_out: Vec<String>,
    pub(crate) network: Network,
    pub(crate) environment: Environment,
}

impl Options {
    /// All options at their defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// See [`ClientBuilder::api_key`](crate::ClientBuilder::api_key).
    pub fn set_api_key(&mut self, key: impl Into<String>) {
        self.set_api_keys([key.into()]);
        self.first_key = Some(&option_table::API_KEY);
    }

    /// See [`ClientBuilder::api_keys`](crate::ClientBuilder::api_keys).
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

    /// See [`ClientBuilder::api_key_callback`](crate::ClientBuilder::api_key_callback).
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

    /// See [`ClientBuilder::profile`](crate::ClientBuilder::profile).
    pub fn set_profile(&mut self, profile: impl Into<String>) {
        self.profile = Some(profile.into());
    }

    /// See [`ClientBuilder::env_file`](crate::ClientBuilder::env_file).
    pub fn set_env_file(&mut self, file: EnvFile) {
        self.env_file = file;
    }

    /// See [`ClientBuilder::base_url`](crate::ClientBuilder::base_url).
    pub fn set_base_url(&mut self, url: impl Into<String>) {
        self.base_url = Some(url.into());
    }

    /// See [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn set_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.total = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_timeout(&mut self, limit: Limit) {
        self.limits.total = limit;
    }

    /// See [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout).
    pub fn set_connect_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.connect = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_connect_timeout(&mut self, limit: Limit) {
        self.limits.connect = limit;
    }

    /// See [`ClientBuilder::idle_timeout`](crate::ClientBuilder::idle_timeout).
    pub fn set_idle_timeout(&mut self, limit: impl Into<Option<Duration>>) {
        self.limits.idle = Limit::of(limit);
    }

    #[doc(hidden)]
    pub fn give_idle_timeout(&mut self, limit: Limit) {
        self.limits.idle = limit;
    }

    /// See [`ClientBuilder::head_timeout`](crate::ClientBuilder::head_timeout).
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

    /// See [`ClientBuilder::max_retries`](crate::ClientBuilder::max_retries).
    pub fn set_max_retries(&mut self, retries: u32) {
        self.max_retries = Some(retries.into());
    }

    #[doc(hidden)]
    pub fn give_max_retries(&mut self, retries: i64) {
        self.max_retries = Some(retries);
    }

    /// See [`ClientBuilder::max_in_flight`](crate::ClientBuilder::max_in_flight).
    pub fn set_max_in_flight(&mut self, calls: usize) {
        self.max_in_flight = Some(i64::try_from(calls).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_in_flight(&mut self, calls: i64) {
        self.max_in_flight = Some(calls);
    }

    /// See [`ClientBuilder::replay_unsent_only`](crate::ClientBuilder::replay_unsent_only).
    pub fn set_replay_unsent_only(&mut self, only: bool) {
        self.replay_unsent_only = only;
    }

    /// See [`ClientBuilder::allow_http`](crate::ClientBuilder::allow_http).
    pub fn set_allow_http(&mut self, allow: bool) {
        self.allow_http = allow;
    }

    /// See [`ClientBuilder::header`](crate::ClientBuilder::header).
    pub fn set_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.headers
            .retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
        self.headers.push((name, value.into()));
    }

    /// Takes back all headers that were set.
    #[doc(hidden)]
    pub fn clear_headers(&mut self) {
        self.headers.clear();
    }

    /// Adds parameters to the query of every request that has none of that name. One without a value
    /// is not sent.
    #[doc(hidden)]
    pub fn add_params(&mut self, params: Vec<(String, Option<String>)>) {
        for (name, value) in params {
            match value {
                Some(value) => self.params.push((name, value)),
                None => self.left_out.push(name),
            }
        }
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
        self.limits_over(Limits::DEFAULT)
    }

    pub(crate) fn retries(&self) -> Result<u32, Error> {
        self.retries_over(option_table::MAX_RETRIES.count())
    }

    /// The limits, with those of another client where none is given.
    pub(crate) fn limits_over(&self, others: Limits) -> Result<Limits, Error> {
        others.with(&self.limits, Scope::Client)
    }

    /// The retries, with those of another client where none are given.
    pub(crate) fn retries_over(&self, others: u32) -> Result<u32, Error> {
        retries(self.max_retries, others, Scope::Client)
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
