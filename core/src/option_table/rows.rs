//! The rows, each with its documentation.
//!
//! `make options` writes the documentation of all languages from the comments of the rows, so they
//! are one text for all: a summary, more of it, and a paragraph `Default:` where the row's preset
//! does not say enough. Placeholders:
//!
//! - `{base_url}`, the name of a row: the option as the language spells it;
//! - `{config}`, the name of a kind of error: the error as the language names it;
//! - `{preset}`: the default of the row; `{off}`: the value that switches the option off;
//! - `{python: text}`, `{rust, c: text}`: text for these languages alone. `page` is a page of the
//!   project, for all languages.

use super::{DefaultValue, Language, Row, ValueType};

/// {python, node: The API key; several, the first preferred, the next used after a 401; or a
/// function that returns the key{node: or a promise of it}, called at the first request and again
/// after a 401.}{rust, c, page: The API key.}{rust, c: It replaces all that were given before.} An
/// empty one is {malformed_api_key}.
///
/// Default: the first that is found of `NEURA_API_KEY`, the file that `NEURA_API_KEY_FILE` names,
/// what the program in `NEURA_API_KEY_COMMAND` prints, a `.env` file, the credentials file.
pub(crate) static API_KEY: Row = Row::client("api_key", ValueType::Text, DefaultValue::LookedUp);
/// Several keys, the first preferred: after a 401 the next is used. An empty list is {config}.
pub(crate) static API_KEYS: Row = Row::client("api_keys", ValueType::Texts, DefaultValue::LookedUp)
    .in_client(Language::Python, "api_key")
    .in_client(Language::Node, "apiKey")
    .in_client(Language::C, "neura_options_add_api_key");
/// A function that returns the key, or a message that says why it cannot, which becomes the error
/// {config}. It is called at the first request and again after a 401, never by two threads at once.
/// Giving keys as text as well is {config}.
pub(crate) static API_KEY_CALLBACK: Row = Row::client(
    "api_key_callback",
    ValueType::Callable,
    DefaultValue::LookedUp,
)
.in_client(Language::Python, "api_key")
.in_client(Language::Node, "apiKey");
/// Which of several keys of the environment and the files to use. The profile `staging` reads
/// `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table `[staging]`
/// of the credentials file. A profile never falls back to the key without one.
///
/// Default: `NEURA_PROFILE`, else none.
pub(crate) static PROFILE: Row = Row::client("profile", ValueType::Text, DefaultValue::LookedUp);
/// {rust: Which `.env` files are read.}{python, node, c, page: The one `.env` file to read, which
/// must exist; {off} for none.}
///
/// Default: the nearest one, from the working directory upwards.
pub(crate) static ENV_FILE: Row =
    Row::client("env_file", ValueType::PathOrOff, DefaultValue::LookedUp);
/// Where requests go. Plain http is for loopback hosts, unless {allow_http} is set.
///
/// Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
/// `https://api.neura-ai.app/v1`.
pub(crate) static BASE_URL: Row = Row::client("base_url", ValueType::Text, DefaultValue::LookedUp)
    .in_client(Language::Node, "baseURL");
/// One deadline for a whole call: all attempts, the waits{python, node: (also for a turn under
/// {max_in_flight})} and the body; for a stream it ends with the headers.{python: A pair `(connect,
/// read)`, as in `requests`, sets {connect_timeout} and {idle_timeout} instead; the second also
/// limits the wait for the reply.}
pub(crate) static TIMEOUT: Row =
    Row::client("timeout", ValueType::Time, DefaultValue::Seconds(600)).and_request();
/// The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
/// handshake together.
// Of one request, Python takes the pair (connect, read) as `timeout`.
pub(crate) static CONNECT_TIMEOUT: Row =
    Row::client("connect_timeout", ValueType::Time, DefaultValue::Seconds(5))
        .and_request()
        .in_request(Language::Python, "timeout[0]")
        .not_in_request(Language::Node)
        .not_in_request(Language::C);
/// The limit between two pieces of a body, after the headers.
pub(crate) static IDLE_TIMEOUT: Row =
    Row::client("idle_timeout", ValueType::Time, DefaultValue::Seconds(300))
        .and_request()
        .in_request(Language::Python, "timeout[1]")
        .not_in_request(Language::Node)
        .not_in_request(Language::C);
/// The longest time without progress before the headers of the reply: while the server receives the
/// request, and from then until its next bytes. The read timeout of other clients limits this wait
/// too.
pub(crate) static HEAD_TIMEOUT: Row =
    Row::client("head_timeout", ValueType::Time, DefaultValue::NoLimit)
        .and_request()
        .in_client(Language::Python, "timeout[1]")
        .in_request(Language::Python, "timeout[1]")
        .not_in_client(Language::Node)
        .not_in_client(Language::C)
        .not_in_request(Language::Node)
        .not_in_request(Language::C);
/// How many times a failed request is sent again; 0 sends it once.
pub(crate) static MAX_RETRIES: Row =
    Row::client("max_retries", ValueType::Count, DefaultValue::Count(2)).and_request();
