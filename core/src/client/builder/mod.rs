//! The builder of a client.

mod setters;

use super::Client;
use crate::config::Options;
use crate::error::Error;

/// Makes a client. Nothing is checked before [`build`](Self::build).
///
/// ```
/// use std::time::Duration;
///
/// let client = neura::Client::builder()
///     .api_key("nk-fake-0123456789abcdef")
///     .base_url("http://127.0.0.1:8080/v1")
///     .timeout(Duration::from_secs(60))
///     .header("X-Team", "search")
///     .build()?;
/// assert_eq!(client.key_info().mask(), Some("…cdef"));
/// # Ok::<(), neura::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientBuilder {
    options: Options,
}

impl ClientBuilder {
    /// Makes the client; see [`Client::new`].
    ///
    /// # Errors
    /// `missing_api_key`, `malformed_api_key`, `config`.
    pub fn build(self) -> Result<Client, Error> {
        Client::new(self.options)
    }
}

impl Client {
    /// Starts building a client.
    ///
    /// ```
    /// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let client = neura::Client::builder()
    ///     .max_retries(5)
    /// #     .api_key(&sandbox.api_key).base_url(&sandbox.base_url)
    ///     .build()?;
    /// assert!(client.get("/models").send()?.text().contains("gpt-5"));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}
