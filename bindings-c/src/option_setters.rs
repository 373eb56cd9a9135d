//! The setters of a client's options that take plain values.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

use std::path::PathBuf;

use crate::boundary::set;
use crate::limit::limit;
use crate::options::OptionsHandle;
use crate::text::Text;

/// The API key. It replaces all that were given before. An empty one is
/// `NEURA_KIND_MALFORMED_API_KEY`. Default: the first that is found of `NEURA_API_KEY`, the
/// file that `NEURA_API_KEY_FILE` names, what the program in `NEURA_API_KEY_COMMAND` prints, a
/// `.env` file, the credentials file.
///
/// @param options  the options
/// @param api_key  the value
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_api_key(options: Option<&mut OptionsHandle>, api_key: Text) {
    set(options, |handle| {
        handle.set_text(
            "neura_options_set_api_key",
            "api_key",
            api_key,
            |options, text| options.set_api_key(text),
        )
    });
}

/// Which of several keys of the environment and the files to use. The profile `staging` reads
/// `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table
/// `[staging]` of the credentials file. A profile never falls back to the key without one.
/// Default: `NEURA_PROFILE`, else none.
///
/// @param options  the options
/// @param profile  the value
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_profile(options: Option<&mut OptionsHandle>, profile: Text) {
    set(options, |handle| {
        handle.set_text(
            "neura_options_set_profile",
            "profile",
            profile,
            |options, text| options.set_profile(text),
        )
    });
}

/// The one `.env` file to read, which must exist; NULL for none. Default: the nearest one, from
/// the working directory upwards.
///
/// @param options   the options
/// @param env_file  the path of a file, or NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_env_file(options: Option<&mut OptionsHandle>, env_file: Text) {
    set(options, |handle| {
        handle.set_text_or_null(
            "neura_options_set_env_file",
            "env_file",
            env_file,
            |options, text| options.set_env_file(text.map(PathBuf::from).into()),
        )
    });
}

/// Where requests go. Plain http is for loopback hosts, unless `neura_options_set_allow_http`
/// is set. Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
/// `https://api.neura-ai.app/v1`.
///
/// @param options   the options
/// @param base_url  the value
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_base_url(options: Option<&mut OptionsHandle>, base_url: Text) {
    set(options, |handle| {
        handle.set_text(
            "neura_options_set_base_url",
            "base_url",
            base_url,
            |options, text| options.set_base_url(text),
        )
    });
}

/// One deadline for a whole call: all attempts, the waits and the body; for a stream it ends
/// with the headers. Default: 600,000 ms.
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

/// The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
/// handshake together. Default: 5,000 ms.
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

/// The limit between two pieces of a body, after the headers. Default: 300,000 ms.
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

/// How many times a failed request is sent again; 0 sends it once. Default: 2.
///
/// @param options      the options
/// @param max_retries  the number
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_retries(
    options: Option<&mut OptionsHandle>,
    max_retries: i32,
) {
    set(options, |handle| {
        handle.options.give_max_retries(max_retries.into())
    });
}

/// Whether only a request that certainly never reached the server is sent again. Default:
/// false.
///
/// @param options  the options
/// @param on       whether to switch it on
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_replay_unsent_only(
    options: Option<&mut OptionsHandle>,
    on: bool,
) {
    set(options, |handle| handle.options.set_replay_unsent_only(on));
}

/// How many asynchronous calls run at a time; more wait in order. 0 is `NEURA_KIND_CONFIG`.
/// Default: 1,024, shared by all clients that do not set this.
///
/// @param options        the options
/// @param max_in_flight  the number
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_in_flight(
    options: Option<&mut OptionsHandle>,
    max_in_flight: i32,
) {
    set(options, |handle| {
        handle.options.give_max_in_flight(max_in_flight.into())
    });
}

/// The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`,
/// with `user:password@`, percent-encoded, if it requires them; NULL or an empty text for none.
/// Default: the proxy of the environment, by curl's rules: `https_proxy`, `HTTPS_PROXY`,
/// `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`; never for a loopback host.
///
/// @param options  the options
/// @param proxy    the URL, or NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_proxy(options: Option<&mut OptionsHandle>, proxy: Text) {
    set(options, |handle| {
        handle.set_text_or_null(
            "neura_options_set_proxy",
            "proxy",
            proxy,
            |options, text| options.set_proxy(text.unwrap_or_default()),
        )
    });
}

/// A PEM file with the certificates of the authorities to trust, or a folder of such files; no
/// others are trusted then. Default: the file or folder in `SSL_CERT_FILE`, else in
/// `CURL_CA_BUNDLE`, else the system's authorities, else those that come with this library.
///
/// @param options  the options
/// @param ca_file  the path of a file
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_ca_file(options: Option<&mut OptionsHandle>, ca_file: Text) {
    set(options, |handle| {
        handle.set_text(
            "neura_options_set_ca_file",
            "ca_file",
            ca_file,
            |options, text| options.set_ca_file(text),
        )
    });
}

/// The largest body of a reply in bytes, unpacked; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
/// Default: 256 MiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_body_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| handle.options.give_max_body_bytes(bytes));
}

/// The largest event of a stream in bytes; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
/// Default: 64 MiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_event_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| handle.options.give_max_event_bytes(bytes));
}

/// The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is
/// `NEURA_KIND_PROTOCOL`. Default: 64 KiB.
///
/// @param options  the options
/// @param bytes    more than 0
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_max_header_bytes(
    options: Option<&mut OptionsHandle>,
    bytes: i64,
) {
    set(options, |handle| {
        handle.options.give_max_header_bytes(bytes)
    });
}

/// Whether the key may be sent over plain http to a host that is not loopback. Default: false.
///
/// @param options  the options
/// @param on       whether to switch it on
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_allow_http(options: Option<&mut OptionsHandle>, on: bool) {
    set(options, |handle| handle.options.set_allow_http(on));
}
