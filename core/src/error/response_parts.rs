//! A reply as plain data, as an error keeps it.

use std::fmt;
use std::time::Duration;

use neura_transport::Method;
use serde_json::{Value, json};

use super::{Error, ErrorKind};

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
    /// The reason phrase; `None` for the usual one.
    pub reason: Option<String>,
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

impl ResponseParts {
    /// The parts of a reply that a test made, instead of a server. `status` is `None` for what is
    /// no `u16`, and `media_type` is the `Content-Type` where `headers` has none.
    ///
    /// # Errors
    /// The status is not one of 200 to 599.
    ///
    /// ```
    /// use neura::bindings::ResponseParts;
    ///
    /// let made = |status| ResponseParts::made(status, "".into(), vec![], vec![], Some("text/plain"));
    /// assert_eq!(made(Some(204)).unwrap().headers[0].1, "text/plain");
    /// assert!(made(Some(600)).is_err() && made(None).is_err());
    /// ```
    pub fn made(
        status: Option<u16>,
        url: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        media_type: Option<&str>,
    ) -> Result<Self, Error> {
        let Some(status @ 200..=599) = status else {
            let message = "status must be a whole number from 200 to 599";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        };
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        let mut headers: Vec<_> = headers.into_iter().map(lower).collect();
        if !headers.iter().any(|(name, _)| name == "content-type") {
            headers.extend(media_type.map(|it| ("content-type".to_owned(), it.to_owned())));
        }
        Ok(Self {
            status,
            url,
            headers,
            body,
            attempts: 1,
            // What the sentences of errors name.
            key: "a test".to_owned(),
            base_url: "https://service.test/v1".to_owned(),
            ..Self::default()
        })
    }

    /// All but the body, as JSON text: for a binding that stores a response.
    ///
    /// ```
    /// use neura::bindings::ResponseParts;
    ///
    /// let parts = ResponseParts { status: 404, body: b"no".to_vec(), ..Default::default() };
    /// assert!(ResponseParts::from_facts(&parts.facts(), b"no".to_vec()) == Some(parts));
    /// assert!(ResponseParts::from_facts("{}", Vec::new()) == None);
    /// ```
    pub fn facts(&self) -> String {
        json!({
            "method": self.method.as_str(),
            "status": self.status,
            "reason": self.reason,
            "url": self.url,
            "headers": self.headers,
            "elapsed_ns": u64::try_from(self.elapsed.as_nanos()).unwrap_or(u64::MAX),
            "attempts": self.attempts,
            "key": self.key,
            "sent_to": self.base_url,
            "note": self.note,
            "largest_event": self.max_event_bytes,
        })
        .to_string()
    }

    /// The parts of which [`facts`](Self::facts) gave this text; `None` for any other text.
    pub fn from_facts(facts: &str, body: Vec<u8>) -> Option<Self> {
        let facts: Value = serde_json::from_str(facts).ok()?;
        let number = |name: &str| facts.get(name)?.as_u64();
        let text = |name: &str| facts.get(name)?.as_str();
        let owned = |name: &str| text(name).map(str::to_owned);
        let pair = |pair: &Value| {
            let part = |at: usize| pair.get(at)?.as_str();
            Some((part(0)?.to_owned(), part(1)?.to_owned()))
        };
        let headers = facts.get("headers")?.as_array()?.iter().map(pair);
        Some(ResponseParts {
            method: text("method")?.parse().ok()?,
            status: number("status")?.try_into().ok()?,
            reason: owned("reason"),
            url: owned("url")?,
            headers: headers.collect::<Option<_>>()?,
            body,
            elapsed: Duration::from_nanos(number("elapsed_ns")?),
            attempts: number("attempts")?.try_into().ok()?,
            key: owned("key")?,
            base_url: owned("sent_to")?,
            note: owned("note"),
            max_event_bytes: number("largest_event").and_then(|limit| limit.try_into().ok()),
        })
    }
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
