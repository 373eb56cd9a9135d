//! The options of a client.

use neura_core::bindings::{Language, set_language};
use neura_core::{Error, Options};

use crate::boundary::{free, run, set};
use crate::limit::limit;
use crate::problem::Problem;
use crate::text::Text;

/// How a client is built. Only one thread at a time may use it.
///
/// Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
/// argument of a setter is an error of `neura_client_new`: NULL, or bytes that are not UTF-8,
/// instead of text is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter.
#[derive(Default)]
pub struct OptionsHandle {
    pub(crate) options: Options,
    problem: Problem,
}

impl OptionsHandle {
    pub(crate) fn set_text(
        &mut self,
        setter: &str,
        name: &str,
        text: Text<'_>,
        put: fn(&mut Options, &str),
    ) {
        self.set_with(setter, |options| {
            put(options, text.needed(name)?);
            Ok(())
        });
    }

    pub(crate) fn set_with(
        &mut self,
        setter: &str,
        put: impl FnOnce(&mut Options) -> Result<(), Error>,
    ) {
        let options = &mut self.options;
        self.problem.note(setter, || put(options));
    }
}

/// The core's options (empty ones for NULL), or the error of a setter.
pub(crate) fn of_the_core(options: Option<&OptionsHandle>) -> Result<Options, Error> {
    set_language(Language::C);
    match options {
        None => Ok(Options::new()),
        Some(handle) => {
            handle.problem.check()?;
            Ok(handle.options.clone())
        }
    }
}

/// Makes empty options: `neura_client_new` then uses the environment and the defaults.
///
/// @return  **owned** options; free them with `neura_options_free`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_new() -> Option<Box<OptionsHandle>> {
    run(|| Some(Box::default()))
}

/// Frees options. Clients that were built with them do not change.
///
/// @param options  the **owned** options; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_free(options: Option<Box<OptionsHandle>>) {
    free(options);
}

/// Sets the base URL. Default: the environment variable `NEURA_BASE_URL`, else the base URL in
/// the file that has the key, else `https://api.neura-ai.app/v1`.
///
/// @param options   the options
/// @param base_url  the URL; empty for the default
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_base_url(options: Option<&mut OptionsHandle>, base_url: Text) {
    set(options, |options| {
        let setter = "neura_options_set_base_url";
        options.set_text(setter, "base_url", base_url, |options, url| {
            options.set_base_url(url)
        });
    });
}

/// Limits a whole call: all attempts, the waits between them, and the body. A stream's
/// limit ends with its headers. Default: 600,000 ms.
///
/// @param options     the options
/// @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_timeout_ms(
    options: Option<&mut OptionsHandle>,
    timeout_ms: i64,
) {
    set(options, |handle| {
        handle.options.give_timeout(limit(timeout_ms))
    });
}

/// Limits the time to connect, TLS included. Default: 5,000 ms.
///
/// @param options     the options
/// @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_connect_timeout_ms(
    options: Option<&mut OptionsHandle>,
    timeout_ms: i64,
) {
    set(options, |handle| {
        handle.options.give_connect_timeout(limit(timeout_ms))
    });
}

/// Limits the wait for the next bytes of the body, after the headers. Default: 300,000 ms.
///
/// @param options     the options
/// @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_idle_timeout_ms(
    options: Option<&mut OptionsHandle>,
    timeout_ms: i64,
) {
    set(options, |handle| {
        handle.options.give_idle_timeout(limit(timeout_ms))
    });
}

/// Sets how often a failed request is sent again if a retry may help. Default: 2.
///
/// @param options      the options
/// @param max_retries  0 or more
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_retries(
    options: Option<&mut OptionsHandle>,
    max_retries: i32,
) {
    set(options, |handle| {
        handle.options.give_max_retries(max_retries.into())
    });
}

/// Sets a header of every request. It replaces one of the same name, even the client's own.
///
/// @param options  the options
/// @param name     the header's name
/// @param value    the header's value
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_header(
    options: Option<&mut OptionsHandle>,
    name: Text,
    value: Text,
) {
    set(options, |handle| {
        handle.set_with("neura_options_set_header", |options| {
            options.set_header(name.needed("name")?, value.needed("value")?);
            Ok(())
        });
    });
}

/// Allows a base URL with `http` to another machine: the key then crosses the network
/// unencrypted. Default: refused (`NEURA_KIND_CONFIG`).
///
/// @param options  the options
/// @param allow    whether to allow it
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_allow_http(options: Option<&mut OptionsHandle>, allow: bool) {
    set(options, |handle| handle.options.set_allow_http(allow));
}
