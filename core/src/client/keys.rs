//! The keys of a client: changing the key, usage counts, the header for other tools.

use super::Client;
use super::RequestOptions;
use crate::config::KeyInfo;
use crate::error::Error;
use crate::headers;
use crate::keys::Usage;

impl Client {
    /// Uses `key` from the next request on; requests in flight keep the old one.
    ///
    /// # Errors
    /// `malformed_api_key`, and `config` if the base URL came from the file of the old key; the old
    /// key stays in use.
    ///
    /// ```
    /// let client = neura::Client::builder().api_key("nk-fake-0123456789abcdef").build()?;
    /// client.set_api_key("nk-fake-0123456789abnext")?;
    /// assert_eq!(client.key_info().mask(), Some("…next"));
    /// assert!(client.set_api_key("Bearer nk-fake").is_err());
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn set_api_key(&self, key: impl AsRef<str>) -> Result<(), Error> {
        self.0.keys.set(key.as_ref())
    }

    /// How much each key was used, for every key that this client ever had.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// client.models().send()?;
    /// let usage = client.usage();
    /// assert_eq!(usage.keys[0].requests, 1);
    /// assert_eq!(usage.keys[0].unauthorized, 0);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn usage(&self) -> Usage {
        self.0.keys.usage()
    }

    /// The value of the Authorization header, `Bearer <key>`, for another tool. It contains the
    /// secret key.
    ///
    /// # Errors
    /// `config` and `malformed_api_key` if a callable must be called for the key and does not
    /// return one.
    ///
    /// ```
    /// let client = neura::Client::builder().api_key("nk-fake-0123456789abcdef").build()?;
    /// assert_eq!(client.auth_header()?, "Bearer nk-fake-0123456789abcdef");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn auth_header(&self) -> Result<String, Error> {
        self.auth_header_with(&RequestOptions::new())
    }

    /// As [`auth_header`](Self::auth_header); the token and the `timeout` of the options end the
    /// wait for a callable that another thread runs.
    ///
    /// # Errors
    /// As [`auth_header`](Self::auth_header), `cancelled` and `timeout`.
    #[doc(hidden)]
    pub fn auth_header_with(&self, options: &RequestOptions) -> Result<String, Error> {
        let limits = self.0.limits_of(options)?;
        let call = self
            .0
            .call(options.began, options.token().child(), limits, false);
        let taken = self.0.keys.take(&call)?;
        Ok(headers::bearer(&taken.credential.key).to_string())
    }

    /// As [`auth_header`](Self::auth_header), for a thread that must not block: a callable is not
    /// called.
    ///
    /// # Errors
    /// `config` if a callable was not called yet.
    #[doc(hidden)]
    pub fn known_auth_header(&self) -> Result<String, Error> {
        let taken = self.0.keys.known()?;
        Ok(headers::bearer(&taken.credential.key).to_string())
    }

    /// Where the key in use came from, its mask and its fingerprint.
    pub fn key_info(&self) -> KeyInfo {
        self.0.keys.info()
    }
}