/// Whether only a request that certainly never reached the server is sent again.
pub(crate) static REPLAY_UNSENT_ONLY: Row =
    Row::client("replay_unsent_only", ValueType::Switch, DefaultValue::Off);
/// How many {rust: calls of [`send_async`](crate::RequestBuilder::send_async) and the like}{python:
/// calls of an `AsyncClient`}{node, page, c: asynchronous calls} run at a time; more wait in order.
/// 0 is {config}.{rust: Each runs on a thread of this library.}{python: A `Client` makes a call on
/// the thread that asks for it, and needs no limit.}
///
/// Default: {preset}, shared by all clients that do not set this.
pub(crate) static MAX_IN_FLIGHT: Row =
    Row::client("max_in_flight", ValueType::Count, DefaultValue::Count(1024));
/// {rust, c: A header of every request; it}{python, node, page: Headers of every request; each}
/// replaces the client's own of that name. An invalid one is {config}.
pub(crate) static HEADERS: Row = Row::client("headers", ValueType::Pairs, DefaultValue::Nothing)
    .and_request()
    .in_client(Language::Rust, "header")
    .in_request(Language::Rust, "header")
    .in_client(Language::C, "neura_options_set_header")
    .in_request(Language::C, "neura_request_options_set_header");
/// As {headers}, which win: the name that the OpenAI SDK has for them.
// Node's binding takes this and the next by itself, and the other languages have no SDK's names.
pub(crate) static DEFAULT_HEADERS: Row =
    Row::client("default_headers", ValueType::Pairs, DefaultValue::Nothing)
        .not_in_client(Language::Rust)
        .not_in_client(Language::Node)
        .not_in_client(Language::C);
/// Parameters of the query of every request; one of a request replaces that of the same name.
pub(crate) static DEFAULT_QUERY: Row =
    Row::client("default_query", ValueType::Pairs, DefaultValue::Nothing)
        .not_in_client(Language::Rust)
        .not_in_client(Language::Node)
        .not_in_client(Language::C);
/// The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`, with
/// `user:password@`, percent-encoded, if it requires them; {off} for none.
///
/// {rust: With `socks5` the service's name is looked up here, with `socks5h` by the proxy. A host
/// without a scheme is `http`. The default port is 443 for `https` and 1080 for the others, as in
/// curl. Every request goes through a tunnel, even to an http base URL, so the proxy never sees the
/// API key of an https one. A proxy given here is used for any host, and `no_proxy` is ignored. A
/// value that cannot be used is {config}.}
///
/// Default: the proxy of the environment, by curl's rules: `https_proxy`, `HTTPS_PROXY`,
/// `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`; never for a loopback host.{rust: It is
/// read when the client is made. For https it is the first that is set of `https_proxy`,
/// `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`; for http of `http_proxy` (only in lower case),
/// `all_proxy`, `ALL_PROXY`. `no_proxy`, else `NO_PROXY`, lists hosts that are reached directly:
/// `*`, names with their subdomains, addresses, and networks such as `10.0.0.0/8`. A name or address
/// with a port exempts only that port.}
pub(crate) static PROXY: Row = Row::client("proxy", ValueType::ProxyUrl, DefaultValue::LookedUp);
/// A PEM file with the certificates of the authorities to trust, or a folder of such files; no
/// others are trusted then.
///
/// {rust: It is read when the client is made. A server's own certificate in it is trusted too; its
/// names and dates are checked. The check cannot be switched off.}
///
/// Default: the file or folder in `SSL_CERT_FILE`, {python: else in `REQUESTS_CA_BUNDLE`, else in
/// `CURL_CA_BUNDLE`, }{c: else in `CURL_CA_BUNDLE`, }{page: else in the variable of the language's
/// tools, }else the system's authorities{rust, c: , else those that come with this library}.{rust:
/// Where the system's are files, those in the folders of `SSL_CERT_DIR` count if it is set.}{node:
/// Those of `NODE_EXTRA_CA_CERTS` are trusted as well; if that names a file that is missing, it is
/// {config}, where Node itself only warns.}
pub(crate) static CA_FILE: Row = Row::client("ca_file", ValueType::Path, DefaultValue::LookedUp);
/// A PEM file with the client's certificate for a server that asks for one, followed by those of
/// its issuers. The key is in the same file unless {client_key} names another.{rust: Both are read
/// when the client is made. They are used only for the service, never for a proxy.}
pub(crate) static CLIENT_CERT: Row =
    Row::client("client_cert", ValueType::Path, DefaultValue::Nothing);
/// A PEM file with the key of {client_cert}, unencrypted{rust: : PKCS #8, PKCS #1 or SEC 1}.
///
/// Default: the file of {client_cert}.
// In C the certificate's setter takes both.
pub(crate) static CLIENT_KEY: Row =
    Row::client("client_key", ValueType::Path, DefaultValue::Nothing)
        .in_client(Language::C, "neura_options_set_client_cert");
