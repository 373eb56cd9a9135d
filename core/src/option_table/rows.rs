//! The rows.

use super::{Language, Preset, Row, Takes};

pub(crate) static API_KEY: Row = Row::client("api_key", Takes::Text, Preset::LookedUp);
pub(crate) static API_KEYS: Row = Row::client("api_keys", Takes::Texts, Preset::LookedUp)
    .in_client(Language::Python, "api_key")
    .in_client(Language::Node, "apiKey")
    .in_client(Language::C, "neura_options_add_api_key");
pub(crate) static API_KEY_CALLBACK: Row =
    Row::client("api_key_callback", Takes::Callable, Preset::LookedUp)
        .in_client(Language::Python, "api_key")
        .in_client(Language::Node, "apiKey");
pub(crate) static PROFILE: Row = Row::client("profile", Takes::Text, Preset::LookedUp);
/// Off: Python `False`, Node `false`, C NULL.
pub(crate) static ENV_FILE: Row = Row::client("env_file", Takes::Path, Preset::LookedUp);
pub(crate) static BASE_URL: Row =
    Row::client("base_url", Takes::Text, Preset::LookedUp).in_client(Language::Node, "baseURL");
pub(crate) static TIMEOUT: Row =
    Row::client("timeout", Takes::Time, Preset::Seconds(600)).and_request();
/// Of one request, Python takes the pair (connect, read) as `timeout`.
pub(crate) static CONNECT_TIMEOUT: Row =
    Row::client("connect_timeout", Takes::Time, Preset::Seconds(5))
        .and_request()
        .in_request(Language::Python, "timeout[0]")
        .not_in_request(Language::Node)
        .not_in_request(Language::C);
pub(crate) static IDLE_TIMEOUT: Row =
    Row::client("idle_timeout", Takes::Time, Preset::Seconds(300))
        .and_request()
        .in_request(Language::Python, "timeout[1]")
        .not_in_request(Language::Node)
        .not_in_request(Language::C);
pub(crate) static HEAD_TIMEOUT: Row = Row::client("head_timeout", Takes::Time, Preset::NoLimit)
    .and_request()
    .in_client(Language::Python, "timeout[1]")
    .in_request(Language::Python, "timeout[1]")
    .not_in_client(Language::Node)
    .not_in_client(Language::C)
    .not_in_request(Language::Node)
    .not_in_request(Language::C);
pub(crate) static MAX_RETRIES: Row =
    Row::client("max_retries", Takes::Count, Preset::Count(2)).and_request();
pub(crate) static REPLAY_UNSENT_ONLY: Row =
    Row::client("replay_unsent_only", Takes::Switch, Preset::Off).not_in_client(Language::C);
/// The default is shared by all clients of the process.
pub(crate) static MAX_IN_FLIGHT: Row =
    Row::client("max_in_flight", Takes::Count, Preset::Count(1024)).not_in_client(Language::C);
pub(crate) static HEADERS: Row = Row::client("headers", Takes::Pairs, Preset::Nothing)
    .and_request()
    .in_client(Language::Rust, "header")
    .in_request(Language::Rust, "header")
    .in_client(Language::C, "neura_options_set_header")
    .in_request(Language::C, "neura_request_options_set_header");
pub(crate) static PROXY: Row = Row::client("proxy", Takes::Text, Preset::LookedUp);
pub(crate) static CA_FILE: Row = Row::client("ca_file", Takes::Path, Preset::LookedUp);
pub(crate) static CLIENT_CERT: Row = Row::client("client_cert", Takes::Path, Preset::Nothing);
/// In C the certificate's setter takes both.
pub(crate) static CLIENT_KEY: Row = Row::client("client_key", Takes::Path, Preset::Nothing)
    .in_client(Language::C, "neura_options_set_client_cert");
/// Source of the default: faults.md, 23.
pub(crate) static MAX_BODY_BYTES: Row =
    Row::client("max_body_bytes", Takes::Bytes, Preset::Bytes(256 << 20));
/// Source of the default: faults.md, 37.
pub(crate) static MAX_EVENT_BYTES: Row =
    Row::client("max_event_bytes", Takes::Bytes, Preset::Bytes(64 << 20));
/// Source of the default: faults.md, 17.
pub(crate) static MAX_HEADER_BYTES: Row =
    Row::client("max_header_bytes", Takes::Bytes, Preset::Bytes(64 << 10));
pub(crate) static ALLOW_HTTP: Row = Row::client("allow_http", Takes::Switch, Preset::Off);

pub(crate) static PARAMS: Row = Row::request("params", Takes::Pairs, Preset::Nothing)
    .in_request(Language::Rust, "param")
    .not_in_request(Language::C);
pub(crate) static IDEMPOTENCY_KEY: Row =
    Row::request("idempotency_key", Takes::Text, Preset::Nothing);
pub(crate) static CANCEL: Row = Row::request("cancel", Takes::Token, Preset::Nothing)
    .in_request(Language::Node, "signal")
    .not_in_request(Language::Python);
/// The next three belong to a named call, beside its body.
pub(crate) static EXTRA_HEADERS: Row = Row::request("extra_headers", Takes::Pairs, Preset::Nothing)
    .not_in_request(Language::Rust)
    .not_in_request(Language::C);
pub(crate) static EXTRA_QUERY: Row = Row::request("extra_query", Takes::Pairs, Preset::Nothing)
    .not_in_request(Language::Rust)
    .not_in_request(Language::C);
pub(crate) static EXTRA_BODY: Row = Row::request("extra_body", Takes::Members, Preset::Nothing)
    .not_in_request(Language::Rust)
    .not_in_request(Language::C);

/// Every option.
pub(crate) static ALL: [&Row; 28] = [
    &API_KEY,
    &API_KEYS,
    &API_KEY_CALLBACK,
    &PROFILE,
    &ENV_FILE,
    &BASE_URL,
    &TIMEOUT,
    &CONNECT_TIMEOUT,
    &IDLE_TIMEOUT,
    &HEAD_TIMEOUT,
    &MAX_RETRIES,
    &REPLAY_UNSENT_ONLY,
    &MAX_IN_FLIGHT,
    &HEADERS,
    &PROXY,
    &CA_FILE,
    &CLIENT_CERT,
    &CLIENT_KEY,
    &MAX_BODY_BYTES,
    &MAX_EVENT_BYTES,
    &MAX_HEADER_BYTES,
    &ALLOW_HTTP,
    &PARAMS,
    &IDEMPOTENCY_KEY,
    &CANCEL,
    &EXTRA_HEADERS,
    &EXTRA_QUERY,
    &EXTRA_BODY,
];

/// The options of a named call that are given beside its body.
pub(crate) static BESIDE_A_BODY: [&Row; 7] = [
    &TIMEOUT,
    &MAX_RETRIES,
    &IDEMPOTENCY_KEY,
    &CANCEL,
    &EXTRA_HEADERS,
    &EXTRA_QUERY,
    &EXTRA_BODY,
];
