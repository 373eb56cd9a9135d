//! Options of a client and of one request. None has a default here: a default is a decision.

use neura::bindings::{
    CLIENT_OPTIONS, Limit, NamedOption, REQUEST_OPTIONS, RequestOptions, Setter,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use crate::api_key::ApiKey;
use crate::arguments::{
    Timeout, limit, path, path_or_off, proxy_url, switch, text, timeout, whole,
};
use crate::pairs;

type Given<'a, 'py> = &'a Bound<'py, PyAny>;

/// Options of Python alone, by the names that the OpenAI SDK has for them.
pub const DEFAULT_HEADERS: &str = "default_headers";
pub const DEFAULT_QUERY: &str = "default_query";

/// The arguments of `neura_ai.Client`.
pub struct ClientOptions {
    options: neura::Options,
    api_key: Option<ApiKey>,
}

impl ClientOptions {
    /// `given` are the arguments by name.
    pub fn new(given: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut options = neura::Options::new();
        if let Some(headers) = given.get_item(DEFAULT_HEADERS)? {
            for (name, value) in pairs::headers(&headers, DEFAULT_HEADERS)? {
                options.set_header(name, value);
            }
        }
        if let Some(params) = given.get_item(DEFAULT_QUERY)? {
            options.add_params(pairs::query(&params, DEFAULT_QUERY)?);
        }
        let split = neura::Options::split_timeout;
        put_all(&mut options, CLIENT_OPTIONS, &given.copy()?, split)?;
        let api_key = given.get_item("api_key")?.filter(|key| !key.is_none());
        let api_key = api_key.as_ref().map(ApiKey::new).transpose()?;
        Ok(Self { options, api_key })
    }

    /// The core's options. If a callable gives the key, the caller of the core says which.
    /// `is_async`: event loops, not threads, wait for the calls of this client.
    pub fn get(&self, is_async: bool) -> neura::Options {
        let mut options = self.options.clone();
        if let Some(key) = &self.api_key {
            key.give(is_async, &mut options);
        }
        options
    }

    pub fn has_key(&self) -> bool {
        self.api_key.is_some()
    }

    /// The callable that gives the key, if one does.
    pub fn callable(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        match &self.api_key {
            Some(ApiKey::Callable(callable)) => Some(callable.clone_ref(py)),
            _ => None,
        }
    }
}

/// Gives the arguments that every call takes.
pub fn put_request(options: &mut RequestOptions, given: &Bound<'_, PyDict>) -> PyResult<()> {
    static NAMES: PyOnceLock<Vec<Py<PyString>>> = PyOnceLock::new();
    let py = given.py();
    if NAMES.get(py).is_none() {
        let names = REQUEST_OPTIONS.iter().filter_map(NamedOption::name);
        let names = names.map(|name| PyString::intern(py, name).unbind());
        let _ = NAMES.set(py, names.collect()); // Another was there first: they are the same.
    }
    // Most calls have none.
    let mut has_one = false;
    for name in NAMES.get(py).into_iter().flatten() {
        has_one = has_one || given.contains(name)?;
    }
    if !has_one {
        return Ok(());
    }
    put_all(
        options,
        REQUEST_OPTIONS,
        given,
        RequestOptions::split_timeout,
    )
}

/// Gives two limits that were written as one value.
type Split<O> = fn(&mut O, Limit, Limit, [&'static str; 2]);

/// Takes the arguments that are options, and gives them to the core's.
fn put_all<O>(
    options: &mut O,
    table: &[NamedOption<O>],
    given: &Bound<'_, PyDict>,
    split: Split<O>,
) -> PyResult<()> {
    for option in table {
        let Some(name) = option.name() else {
            continue;
        };
        if given.is_empty() {
            break;
        }
        let name_of_python = PyString::intern(given.py(), name);
        if let Some(value) = given.get_item(&name_of_python)? {
            given.del_item(name_of_python)?;
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
