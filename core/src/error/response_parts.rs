//! A reply as plain data, as an error keeps it.

use std::fmt;
use std::time::Duration;

use neura_transport::Method;

/// A [`Response`](crate::Response) as plain data, to be stored or sent to another process: with it everything
/// that the response and its error tell, and no secret.
///
/// Every key that the client ever held and every other secret of the client and of the call
/// is replaced by `[redacted]`, in whatever form an error knows it: in the URL, in headers, and
/// in the body, also in one that is no text. A secret of fewer than 8 characters cannot be
/// replaced: where one stands in a header's value or in a body that is text, that text is left
/// out, and in place of an error's body stands what remains to be told of it, in the API's
/// form.
#[doc(hidden)]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResponseParts {
    /// The method that was asked by.
    pub method: Method,
    /// The HTTP status.
    pub status: u16,
    /// The URL that was asked.
    pub url: String,
    /// All headers, their names in lower case, repeated ones in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// From the first byte of the request to the headers of the reply.
    pub elapsed: Duration,
    /// How many times the request was sent.
    pub attempts: u32,
    /// Where the key came from, with its mask, for the words of an error.
    pub key: String,
    /// Where requests went, for the words of an error.
    pub base_url: String,
    /// What an error has to tell beside: why no other key could be tried.
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
