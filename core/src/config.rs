//! Options, and where each value comes from.

use std::env::VarError;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};
use crate::key::{self, ApiKey, Problem};
use crate::url::BaseUrl;

/// The variable that holds the key. Source: the service's page.
pub(crate) const KEY_VARIABLE: &str = "NEURA_API_KEY";
/// The variable that holds the base URL.
pub(crate) const URL_VARIABLE: &str = "NEURA_BASE_URL";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
const TIMEOUT: Duration = Duration::from_secs(600);
const MAX_RETRIES: u32 = 2;

/// A limit of time as a caller gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Limit {
    /// The default of this limit.
    #[default]
    Default,
    /// No limit.
    Off,
    /// So many seconds; 0 or less is a `config` error when the limit is used.
    Seconds(f64),
}

impl From<Duration> for Limit {
    fn from(limit: Duration) -> Self {
        Limit::Seconds(limit.as_secs_f64())
    }
}

impl Limit {
    pub(crate) fn resolve(
        self,
        name: &str,
        default: Option<Duration>,
    ) -> Result<Option<Duration>, Error> {
        match self {
            Limit::Default => Ok(default),
            Limit::Off => Ok(None),
            Limit::Seconds(seconds) if seconds > 0.0 => {
                // Beyond what a clock can add up, a limit is no limit.
                Ok(Duration::try_from_secs_f64(seconds)
                    .ok()
                    .filter(|d| d.as_secs() < 1 << 32))
            }
            Limit::Seconds(_) => Err(config(format!(
                "{name} must be more than 0. Leave it out for the default, or give none (null) \
                 for no limit"
            ))),
        }
    }
}

/// What a client is made with. Nothing is checked before [`Client::new`](crate::Client::new).
///
/// Debug shows no key and no header's value.
#[derive(Clone, Default)]
pub struct Options {
    api_key: Option<zeroize::Zeroizing<String>>,
    base_url: Option<String>,
    pub(crate) timeout: Limit,
    pub(crate) connect_timeout: Limit,
    pub(crate) idle_timeout: Limit,
    max_retries: Option<i64>,
    max_in_flight: Option<i64>,
    pub(crate) replay_unsent_only: bool,
    allow_http: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) language: Option<&'static str>,
}

impl Options {
    /// No option given: everything by its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key. An empty one is `malformed_api_key`; not called, it is read from the
    /// environment variable `NEURA_API_KEY`.
    pub fn set_api_key(&mut self, key: impl Into<String>) {
        self.api_key = Some(key.into().into());
    }

    /// Where requests go; default: `NEURA_BASE_URL`, else <https://api.neura-ai.app/v1>.
    pub fn set_base_url(&mut self, url: impl Into<String>) {
        self.base_url = Some(url.into());
    }

    /// One deadline over all attempts, waits and the body, for a stream until its headers
    /// came; default 600 s.
    pub fn set_timeout(&mut self, limit: Limit) {
        self.timeout = limit;
    }

    /// Looking up the name, connecting and the TLS handshake; default 5 s.
    pub fn set_connect_timeout(&mut self, limit: Limit) {
        self.connect_timeout = limit;
    }

    /// Between two pieces of a body, once the headers came; default 300 s.
    pub fn set_idle_timeout(&mut self, limit: Limit) {
        self.idle_timeout = limit;
    }

    /// How often a request is tried again after the first attempt; default 2.
    pub fn set_max_retries(&mut self, retries: i64) {
        self.max_retries = Some(retries);
    }

    /// How many calls an asynchronous binding runs at a time, more wait in order; default
    /// [`Dispatcher::DEFAULT_LIMIT`](crate::Dispatcher::DEFAULT_LIMIT), shared by its clients.
    pub fn set_max_in_flight(&mut self, calls: i64) {
        self.max_in_flight = Some(calls);
    }

    /// Send again only what certainly never reached the server; default false.
    pub fn set_replay_unsent_only(&mut self, only: bool) {
        self.replay_unsent_only = only;
    }

    /// Let the key leave over plain http to hosts that are not loopback; default false.
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

    /// A PEM file with the certificates of the authorities to trust, instead of the system's.
    pub fn set_ca_file(&mut self, path: impl Into<PathBuf>) {
        self.ca_file = Some(path.into());
    }

    /// The language that the caller's program is written in, for the `User-Agent`.
    pub fn set_language(&mut self, language: &'static str) {
        self.language = Some(language);
    }

    pub(crate) fn limits(&self) -> Result<Limits, Error> {
        Ok(Limits {
            total: self.timeout.resolve("timeout", Some(TIMEOUT))?,
            connect: self
                .connect_timeout
                .resolve("connect_timeout", Some(CONNECT_TIMEOUT))?,
            idle: self
                .idle_timeout
                .resolve("idle_timeout", Some(IDLE_TIMEOUT))?,
        })
    }

    pub(crate) fn retries(&self) -> Result<u32, Error> {
        self.max_retries.map_or(Ok(MAX_RETRIES), retries)
    }

    pub(crate) fn in_flight(&self) -> Result<Option<usize>, Error> {
        let at_least_one = |calls| usize::try_from(calls).ok().filter(|calls| *calls > 0);
        self.max_in_flight
            .map(|calls| {
                at_least_one(calls)
                    .ok_or_else(|| config(format!("max_in_flight must be 1 or more, not {calls}")))
            })
            .transpose()
    }

