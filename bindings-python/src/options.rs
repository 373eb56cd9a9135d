//! Options of a client and of one request. Python's own layer names every
//! argument, so none has a default here: a default is a decision.

use pyo3::prelude::*;

use crate::api_key::ApiKey;
use crate::arguments::{Timeout, env_file, limit, path, proxy, text, timeout, whole};
use crate::pairs;

type Given<'a, 'py> = &'a Bound<'py, PyAny>;
type Perhaps<'py> = Option<Bound<'py, PyAny>>;

/// The arguments of `neura_ai.Client`.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct ClientOptions {
    options: neura::Options,
    api_key: Option<ApiKey>,
}

impl ClientOptions {
    /// The core's options. Where a callable gives the key, whoever calls the core says which.
    /// `is_async`: event loops, not threads, wait for the calls of this client.
    pub fn get(&self, is_async: bool) -> neura::Options {
        let mut options = self.options.clone();
        if let Some(key) = &self.api_key {
            key.give(is_async, &mut options);
        }
        options
    }

    /// The callable that gives the key, if one does.
    pub fn callable(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        match &self.api_key {
            Some(ApiKey::Callable(callable)) => Some(callable.clone_ref(py)),
            _ => None,
        }
    }
}

#[pymethods]
impl ClientOptions {
    #[new]
    #[pyo3(signature = (
        *, api_key, profile, env_file, base_url, timeout, connect_timeout, idle_timeout, max_retries,
        replay_unsent_only, max_in_flight, headers, proxy, ca_file, client_cert, client_key, max_body_bytes,
        max_event_bytes, max_header_bytes, allow_http
    ))]
    #[expect(clippy::too_many_arguments, reason = "one for each argument of Client")]
    fn new(
        api_key: Perhaps,
        profile: Perhaps,
        env_file: Perhaps,
        base_url: Perhaps,
        timeout: Given,
        connect_timeout: Given,
        idle_timeout: Given,
        max_retries: Perhaps,
        replay_unsent_only: bool,
        max_in_flight: Perhaps,
        headers: Given,
        proxy: Perhaps,
        ca_file: Perhaps,
        client_cert: Perhaps,
        client_key: Perhaps,
        max_body_bytes: Perhaps,
        max_event_bytes: Perhaps,
        max_header_bytes: Perhaps,
        allow_http: bool,
    ) -> PyResult<Self> {
        let mut options = neura::Options::new();
        if let Some(given) = profile {
            options.set_profile(text(&given, "profile")?);
        }
        if let Some(given) = env_file {
            options.set_env_file(self::env_file(&given)?);
        }
        if let Some(given) = base_url {
            options.set_base_url(text(&given, "base_url")?);
        }
        options.give_connect_timeout(limit(connect_timeout, "connect_timeout")?);
        options.give_idle_timeout(limit(idle_timeout, "idle_timeout")?);
        match self::timeout(timeout)? {
            Timeout::Total(total) => options.give_timeout(total),
            Timeout::ConnectAndRead(connect, read, written) => {
                options.split_timeout(connect, read, written);
            }
        }
        if let Some(retries) = max_retries {
            options.give_max_retries(whole(&retries, "max_retries")?);
        }
        options.set_replay_unsent_only(replay_unsent_only);
        options.set_allow_http(allow_http);
        if let Some(calls) = max_in_flight {
            options.give_max_in_flight(whole(&calls, "max_in_flight")?);
        }
        for (name, value) in pairs::headers(headers, "headers")? {
            options.set_header(name, value);
        }
        if let Some(given) = proxy {
            options.set_proxy(self::proxy(&given)?);
        }
        if let Some(given) = ca_file {
            options.set_ca_file(path(&given, "ca_file")?);
        }
        if let Some(given) = client_cert {
            options.set_client_cert(path(&given, "client_cert")?);
        }
        if let Some(given) = client_key {
            options.set_client_key(path(&given, "client_key")?);
        }
        if let Some(bytes) = max_body_bytes {
            options.give_max_body_bytes(whole(&bytes, "max_body_bytes")?);
        }
        if let Some(bytes) = max_event_bytes {
            options.give_max_event_bytes(whole(&bytes, "max_event_bytes")?);
        }
        if let Some(bytes) = max_header_bytes {
            options.give_max_header_bytes(whole(&bytes, "max_header_bytes")?);
        }
        let api_key = api_key.as_ref().map(ApiKey::new).transpose()?;
        Ok(Self { options, api_key })
    }
}

/// The arguments that every call takes.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct RequestOptions(neura::bindings::RequestOptions);

impl RequestOptions {
    /// The options for one call.
    pub fn get(&self) -> neura::bindings::RequestOptions {
        self.0.clone()
    }
}

#[pymethods]
impl RequestOptions {
    /// `content_type` is that of a form, unless `headers` has one. `is_named`: for a named call,
    /// whose arguments are `extra_headers` and `extra_query`.
    #[new]
    #[pyo3(signature = (
        *, headers, content_type, drop_foreign_credentials, params, is_named, timeout, max_retries,
        idempotency_key
    ))]
    #[expect(clippy::too_many_arguments, reason = "one for each option")]
    fn new(
        headers: Given,
        content_type: Option<&str>,
        drop_foreign_credentials: bool,
        params: Given,
        is_named: bool,
        timeout: Given,
        max_retries: Perhaps,
        idempotency_key: Perhaps,
    ) -> PyResult<Self> {
        let mut options = neura::bindings::RequestOptions::new();
        let [of_headers, of_params] = match is_named {
            true => ["extra_headers", "extra_query"],
            false => ["headers", "params"],
        };
        for (name, value) in pairs::headers(headers, of_headers)? {
            options.add_header(name, value);
        }
        if let Some(content_type) = content_type {
            options.add_missing_header("Content-Type", content_type);
        }
        options.set_drop_foreign_credentials(drop_foreign_credentials);
        for (name, value) in pairs::query(params, of_params)? {
            options.add_param(name, value);
        }
        match self::timeout(timeout)? {
            Timeout::Total(total) => options.set_timeout(total),
            Timeout::ConnectAndRead(connect, read, written) => {
                options.split_timeout(connect, read, written);
            }
        }
        if let Some(retries) = max_retries {
            options.set_max_retries(whole(&retries, "max_retries")?);
        }
        if let Some(key) = idempotency_key {
            options.set_idempotency_key(text(&key, "idempotency_key")?);
        }
        Ok(Self(options))
    }
}
