//! The setters of options by name.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

use super::{NamedOption, Setter};
use crate::client::RequestOptions;
use crate::config::Options;

/// The options of a client, but for those that give the key.
pub static CLIENT_OPTIONS: &[NamedOption<Options>] = &[
    NamedOption {
        names: [
            Some("profile"),
            Some("profile"),
            Some("profile"),
            Some("neura_options_set_profile"),
        ],
        setter: Setter::Text(|options, text| options.set_profile(text)),
    },
    NamedOption {
        names: [
            Some("env_file"),
            Some("env_file"),
            Some("envFile"),
            Some("neura_options_set_env_file"),
        ],
        setter: Setter::PathOrOff(|options, path| options.set_env_file(path.into())),
    },
    NamedOption {
        names: [
            Some("base_url"),
            Some("base_url"),
            Some("baseURL"),
            Some("neura_options_set_base_url"),
        ],
        setter: Setter::Text(|options, text| options.set_base_url(text)),
    },
    NamedOption {
        names: [
            Some("timeout"),
            Some("timeout"),
            Some("timeout"),
            Some("neura_options_set_timeout_ms"),
        ],
        setter: Setter::Time(|options, limit| options.give_timeout(limit)),
    },
    NamedOption {
        names: [
            Some("connect_timeout"),
            Some("connect_timeout"),
            Some("connectTimeout"),
            Some("neura_options_set_connect_timeout_ms"),
        ],
        setter: Setter::Time(|options, limit| options.give_connect_timeout(limit)),
    },
    NamedOption {
        names: [
            Some("idle_timeout"),
            Some("idle_timeout"),
            Some("idleTimeout"),
            Some("neura_options_set_idle_timeout_ms"),
        ],
        setter: Setter::Time(|options, limit| options.give_idle_timeout(limit)),
    },
    NamedOption {
        names: [Some("head_timeout"), None, None, None],
        setter: Setter::Time(|options, limit| options.give_head_timeout(limit)),
    },
    NamedOption {
        names: [
            Some("max_retries"),
            Some("max_retries"),
            Some("maxRetries"),
            Some("neura_options_set_max_retries"),
        ],
        setter: Setter::Whole(|options, number| options.give_max_retries(number)),
    },
    NamedOption {
        names: [
            Some("replay_unsent_only"),
            Some("replay_unsent_only"),
            Some("replayUnsentOnly"),
            Some("neura_options_set_replay_unsent_only"),
        ],
        setter: Setter::Switch(|options, on| options.set_replay_unsent_only(on)),
    },
    NamedOption {
        names: [
            Some("max_in_flight"),
            Some("max_in_flight"),
            Some("maxInFlight"),
            Some("neura_options_set_max_in_flight"),
        ],
        setter: Setter::Whole(|options, number| options.give_max_in_flight(number)),
    },
    NamedOption {
        names: [
            Some("header"),
            Some("headers"),
            Some("headers"),
            Some("neura_options_set_header"),
        ],
        setter: Setter::Pair(|options, name, value| options.set_header(name, value)),
    },
    NamedOption {
        names: [
            Some("proxy"),
            Some("proxy"),
            Some("proxy"),
            Some("neura_options_set_proxy"),
        ],
        setter: Setter::ProxyUrl(|options, text| options.set_proxy(text.unwrap_or_default())),
    },
    NamedOption {
        names: [
            Some("ca_file"),
            Some("ca_file"),
            Some("caFile"),
            Some("neura_options_set_ca_file"),
        ],
        setter: Setter::Path(|options, path| options.set_ca_file(path)),
    },
    NamedOption {
        names: [
            Some("client_cert"),
            Some("client_cert"),
            Some("clientCert"),
            Some("neura_options_set_client_cert"),
        ],
        setter: Setter::Path(|options, path| options.set_client_cert(path)),
    },
    NamedOption {
        names: [
            Some("client_key"),
            Some("client_key"),
            Some("clientKey"),
            Some("neura_options_set_client_cert"),
        ],
        setter: Setter::Path(|options, path| options.set_client_key(path)),
    },
    NamedOption {
        names: [
            Some("max_body_bytes"),
            Some("max_body_bytes"),
            Some("maxBodyBytes"),
            Some("neura_options_set_max_body_bytes"),
        ],
        setter: Setter::Whole(|options, number| options.give_max_body_bytes(number)),
    },
    NamedOption {
        names: [
            Some("max_event_bytes"),
            Some("max_event_bytes"),
            Some("maxEventBytes"),
            Some("neura_options_set_max_event_bytes"),
        ],
        setter: Setter::Whole(|options, number| options.give_max_event_bytes(number)),
    },
    NamedOption {
        names: [
            Some("max_header_bytes"),
            Some("max_header_bytes"),
            Some("maxHeaderBytes"),
            Some("neura_options_set_max_header_bytes"),
        ],
        setter: Setter::Whole(|options, number| options.give_max_header_bytes(number)),
    },
    NamedOption {
        names: [
            Some("allow_http"),
            Some("allow_http"),
            Some("allowHttp"),
            Some("neura_options_set_allow_http"),
        ],
        setter: Setter::Switch(|options, on| options.set_allow_http(on)),
    },
];

/// The options of one request.
pub static REQUEST_OPTIONS: &[NamedOption<RequestOptions>] = &[
    NamedOption {
        names: [
            Some("timeout"),
            Some("timeout"),
            Some("timeout"),
            Some("neura_request_options_set_timeout_ms"),
        ],
        setter: Setter::Time(|options, limit| options.set_timeout(limit)),
    },
    NamedOption {
        names: [Some("connect_timeout"), None, None, None],
        setter: Setter::Time(|options, limit| options.set_connect_timeout(limit)),
    },
    NamedOption {
        names: [Some("idle_timeout"), None, None, None],
        setter: Setter::Time(|options, limit| options.set_idle_timeout(limit)),
    },
    NamedOption {
        names: [Some("head_timeout"), None, None, None],
        setter: Setter::Time(|options, limit| options.set_head_timeout(limit)),
    },
    NamedOption {
        names: [
            Some("max_retries"),
            Some("max_retries"),
            Some("maxRetries"),
            Some("neura_request_options_set_max_retries"),
        ],
        setter: Setter::Whole(|options, number| options.set_max_retries(number)),
    },
    NamedOption {
        names: [
            Some("idempotency_key"),
            Some("idempotency_key"),
            Some("idempotencyKey"),
            Some("neura_request_options_set_idempotency_key"),
        ],
        setter: Setter::Text(|options, text| options.set_idempotency_key(text)),
    },
];