    /// The key, the base URL, and where each came from.
    pub(crate) fn resolve(&self) -> Result<Resolved, Error> {
        let (key, source) = self.find_key()?;
        let (url, url_source) = self.find_base_url()?;
        let base_url = BaseUrl::parse(&url, self.allow_http, url_source.place())?;
        Ok(Resolved {
            info: KeyInfo {
                source,
                mask: key.mask(),
                fingerprint: key.fingerprint(),
                base_url: base_url.to_string(),
                base_url_source: url_source.name(),
            },
            key,
            base_url,
        })
    }

    fn find_key(&self) -> Result<(ApiKey, KeySource), Error> {
        let parse = |text: &str, source: KeySource| match ApiKey::parse(text) {
            Ok(key) => Ok((key, source)),
            Err(problem) => Err(problem.error(source.place())),
        };
        if let Some(given) = &self.api_key {
            return parse(given, KeySource::Caller);
        }
        let seen = match std::env::var(KEY_VARIABLE) {
            Ok(text) if !key::is_blank(&text) => return parse(&text, KeySource::Environment),
            Ok(_) => "set, but empty",
            Err(VarError::NotPresent) => "not set",
            Err(VarError::NotUnicode(_)) => {
                return Err(Problem::NonAscii.error(KeySource::Environment.place()));
            }
        };
        Err(Error::new(
            ErrorKind::MissingApiKey,
            format!(
                "no API key was found. Looked in: the api_key option (not given), the environment \
                 variable {KEY_VARIABLE} ({seen}). Set {KEY_VARIABLE}, or give api_key; keys are \
                 made in the dashboard under \"API Keys\""
            ),
        ))
    }

    fn find_base_url(&self) -> Result<(String, UrlSource), Error> {
        if let Some(url) = self
            .base_url
            .as_deref()
            .filter(|url| !url.trim().is_empty())
        {
            return Ok((url.to_owned(), UrlSource::Caller));
        }
        match std::env::var(URL_VARIABLE) {
            Ok(url) if !url.trim().is_empty() && self.base_url.is_none() => {
                Ok((url, UrlSource::Environment))
            }
            Err(VarError::NotUnicode(_)) if self.base_url.is_none() => Err(config(format!(
                "the environment variable {URL_VARIABLE} is not UTF-8 text"
            ))),
            _ => Ok((String::new(), UrlSource::Default)),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_retries", &self.max_retries)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

/// The number of retries as a caller gives it.
pub(crate) fn retries(given: i64) -> Result<u32, Error> {
    u32::try_from(given).map_err(|_| {
        config(format!(
            "max_retries must lie between 0 and {}, not {given}. 0 sends a request once",
            u32::MAX
        ))
    })
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

/// The limits of a call after defaults; `None` is no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub total: Option<Duration>,
    pub connect: Option<Duration>,
    pub idle: Option<Duration>,
}

/// The key and the base URL that a client uses.
pub(crate) struct Resolved {
    pub key: ApiKey,
    pub base_url: BaseUrl,
    pub info: KeyInfo,
}

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    Caller,
    Environment,
}

impl KeySource {
    fn name(self) -> &'static str {
        match self {
            KeySource::Caller => "caller",
            KeySource::Environment => "environment",
        }
    }

    fn variable(self) -> Option<&'static str> {
        (self == KeySource::Environment).then_some(KEY_VARIABLE)
    }

    fn place(self) -> &'static str {
        match self {
            KeySource::Caller => "the api_key option",
            KeySource::Environment => "the environment variable NEURA_API_KEY",
        }
    }
}

#[derive(Clone, Copy)]
enum UrlSource {
    Caller,
    Environment,
    Default,
}

impl UrlSource {
    fn name(self) -> &'static str {
        match self {
            UrlSource::Caller => "caller",
            UrlSource::Environment => "environment",
            UrlSource::Default => "default",
        }
    }

    fn place(self) -> &'static str {
        match self {
            UrlSource::Caller => "the base_url option",
            UrlSource::Environment => "the environment variable NEURA_BASE_URL",
            UrlSource::Default => "the defaults",
        }
    }
}

/// Where the key in use came from and how it can be told apart; never the key.
#[derive(Clone, Debug)]
pub struct KeyInfo {
    source: KeySource,
    mask: String,
    fingerprint: String,
    base_url: String,
    base_url_source: &'static str,
}

impl KeyInfo {
    /// `…` and the last four characters of a key of 20 or more, else `…`.
    pub fn mask(&self) -> &str {
        &self.mask
    }

    /// The first 12 hex digits of the SHA-256 of the key.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// `caller` or `environment`.
    pub fn source(&self) -> &'static str {
        self.source.name()
    }

    /// The place and the mask, for a message.
    pub(crate) fn describe(&self) -> String {
        format!("{} ({})", self.source.place(), self.mask)
    }

    /// As JSON: `source, name, path, profile, mask, fingerprint, base_url, base_url_source`.
    pub fn to_json(&self) -> Value {
        json!({
            "source": self.source.name(),
            "name": self.source.variable(),
            "path": null,
            "profile": null,
            "mask": self.mask,
            "fingerprint": self.fingerprint,
            "base_url": self.base_url,
            "base_url_source": self.base_url_source,
        })
    }
}
