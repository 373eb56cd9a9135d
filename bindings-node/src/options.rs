//! Options of a client and of a call, from JavaScript objects to the core's setters.

use napi::bindgen_prelude::{Either, FromNapiValue, Null, TypeName, ValidateNapiValue};
use napi::{ValueType, sys};
use napi_derive::napi;
use neura::bindings::{Limit, RequestOptions};
use neura::{EnvFile, Options};

use crate::asking::ask;
use crate::pairs::{Headers, Query};

/// A limit in milliseconds: a number, or null for none.
pub struct Milliseconds(Limit);

impl TypeName for Milliseconds {
    fn type_name() -> &'static str {
        "number | null"
    }

    fn value_type() -> ValueType {
        ValueType::Number
    }
}

impl ValidateNapiValue for Milliseconds {}

impl FromNapiValue for Milliseconds {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        // SAFETY: the caller's own promise, passed on.
        let given = unsafe { Either::<f64, Null>::from_napi_value(env, value) }?;
        Ok(Milliseconds(match given {
            Either::A(milliseconds) => Limit::Seconds(milliseconds / 1000.0),
            Either::B(Null) => Limit::Off,
        }))
    }
}

/// The options of a client, their types already looked at in `lib/options.js`.
#[napi(object, object_to_js = false)]
pub struct ClientOptions {
    /// A key, or several.
    pub api_key: Option<Either<String, Vec<String>>>,
    /// A function gives the key; JavaScript knows which.
    pub asks_for_key: Option<bool>,
    pub profile: Option<String>,
    /// A path, or false for none.
    pub env_file: Option<Either<String, bool>>,
    #[napi(js_name = "baseURL")]
    pub base_url: Option<String>,
    #[napi(ts_type = "number | null")]
    pub timeout: Option<Milliseconds>,
    #[napi(ts_type = "number | null")]
    pub connect_timeout: Option<Milliseconds>,
    #[napi(ts_type = "number | null")]
    pub idle_timeout: Option<Milliseconds>,
    pub max_retries: Option<i64>,
    pub replay_unsent_only: Option<bool>,
    pub max_in_flight: Option<i64>,
    #[napi(ts_type = "[string, ...unknown[]]")]
    pub headers: Option<Headers>,
    /// The variables of a worker thread: name, value, name, value.
    pub environment: Option<Vec<String>>,
    /// A URL, or false for none.
    pub proxy: Option<Either<String, bool>>,
    pub ca_file: Option<String>,
    pub client_cert: Option<String>,
    pub client_key: Option<String>,
    pub max_body_bytes: Option<i64>,
    pub max_event_bytes: Option<i64>,
    pub max_header_bytes: Option<i64>,
    pub allow_http: Option<bool>,
}

impl ClientOptions {
    pub(crate) fn into_options(self) -> Options {
        let given = self;
        let mut options = Options::new();
        match given.api_key {
            Some(Either::A(key)) => options.set_api_key(key),
            Some(Either::B(keys)) => options.set_api_keys(keys),
            None => {}
        }
        if let Some(true) = given.asks_for_key {
            options.set_api_key_callback_for(ask);
        }
        if let Some(profile) = given.profile {
            options.set_profile(profile);
        }
        match given.env_file {
            Some(Either::A(path)) => options.set_env_file(EnvFile::Path(path.into())),
            Some(Either::B(search)) => options.set_env_file(match search {
                true => EnvFile::Search,
                false => EnvFile::Off,
            }),
            None => {}
        }
        if let Some(url) = given.base_url {
            options.set_base_url(url);
        }
        if let Some(Milliseconds(limit)) = given.timeout {
            options.give_timeout(limit);
        }
        if let Some(Milliseconds(limit)) = given.connect_timeout {
            options.give_connect_timeout(limit);
        }
        if let Some(Milliseconds(limit)) = given.idle_timeout {
            options.give_idle_timeout(limit);
        }
        if let Some(retries) = given.max_retries {
            options.give_max_retries(retries);
        }
        if let Some(calls) = given.max_in_flight {
            options.give_max_in_flight(calls);
        }
        if let Some(only) = given.replay_unsent_only {
            options.set_replay_unsent_only(only);
        }
        if let Some(Headers(headers)) = given.headers {
            for (name, value) in headers {
                options.set_header(name, value);
            }
        }
        if given.environment.is_some() {
            options.set_environment(pairs(given.environment));
        }
        match given.proxy {
            Some(Either::A(url)) => options.set_proxy(url),
            Some(Either::B(_)) => options.set_proxy(""),
            None => {}
        }
        if let Some(path) = given.ca_file {
            options.set_ca_file(path);
        }
        if let Some(path) = given.client_cert {
            options.set_client_cert(path);
        }
        if let Some(path) = given.client_key {
            options.set_client_key(path);
        }
        if let Some(bytes) = given.max_body_bytes {
            options.give_max_body_bytes(bytes);
        }
        if let Some(bytes) = given.max_event_bytes {
            options.give_max_event_bytes(bytes);
        }
        if let Some(bytes) = given.max_header_bytes {
            options.give_max_header_bytes(bytes);
        }
        if let Some(allow) = given.allow_http {
            options.set_allow_http(allow);
        }
        options
    }
}

/// The options of one call, made by `lib/request.js`.
#[napi(object, object_to_js = false)]
pub struct CallOptions {
    #[napi(ts_type = "number | null")]
    pub timeout: Option<Milliseconds>,
    pub max_retries: Option<i64>,
    #[napi(ts_type = "[string, ...unknown[]]")]
    pub headers: Option<Headers>,
    #[napi(ts_type = "[string, ...unknown[]]")]
    pub params: Option<Query>,
    pub idempotency_key: Option<String>,
    /// The names of the members of `extraBody`.
    pub unchecked: Option<Vec<String>>,
}

impl From<CallOptions> for RequestOptions {
    fn from(given: CallOptions) -> Self {
        let mut options = RequestOptions::new();
        if let Some(Milliseconds(limit)) = given.timeout {
            options.set_timeout(limit);
        }
        if let Some(retries) = given.max_retries {
            options.set_max_retries(retries);
        }
        if let Some(Headers(headers)) = given.headers {
            for (name, value) in headers {
                options.add_header(name, value);
            }
        }
        if let Some(Query(params)) = given.params {
            for (name, value) in params {
                options.add_param(name, value);
            }
        }
        if let Some(key) = given.idempotency_key {
            options.set_idempotency_key(key);
        }
        options.set_unchecked(given.unchecked.unwrap_or_default());
        options
    }
}

fn pairs(flat: Option<Vec<String>>) -> impl Iterator<Item = (String, String)> {
    let mut texts = flat.unwrap_or_default().into_iter();
    std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
}
