//! What `api_key=` may be: text, a list or tuple of texts, or a callable that is
//! asked for the text when a call needs it.

use std::cell::RefCell;

use neura::Error;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::arguments::other_than;
use crate::errors::raise;
use crate::finalization;
use crate::hook::unawaited;
use crate::port;

/// A key as Python hands it over.
pub enum ApiKey {
    One(String),
    Several(Vec<String>),
    Callable(Py<PyAny>),
}

impl ApiKey {
    /// Takes the argument, or raises a `TypeError` that names its type alone.
    pub fn new(given: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(one) = given.cast::<PyString>() {
            return Ok(Self::One(text(one)));
        }
        if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
            let keys = finalization::items(given)?;
            let keys = keys
                .iter()
                .enumerate()
                .map(|(at, item)| one(&item, &format!("api_key[{at}]")));
            return Ok(Self::Several(keys.collect::<PyResult<_>>()?));
        }
        if given.is_callable() {
            return Ok(Self::Callable(given.clone().unbind()));
        }
        Err(other_than(
            given,
            "api_key must be text (str), a list or tuple of texts, or a callable that returns text",
        ))
    }

    /// Gives the key to the core, or whom to ask: the `Giver` of the call that needs it.
    /// `is_async`: the event loop of a call asks for the key, not the thread that makes the call.
    pub fn give(&self, is_async: bool, options: &mut neura::Options) {
        match self {
            Self::One(key) => options.set_api_key(key),
            Self::Several(keys) => options.set_api_keys(keys.iter().cloned()),
            Self::Callable(_) if is_async => options.set_api_key_callback_for(port::ask),
            Self::Callable(_) => options.set_api_key_callback(ask),
        }
    }
}

/// The text of a key. What UTF-8 cannot carry becomes U+FFFD, so the core
/// refuses it as it refuses any character that is not ASCII.
pub fn text(value: &Bound<'_, PyString>) -> String {
    value.to_string_lossy().into_owned()
}

/// Why what a callable returned is no key.
pub fn not_text(given: &Bound<'_, PyAny>) -> String {
    let found = given.get_type().name();
    let found = found.map_or_else(|_| "something else".into(), |name| name.to_string());
    format!("it returned {found}, not text (str)")
}

/// The same, for a call that awaits nothing.
fn no_key(given: &Bound<'_, PyAny>) -> String {
    let advice = match unawaited(given) {
        true => ": an asynchronous callable needs AsyncClient, which awaits it",
        false => "",
    };
    not_text(given) + advice
}

/// One key, which errors call `name`.
pub fn one(given: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    match given.cast::<PyString>() {
        Ok(key) => Ok(text(key)),
        Err(_) => Err(other_than(given, &format!("{name} must be text (str)"))),
    }
}

/// What a callable raised in words, which are those of a traceback's last line; and what
/// was raised, which may be a Ctrl-C that came while the exception said what it is.
pub fn in_words(py: Python<'_>, error: PyErr) -> (String, PyErr) {
    let name = error.get_type(py).name();
    let name = name.map_or_else(|_| "an exception".into(), |name| name.to_string());
    let said = finalization::text(error.value(py).as_any());
    match said.map(|said| said.to_string_lossy().into_owned()) {
        Ok(said) if !said.is_empty() => (format!("{name}: {said}"), error),
        Err(other) if passes_through(py, &other) => (name, other),
        _ => (name, error),
    }
}

/// Whether it is KeyboardInterrupt, SystemExit or another that `except Exception` misses.
pub fn passes_through(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<PyException>(py)
}

thread_local! {
    /// The core asks on the thread that makes the call, so what is raised waits here for
    /// that call to end.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

thread_local! {
    static GIVER: RefCell<Option<Py<PyAny>>> = const { RefCell::new(None) };
}

/// While it lives, the core's calls on this thread ask this callable for the key. The core
/// holds no reference to it, for one of which the garbage collector knows nothing would keep a
/// ring of callable and client for ever.
pub struct Giver(Option<Py<PyAny>>);

impl Giver {
    pub fn is(callable: Option<Py<PyAny>>) -> Self {
        Self(GIVER.replace(callable))
    }
}

impl Drop for Giver {
    fn drop(&mut self) {
        // A callable may make calls of its own, within those that ask it.
        drop(GIVER.replace(self.0.take()));
    }
}

fn ask() -> Result<String, String> {
    let asked = Python::try_attach(|py| {
        let giver = GIVER.with_borrow(|giver| giver.as_ref().map(|giver| giver.clone_ref(py)));
        let giver =
            giver.ok_or("there is no callable to ask (a fault inside neura: please report it)")?;
        let given = finalization::call(giver.bind(py), (), None).map_err(|error| {
            let (words, raised) = in_words(py, error);
            RAISED.set(Some(raised));
            words
        })?;
        given
            .cast::<PyString>()
            .map(text)
            .map_err(|_| no_key(&given))
    });
    asked.unwrap_or_else(|| Err("the interpreter is ending".to_owned()))
}

/// What a call gave, as Python is to see it, with regard to what a callable raised in it:
/// KeyboardInterrupt, SystemExit and their like pass through as themselves, an error that
/// quotes any other exception has it as its cause.
pub fn settle<T>(py: Python<'_>, result: Result<T, Error>) -> PyResult<T> {
    let Some(raised) = RAISED.take() else {
        return result.map_err(|error| raise(py, &error));
    };
    if passes_through(py, &raised) {
        return Err(raised);
    }
    result.map_err(|failed| {
        let error = raise(py, &failed);
        if failed.quotes_callback() {
            error.set_cause(py, Some(raised));
        }
        error
    })
}