/// The largest body of a reply in bytes, unpacked; a larger one is {body_too_large}.
// Source of the default: faults.md, 23.
pub(crate) static MAX_BODY_BYTES: Row = Row::client(
    "max_body_bytes",
    ValueType::Bytes,
    DefaultValue::Bytes(256 << 20),
);
/// The largest event of a stream in bytes; a larger one is {body_too_large}.
// Source of the default: faults.md, 37.
pub(crate) static MAX_EVENT_BYTES: Row = Row::client(
    "max_event_bytes",
    ValueType::Bytes,
    DefaultValue::Bytes(64 << 20),
);
/// The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is
/// {protocol}.
// Source of the default: faults.md, 17.
pub(crate) static MAX_HEADER_BYTES: Row = Row::client(
    "max_header_bytes",
    ValueType::Bytes,
    DefaultValue::Bytes(64 << 10),
);
/// Whether the key may be sent over plain http to a host that is not loopback.
pub(crate) static ALLOW_HTTP: Row = Row::client("allow_http", ValueType::Switch, DefaultValue::Off);

/// A function that is called after each attempt of a call, on the {node: JavaScript thread}{c, page:
/// thread of the call}{python: thread of the call (of an `AsyncClient` its event loop's)}, with its
/// status or the kind of its error, the wait before it and the key's fingerprint, never the
/// key.{node: An error that it throws becomes a warning of the process.}{python: An exception that
/// it raises goes to `sys.unraisablehook` or the event loop's exception handler; KeyboardInterrupt
/// and SystemExit end the call.}
pub(crate) static ON_ATTEMPT: Row =
    Row::client("on_attempt", ValueType::Callable, DefaultValue::Nothing)
        .not_in_client(Language::Rust)
        .in_client(Language::C, "neura_options_set_attempt_callback");
/// {rust: A parameter}{python, node, page: Parameters} of the query, percent-encoded by the client.
pub(crate) static PARAMS: Row = Row::request("params", ValueType::Pairs, DefaultValue::Nothing)
    .in_request(Language::Rust, "param")
    .in_request(Language::C, "neura_request_options_add_query");
/// A function that returns the body of the request in pieces.
pub(crate) static BODY_CALLBACK: Row =
    Row::request("body_callback", ValueType::Callable, DefaultValue::Nothing)
        .not_in_request(Language::Rust)
        .not_in_request(Language::Python)
        .not_in_request(Language::Node);
/// A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on every
/// attempt.
pub(crate) static IDEMPOTENCY_KEY: Row =
    Row::request("idempotency_key", ValueType::Text, DefaultValue::Nothing);
/// {rust, c, page: Lets a token cancel the call from any thread.}{node: An `AbortSignal`: aborting
/// rejects with a `CancelledError`, whose `cause` is the signal's reason; null is the same as leaving it out.}
pub(crate) static CANCEL: Row = Row::request("cancel", ValueType::Token, DefaultValue::Nothing)
    .in_request(Language::Node, "signal")
    .not_in_request(Language::Python);
/// Headers of a named call.
pub(crate) static EXTRA_HEADERS: Row =
    Row::request("extra_headers", ValueType::Pairs, DefaultValue::Nothing)
        .not_in_request(Language::Rust)
        .not_in_request(Language::C);
/// Parameters of a named call's query.
pub(crate) static EXTRA_QUERY: Row =
    Row::request("extra_query", ValueType::Pairs, DefaultValue::Nothing)
        .not_in_request(Language::Rust)
        .not_in_request(Language::C);
/// Members of a named call's body, which are sent unchecked and win over those beside them.
pub(crate) static EXTRA_BODY: Row =
    Row::request("extra_body", ValueType::Members, DefaultValue::Nothing)
        .not_in_request(Language::Rust)
        .not_in_request(Language::C);

/// Every option.
pub(crate) static ALL: [&Row; 32] = [
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
    &DEFAULT_HEADERS,
    &DEFAULT_QUERY,
    &PROXY,
    &CA_FILE,
    &CLIENT_CERT,
    &CLIENT_KEY,
    &MAX_BODY_BYTES,
    &MAX_EVENT_BYTES,
    &MAX_HEADER_BYTES,
    &ALLOW_HTTP,
    &ON_ATTEMPT,
    &PARAMS,
    &BODY_CALLBACK,
    &IDEMPOTENCY_KEY,
    &CANCEL,
    &EXTRA_HEADERS,
    &EXTRA_QUERY,
    &EXTRA_BODY,
];

/// The options of the command `neura`.
pub(crate) static OF_THE_COMMAND: [&Row; 12] = [
    &PROFILE,
    &ENV_FILE,
    &BASE_URL,
    &TIMEOUT,
    &CONNECT_TIMEOUT,
    &IDLE_TIMEOUT,
    &MAX_RETRIES,
    &PROXY,
    &CA_FILE,
    &CLIENT_CERT,
    &CLIENT_KEY,
    &ALLOW_HTTP,
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
