//! Options of a client and of one request. None has a default here: a default is a decision.

use neura::bindings::{CLIENT_OPTIONS, Limit, NamedOption, REQUEST_OPTIONS, Setter};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::api_key::ApiKey;
use crate::arguments::{
    Timeout, limit, path, path_or_off, proxy_url, switch, text, timeout, whole,
};
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
    /// `options` are those of the core's table; Python's own layer refuses others.
    #[new]
    #[pyo3(signature = (*, api_key, **options))]
    fn new(api_key: Perhaps, options: Option<Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut made = neura::Options::new();
        let split = neura::Options::split_timeout;
        put_all(&mut made, CLIENT_OPTIONS, options, split)?;
        let api_key = api_key.as_ref().map(ApiKey::new).transpose()?;
        Ok(Self {
            options: made,
            api_key,
        })
    }
}

/// Gives two limits that were written as one value.
type Split<O> = fn(&mut O, Limit, Limit, [&'static str; 2]);

/// Gives the arguments to the core's options.
fn put_all<O>(
    options: &mut O,
    table: &[NamedOption<O>],
    given: Option<Bound<'_, PyDict>>,
    split: Split<O>,
) -> PyResult<()> {
    let Some(given) = given else {
        return Ok(());
    };
    for option in table {
        let Some(name) = option.name() else {
            continue;
        };
        if let Some(value) = given.get_item(name)? {
            put(options, &option.setter, name, &value, split)?;
        }
    }
    Ok(())
}

/// Gives one argument. None leaves an option out, switches a limit of time off, and is refused for
/// a switch.
fn put<O>(
    options: &mut O,
    setter: &Setter<O>,
    name: &str,
    value: Given,
    split: Split<O>,
) -> PyResult<()> {
    match setter {
        Setter::Time(set) if name == "timeout" => match timeout(value)? {
            Timeout::Total(total) => set(options, total),
            Timeout::ConnectAndRead(connect, read, written) => {
                split(options, connect, read, written);
            }
        },
        Setter::Time(set) => set(options, limit(value, name)?),
        Setter::Switch(set) => set(options, switch(value, name)?),
        _ if value.is_none() => {}
        Setter::Text(set) => set(options, text(value, name)?),
        Setter::ProxyUrl(set) => set(options, proxy_url(value, name)?),
        Setter::Path(set) => set(options, path(value, name)?),
        Setter::PathOrOff(set) => set(options, path_or_off(value, name)?),
        Setter::Whole(set) => set(options, whole(value, name)?),
        Setter::Pair(set) => {
            for (name, value) in pairs::headers(value, name)? {
                set(options, name, value);
            }
        }
    }
    Ok(())
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
        *, headers, content_type, drop_foreign_credentials, params, is_named, **options
    ))]
    fn new(
        headers: Given,
        content_type: Option<&str>,
        drop_foreign_credentials: bool,
        params: Given,
        is_named: bool,
        options: Option<Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let mut made = neura::bindings::RequestOptions::new();
        let [of_headers, of_params] = match is_named {
            true => ["extra_headers", "extra_query"],
            false => ["headers", "params"],
        };
        for (name, value) in pairs::headers(headers, of_headers)? {
            made.add_header(name, value);
        }
        if let Some(content_type) = content_type {
            made.add_missing_header("Content-Type", content_type);
        }
        made.set_drop_foreign_credentials(drop_foreign_credentials);
        for (name, value) in pairs::query(params, of_params)? {
            made.add_param(name, value);
        }
        let split = neura::bindings::RequestOptions::split_timeout;
        put_all(&mut made, REQUEST_OPTIONS, options, split)?;
        Ok(Self(made))
    }
}
