//! Options of a client and of a call, from JavaScript objects to the core's setters.

use std::path::PathBuf;

use napi::bindgen_prelude::{Either, FromNapiValue, Null, Object, TypeName, ValidateNapiValue};
use napi::{ValueType, sys};
use napi_derive::napi;
use neura::Options;
use neura::bindings::{
    CLIENT_OPTIONS, Limit, NamedOption, REQUEST_OPTIONS, RequestOptions, Setter, catch_panic,
};

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

/// The names of the options, each with the kind of its value: name, kind, name, kind.
#[napi(object, object_from_js = false)]
pub struct OptionKinds {
    pub client: Vec<String>,
    pub request: Vec<String>,
}

/// The options of the core's table, but for those that `lib/options.js` checks by itself.
#[napi]
pub fn option_kinds() -> OptionKinds {
    OptionKinds {
        client: kinds(CLIENT_OPTIONS),
        request: kinds(REQUEST_OPTIONS),
    }
}

fn kinds<O>(table: &[NamedOption<O>]) -> Vec<String> {
    let named = |option: &NamedOption<O>| Some([option.name()?, option.takes()].map(str::to_owned));
    table.iter().filter_map(named).flatten().collect()
}

/// Gives the options that JavaScript set to the core's. Their types were checked in
/// `lib/options.js`.
fn put<O>(options: &mut O, table: &[NamedOption<O>], given: &Object) -> napi::Result<()> {
    for option in table {
        let Some(name) = option.name() else {
            continue;
        };
        match &option.setter {
            Setter::Text(set) => set_to(given, name, |text| set(options, text))?,
            Setter::Path(set) => {
                set_to(given, name, |path: String| set(options, path.into()))?;
            }
            Setter::ProxyUrl(set) => set_to(given, name, |url| set(options, unless_off(url)))?,
            Setter::PathOrOff(set) => set_to(given, name, |path| {
                set(options, unless_off(path).map(PathBuf::from))
            })?,
            Setter::Time(set) => {
                set_to(given, name, |Milliseconds(limit)| set(options, limit))?;
            }
            Setter::Whole(set) => set_to(given, name, |number| set(options, number))?,
            Setter::Switch(set) => set_to(given, name, |on| set(options, on))?,
            Setter::Pair(set) => {
                if let Some(Headers(headers)) = given.get(name)? {
                    for (name, value) in headers {
                        set(options, name, value);
                    }
                }
            }
        }
    }
    Ok(())
}

/// Gives the value of this name, if JavaScript set one.
fn set_to<T: FromNapiValue>(given: &Object, name: &str, set: impl FnOnce(T)) -> napi::Result<()> {
    given.get(name)?.map(set);
    Ok(())
}

/// The text, unless false stands in its place.
fn unless_off(given: Either<String, bool>) -> Option<String> {
    match given {
        Either::A(text) => Some(text),
        Either::B(_) => None,
    }
}

/// The options of a client. Beside those of the table, `lib/options.js` sets `apiKey` (a key, or
/// several), `asksForKey` (a function gives the key; JavaScript knows which) and `environment` (the
/// variables of a worker thread: name, value, name, value).
pub struct ClientOptions(Options);

impl FromNapiValue for ClientOptions {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        // SAFETY: the caller's own promise, passed on.
        let given = unsafe { Object::from_napi_value(env, value) }?;
        unless_panicked(|| Self::of(&given))
    }
}

impl ClientOptions {
    pub(crate) fn into_options(self) -> Options {
        self.0
    }

    fn of(given: &Object) -> napi::Result<Self> {
        let mut options = Options::new();
        match given.get::<Either<String, Vec<String>>>("apiKey")? {
            Some(Either::A(key)) => options.set_api_key(key),
            Some(Either::B(keys)) => options.set_api_keys(keys),
            None => {}
        }
        if given.get("asksForKey")? == Some(true) {
            options.set_api_key_callback_for(ask);
        }
        if let Some(environment) = given.get("environment")? {
            options.set_environment(pairs(environment));
        }
        put(&mut options, CLIENT_OPTIONS, given)?;
        Ok(ClientOptions(options))
    }
}

/// The options of one call, made by `lib/request.js`. Beside those of the table it sets `headers`
/// and `params` (the option's name, then pairs), `contentType` (that of the body, unless `headers`
/// has one), `dropForeignCredentials`, `logLevel`, `unchecked` (the names of the members of
/// `extraBody`), and where `headers` are those of fetch, `libraryUrl` (where it sends) and
/// `libraryLength` (of its body, if it is known).
pub struct CallOptions(RequestOptions);

impl From<CallOptions> for RequestOptions {
    fn from(CallOptions(options): CallOptions) -> Self {
        options
    }
}

impl FromNapiValue for CallOptions {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        // SAFETY: the caller's own promise, passed on.
        let given = unsafe { Object::from_napi_value(env, value) }?;
        unless_panicked(|| Self::of(&given))
    }
}

impl CallOptions {
    fn of(given: &Object) -> napi::Result<Self> {
        let mut options = RequestOptions::new();
        put(&mut options, REQUEST_OPTIONS, given)?;
        let headers = given
            .get("headers")?
            .map_or_else(Vec::new, |Headers(it)| it);
        match given.get::<String>("libraryUrl")? {
            Some(url) => {
                let length = given.get::<f64>("libraryLength")?;
                options.add_library_headers(&headers, &url, length.map(|length| length as u64));
            }
            None => {
                for (name, value) in headers {
                    options.add_header(name, value);
                }
            }
        }
        if let Some(content_type) = given.get::<String>("contentType")? {
            options.add_content_type(&content_type);
        }
        let drop = given.get("dropForeignCredentials")?;
        options.set_drop_foreign_credentials(drop.unwrap_or_default());
        if let Some(Query(params)) = given.get("params")? {
            options.add_params(params);
        }
        if let Some(level) = given.get::<String>("logLevel")? {
            options.set_log_level(&level);
        }
        options.set_unchecked(given.get::<Vec<String>>("unchecked")?.unwrap_or_default());
        Ok(CallOptions(options))
    }
}

/// A panic that left the conversion of an argument would end the process.
fn unless_panicked<T>(convert: impl FnOnce() -> napi::Result<T>) -> napi::Result<T> {
    let converted = catch_panic(|| Ok(convert()));
    converted.unwrap_or_else(|error| Err(napi::Error::from_reason(error.message())))
}

/// From name, value, name, value.
fn pairs(flat: Vec<String>) -> impl Iterator<Item = (String, String)> {
    let mut texts = flat.into_iter();
    std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
}
