//! A reply as plain data, as an error keeps it.

use std::fmt;
use std::time::Duration;

use neura_transport::Method;

/// A [`Response`](crate::Response) as plain data, to be stored or sent to another process. It has
/// everything that the response and its error say, and no secret.
///
/// Every key that the client ever had, and every other secret of the client and of the call, is
/// replaced by `[redacted]` in the URL, in headers and in the body, even if the body is not text. A
/// secret of fewer than 8 characters cannot be replaced. A header's value or a text body with such
/// a secret is left out; an error's body is then replaced by what the error may show of it, in the
/// API's form.
#[doc(hidden)]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResponseParts {
    /// The method of the request.
    pub method: Method,
    /// The HTTP status.
    pub status: u16,
    /// The URL of the request.
    pub url: String,
    /// All headers, their names in lower case, repeated ones in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// From the first byte of the request to the headers of the reply.
    pub elapsed: Duration,
    /// How many times the request was sent.
    pub attempts: u32,
    /// Where the key came from, with its mask, for an error's message.
    pub key: String,
    /// Where requests went, for an error's message.
    pub base_url: String,
    /// A note for an error's message: why no other key could be tried.
    pub note: Option<String>,
    /// The `max_event_bytes` of the client; `None` for the default.
    pub max_event_bytes: Option<usize>,
}

impl fmt::Debug for ResponseParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseParts")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
