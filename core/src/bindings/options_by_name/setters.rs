//! The setters of options by name.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

use super::{NamedOption, Setter};
use crate::client::RequestOptions;
use crate::config::Options;
use crate::option_table::{self, Scope};

/// The options of a client, but for those that give the key.
pub static CLIENT_OPTIONS: &[NamedOption<Options>] = &[
    NamedOption {
        row: &option_table::PROFILE,
        scope: Scope::Client,
        setter: Setter::Text(|options, text| options.set_profile(text)),
    },
    NamedOption {
        row: &option_table::ENV_FILE,
        scope: Scope::Client,
        setter: Setter::PathOrOff(|options, path| options.set_env_file(path.into())),
    },
    NamedOption {
        row: &option_table::BASE_URL,
        scope: Scope::Client,
        setter: Setter::Text(|options, text| options.set_base_url(text)),
    },
    NamedOption {
        row: &option_table::TIMEOUT,
        scope: Scope::Client,
        setter: Setter::Time(|options, limit| options.give_timeout(limit)),
    },
    NamedOption {
        row: &option_table::CONNECT_TIMEOUT,
        scope: Scope::Client,
        setter: Setter::Time(|options, limit| options.give_connect_timeout(limit)),
    },
    NamedOption {
        row: &option_table::IDLE_TIMEOUT,
        scope: Scope::Client,
        setter: Setter::Time(|options, limit| options.give_idle_timeout(limit)),
    },
    NamedOption {
        row: &option_table::HEAD_TIMEOUT,
        scope: Scope::Client,
        setter: Setter::Time(|options, limit| options.give_head_timeout(limit)),
    },
    NamedOption {
        row: &option_table::MAX_RETRIES,
        scope: Scope::Client,
        setter: Setter::Whole(|options, number| options.give_max_retries(number)),
    },
    NamedOption {
        row: &option_table::REPLAY_UNSENT_ONLY,
        scope: Scope::Client,
        setter: Setter::Switch(|options, on| options.set_replay_unsent_only(on)),
    },
    NamedOption {
        row: &option_table::MAX_IN_FLIGHT,
        scope: Scope::Client,
        setter: Setter::Whole(|options, number| options.give_max_in_flight(number)),
    },
    NamedOption {
        row: &option_table::HEADERS,
        scope: Scope::Client,
        setter: Setter::Pair(|options, name, value| options.set_header(name, value)),
    },
    NamedOption {
        row: &option_table::PROXY,
        scope: Scope::Client,
        setter: Setter::ProxyUrl(|options, text| options.set_proxy(text.unwrap_or_default())),
    },
    NamedOption {
        row: &option_table::CA_FILE,
        scope: Scope::Client,
        setter: Setter::Path(|options, path| options.set_ca_file(path)),
    },
    NamedOption {
        row: &option_table::CLIENT_CERT,
        scope: Scope::Client,
        setter: Setter::Path(|options, path| options.set_client_cert(path)),
    },
    NamedOption {
        row: &option_table::CLIENT_KEY,
        scope: Scope::Client,
        setter: Setter::Path(|options, path| options.set_client_key(path)),
    },
    NamedOption {
        row: &option_table::MAX_BODY_BYTES,
        scope: Scope::Client,
        setter: Setter::Whole(|options, number| options.give_max_body_bytes(number)),
    },
    NamedOption {
        row: &option_table::MAX_EVENT_BYTES,
        scope: Scope::Client,
        setter: Setter::Whole(|options, number| options.give_max_event_bytes(number)),
    },
    NamedOption {
        row: &option_table::MAX_HEADER_BYTES,
        scope: Scope::Client,
        setter: Setter::Whole(|options, number| options.give_max_header_bytes(number)),
    },
    NamedOption {
        row: &option_table::ALLOW_HTTP,
        scope: Scope::Client,
        setter: Setter::Switch(|options, on| options.set_allow_http(on)),
    },
];

/// The options of one request.
pub static REQUEST_OPTIONS: &[NamedOption<RequestOptions>] = &[
    NamedOption {
        row: &option_table::TIMEOUT,
        scope: Scope::Request,
        setter: Setter::Time(|options, limit| options.set_timeout(limit)),
    },
    NamedOption {
        row: &option_table::CONNECT_TIMEOUT,
        scope: Scope::Request,
        setter: Setter::Time(|options, limit| options.set_connect_timeout(limit)),
    },
    NamedOption {
        row: &option_table::IDLE_TIMEOUT,
        scope: Scope::Request,
        setter: Setter::Time(|options, limit| options.set_idle_timeout(limit)),
    },
    NamedOption {
        row: &option_table::HEAD_TIMEOUT,
        scope: Scope::Request,
        setter: Setter::Time(|options, limit| options.set_head_timeout(limit)),
    },
    NamedOption {
        row: &option_table::MAX_RETRIES,
        scope: Scope::Request,
        setter: Setter::Whole(|options, number| options.set_max_retries(number)),
    },
    NamedOption {
        row: &option_table::IDEMPOTENCY_KEY,
        scope: Scope::Request,
        setter: Setter::Text(|options, text| options.set_idempotency_key(text)),
    },
];
