//! The setters of the builder of a client.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

use std::path::PathBuf;
use std::time::Duration;

use super::ClientBuilder;
use crate::config::EnvFile;

impl ClientBuilder {
    /// The API key. It replaces all that were given before. An empty one is `malformed_api_key`.
    /// Default: the first that is found of `NEURA_API_KEY`, the file that `NEURA_API_KEY_FILE`
    /// names, what the program in `NEURA_API_KEY_COMMAND` prints, a `.env` file, the credentials
    /// file.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.options.set_api_key(key);
        self
    }

    /// Several keys, the first preferred: after a 401 the next is used. An empty list is `config`.
    pub fn api_keys(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.options.set_api_keys(keys);
        self
    }

    /// A function that returns the key, or a message that says why it cannot, which becomes the
    /// error `config`. It is called at the first request and again after a 401, never by two
    /// threads at once. Giving keys as text as well is `config`.
    pub fn api_key_callback(
        mut self,
        callback: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        self.options.set_api_key_callback(callback);
        self
    }

    /// Which of several keys of the environment and the files to use. The profile `staging` reads
    /// `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table
    /// `[staging]` of the credentials file. A profile never falls back to the key without one.
    /// Default: `NEURA_PROFILE`, else none.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.options.set_profile(profile);
        self
    }

    /// Which `.env` files are read. Default: the nearest one, from the working directory upwards.
    pub fn env_file(mut self, file: EnvFile) -> Self {
        self.options.set_env_file(file);
        self
    }

    /// Where requests go. Plain http is for loopback hosts, unless [`allow_http`](Self::allow_http)
    /// is set. Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
    /// `https://api.neura-ai.app/v1`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.options.set_base_url(url);
        self
    }

    /// One deadline for a whole call: all attempts, the waits and the body; for a stream it ends
    /// with the headers. `None` is no limit, zero is `config`. Default: 600 s.
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_timeout(limit);
        self
    }

    /// The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
    /// handshake together. `None` is no limit, zero is `config`. Default: 5 s.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_connect_timeout(limit);
        self
    }

    /// The limit between two pieces of a body, after the headers. `None` is no limit, zero is
    /// `config`. Default: 300 s.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_idle_timeout(limit);
        self
    }

    /// The longest time without progress before the headers of the reply: while the server receives
    /// the request, and from then until its next bytes. The read timeout of other clients limits
    /// this wait too. `None` is no limit, zero is `config`. Default: no limit.
    pub fn head_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.set_head_timeout(limit);
        self
    }

    /// How many times a failed request is sent again; 0 sends it once. Default: 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.options.set_max_retries(retries);
        self
    }

    /// Whether only a request that certainly never reached the server is sent again. Default:
    /// false.
    pub fn replay_unsent_only(mut self, only: bool) -> Self {
        self.options.set_replay_unsent_only(only);
        self
    }

    /// How many calls of [`send_async`](crate::RequestBuilder::send_async) and the like run at a
    /// time; more wait in order. 0 is `config`. Each runs on a thread of this library. Default:
    /// 1,024, shared by all clients that do not set this.
    pub fn max_in_flight(mut self, calls: usize) -> Self {
        self.options.set_max_in_flight(calls);
        self
    }

    /// A header of every request; it replaces the client's own of that name. An invalid one is
    /// `config`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.set_header(name, value);
        self
    }

    /// The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`,
    /// with `user:password@`, percent-encoded, if it requires them; an empty text for none.
    ///
    /// With `socks5` the service's name is looked up here, with `socks5h` by the proxy. A host
    /// without a scheme is `http`. The default port is 443 for `https` and 1080 for the others, as
    /// in curl. Every request goes through a tunnel, even to an http base URL, so the proxy never
    /// sees the API key of an https one. A proxy given here is used for any host, and `no_proxy` is
    /// ignored. A value that cannot be used is `config`.
    ///
    /// Default: the proxy of the environment, by curl's rules: `https_proxy`, `HTTPS_PROXY`,
    /// `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`; never for a loopback host. It is read
    /// when the client is made. For https it is the first that is set of `https_proxy`,
    /// `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`; for http of `http_proxy` (only in lower case),
    /// `all_proxy`, `ALL_PROXY`. `no_proxy`, else `NO_PROXY`, lists hosts that are reached
    /// directly: `*`, names with their subdomains, addresses, and networks such as `10.0.0.0/8`. A
    /// name or address with a port exempts only that port.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.options.set_proxy(url);
        self
    }

    /// A PEM file with the certificates of the authorities to trust, or a folder of such files; no
    /// others are trusted then.
    ///
    /// It is read when the client is made. A server's own certificate in it is trusted too; its
    /// names and dates are checked. The check cannot be switched off.
    ///
    /// Default: the file or folder in `SSL_CERT_FILE`, else the system's authorities, else those
    /// that come with this library. Where the system's are files, those in the folders of
    /// `SSL_CERT_DIR` count if it is set.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_ca_file(path);
        self
    }

    /// A PEM file with the client's certificate for a server that asks for one, followed by those
    /// of its issuers. The key is in the same file unless [`client_key`](Self::client_key) names
    /// another. Both are read when the client is made. They are used only for the service, never
    /// for a proxy.
    pub fn client_cert(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_cert(path);
        self
    }

    /// A PEM file with the key of [`client_cert`](Self::client_cert), unencrypted: PKCS #8, PKCS #1
    /// or SEC 1. Default: the file of [`client_cert`](Self::client_cert).
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.set_client_key(path);
        self
    }

    /// The largest body of a reply in bytes, unpacked; a larger one is `body_too_large`. 0 is
    /// `config`. Default: 256 MiB.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_body_bytes(bytes);
        self
    }

    /// The largest event of a stream in bytes; a larger one is `body_too_large`. 0 is `config`.
    /// Default: 64 MiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_event_bytes(bytes);
        self
    }

    /// The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is
    /// `protocol`. 0 is `config`. Default: 64 KiB.
    pub fn max_header_bytes(mut self, bytes: usize) -> Self {
        self.options.set_max_header_bytes(bytes);
        self
    }

    /// Whether the key may be sent over plain http to a host that is not loopback. Default: false.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.options.set_allow_http(allow);
        self
    }
}
