//! A reply whose body was read whole.

mod body;
mod parts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use parts::ResponseParts;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::about::About;
use crate::cancel::CancelToken;
use crate::config::in_words;
use crate::config::{Limits, Sizes};
use crate::error::{self, Error, ErrorKind, Origin};
use crate::header_list::HeaderList;
use crate::memory::{self, Buffer};
use crate::rate_limit::RateLimit;
use crate::request::Method;
use crate::shared_bytes::SharedBytes;
use crate::stream::{EventStream, is_json};
use crate::transport::{Body, Call};
use crate::usage::{Counters, Tokens, tokens_of};

/// An error's body is read as JSON, cleaned and copied: so many times its size at once.
const COPIES: usize = 6;

/// JSON without the byte order mark that some servers put before it, as RFC 8259,
/// section 8.1, allows a reader to ignore it.
pub(crate) fn unmarked(json: &[u8]) -> &[u8] {
    json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json)
}

/// The head of a reply: what a response and a stream tell alike.
#[derive(Clone)]
pub(crate) struct Head {
    pub method: Method,
    pub status: u16,
    pub headers: Arc<HeaderList>,
    pub url: String,
    /// From the call to the headers.
    pub took: Duration,
    pub attempts: u32,
    pub rate_limit: RateLimit,
    pub about: Arc<About>,
    /// `None` of a reply that was put away.
    pub counters: Option<Arc<Counters>>,
}

impl Head {
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The usual words for the status.
    pub fn reason(&self) -> &'static str {
        http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default()
    }

    pub fn request_id(&self) -> Option<&str> {
        ["x-request-id", "request-id"]
            .into_iter()
            .filter_map(|name| self.headers.find(name))
            .map(str::trim)
            // One that echoes the key is no id, and would be printed and logged as one.
            .find(|id| !id.is_empty() && !self.about.is_secret(id))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => self.headers.find(&name.to_ascii_lowercase()),
            false => self.headers.find(name),
        }
    }

    /// The service told what the reply cost.
    pub fn spent(&self, tokens: Tokens) {
        if let Some(counters) = &self.counters {
            counters.spent(tokens);
        }
    }

    pub fn content_type(&self) -> &str {
        self.headers.find("content-type").unwrap_or("none")
    }

    pub fn with_origin<T>(&self, use_it: impl FnOnce(&Origin<'_>) -> T) -> T {
        use_it(&Origin {
            method: self.method,
            url: &self.url,
            status: self.status,
            headers: &self.headers,
            attempts: self.attempts,
            about: &self.about,
        })
    }

    /// The error that this reply is with `body`.
    pub fn error(&self, body: &[u8]) -> Error {
        // What the status says outweighs the words that there is no room for.
        let body = match memory::afford(body.len().saturating_mul(COPIES), Buffer::Body) {
            Ok(()) => body,
            Err(_) => &[],
        };
        self.with_origin(|origin| error::from_reply(origin, body))
    }

    /// An error found in the body of this reply.
    pub fn body_error(&self, error: Error) -> Error {
        self.with_origin(|origin| error.with_reply(origin))
    }

    /// The error that an event inside the stream of this reply is.
    pub fn event_error(&self, data: &str) -> Error {
        if let Err(error) = memory::afford(data.len().saturating_mul(COPIES), Buffer::Event) {
            return self.body_error(error);
        }
        let error = self.with_origin(|origin| error::from_event(origin, data));
        Response::new(self.clone(), data, self.took).refusing(error)
    }

    /// An error of kind `decode` for a body that is not what it should be.
    pub fn decode_error(&self, what: &str) -> Error {
        let content_type = self.about.clean(self.content_type());
        let advice = match is_json(self.content_type()) {
            true => "",
            false => {
                ". A gateway or a login page may have answered instead of the service: is the \
                 base URL right?"
            }
        };
        let message = format!(
            "{what} (status {}, content type {content_type}){advice}",
            self.status
        );
        self.body_error(Error::new(ErrorKind::Decode, message))
    }
}

/// A reply to a request, whatever its status; the body is in memory.
#[derive(Clone)]
pub struct Response {
    head: Head,
    body: SharedBytes,
    elapsed: Duration,
}

impl Response {
    pub(crate) fn new(head: Head, body: impl Into<SharedBytes>, elapsed: Duration) -> Self {
        Response {
            head,
            body: body.into(),
            elapsed,
        }
    }

    /// Reads the body of a status of 2xx to its end, and counts the tokens that it tells.
    pub(crate) fn read(
        head: Head,
        mut body: Body,
        limit: usize,
        call: &Call,
    ) -> Result<Self, Error> {
        let mut whole = Vec::new();
        let ended = body
            .read_to_end(limit, &mut whole)
            .map_err(|error| head.body_error(error))?;
        if !ended {
            return Err(head.body_error(Error::new(
                ErrorKind::BodyTooLarge,
                format!(
                    "the body is larger than {}. Raise max_body_bytes if it may be",
                    in_words(limit)
                ),
            )));
        }
        memory::give_back_slack(&mut whole);
        if let Some(tokens) = tokens_of(&whole) {
            head.spent(tokens);
        }
        Ok(Response::new(head, whole, call.took()))
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The usual words for the status: `Not Found`; empty for an unknown one.
    pub fn reason(&self) -> &'static str {
        self.head.reason()
    }

    /// Whether the status lies in 200 to 299.
    pub fn ok(&self) -> bool {
        self.head.ok()
    }

    /// The method that was asked by.
    pub fn method(&self) -> Method {
        self.head.method
    }

    /// The URL that was asked.
    pub fn url(&self) -> &str {
        &self.head.url
    }

    /// All headers, their names in lower case, repeated ones in order.
    pub fn headers(&self) -> &[(String, String)] {
        self.head.headers.pairs()
    }

    /// The first value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The body as text that is JSON; `decode` when it is not.
    pub fn json_text(&self) -> Result<&str, Error> {
        let text = std::str::from_utf8(unmarked(&self.body))
            .map_err(|_| self.head.decode_error("the body is not UTF-8 text"))?;
        match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Ok(text),
            Err(error) => Err(self.not_json(&error)),
        }
    }

    /// The body read as JSON; `decode` when it is not, or not of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(unmarked(&self.body)).map_err(|error| self.not_json(&error))
    }

    /// The body as text that is a JSON object, as every answer of the API is.
    pub(crate) fn object_text(&self) -> Result<&str, Error> {
        let text = self.json_text()?;
        match text.trim_start().starts_with('{') {
            true => Ok(text),
            false => Err(self
                .head
                .decode_error("the body is not an object of the API")),
        }
    }

    /// How many things the service listed: the length of `data`.
    pub(crate) fn listed(&self) -> Result<usize, Error> {
        #[derive(Deserialize)]
        struct List {
            data: Vec<IgnoredAny>,
        }
        let body = unmarked(&self.body);
        let is_object = body.trim_ascii_start().starts_with(b"{");
        match serde_json::from_slice::<List>(body) {
            Ok(list) if is_object => Ok(list.data.len()),
            _ => Err(self.head.decode_error("the body is not a list of the API")),
        }
    }

    /// The body as the event stream that it is, whatever the status.
    ///
    /// # Errors
    /// `decode` for a page, `body_too_large` for JSON beyond the limit of one event.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// # fn main() -> Result<(), neura::Error> {
    /// # let sandbox = sandbox();
    /// # let client = neura::Client::builder().api_key(&sandbox.api_key).base_url(&sandbox.base_url).build()?;
    /// // Not a stream: a body of JSON is one event.
    /// let event = client.get("/models").send()?.events()?.next().unwrap()?;
    /// let models: serde_json::Value = event.json()?;
    /// assert_eq!(models["object"], "list");
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> Result<EventStream, Error> {
        let cancel = CancelToken::new();
        // Nothing of it waits: the limits are nobody's.
        let call = Arc::new(Call::new(cancel.clone(), Limits::DEFAULT, true));
        let body = Body::known(self.body.clone(), &call);
        EventStream::new(self.head.clone(), body, cancel, Sizes::default())
    }

    /// The typed error of a status outside 200 to 299.
    pub fn check(&self) -> Result<(), Error> {
        match self.ok() {
            true => Ok(()),
            false => Err(self.head.error(&self.body)),
        }
    }

    /// The error of a reply outside 200 to 299 that nobody else holds.
    pub(crate) fn refusal(&self) -> Error {
        self.refusing(self.head.error(&self.body))
    }

    /// Whether it answers a named call.
    pub(crate) fn check_as_answer(&self) -> Result<(), Error> {
        let judged = self.check().and_then(|()| self.object_text().map(drop));
        judged.map_err(|error| self.refusing(error))
    }

    /// `error` with this reply, without a secret.
    fn refusing(&self, error: Error) -> Error {
        match self.try_parts() {
            Ok(parts) => error.with_refusal(Response::from_parts(parts)),
            Err(_) => error, // It says what it has to say without the copy.
        }
    }

    /// The service's id of the request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// What the reply told about rate limits.
    pub fn rate_limit(&self) -> &RateLimit {
        &self.head.rate_limit
    }

    /// From the first byte of the last attempt's request to the headers of its reply: without
    /// the body, and without what came before.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn not_json(&self, error: &serde_json::Error) -> Error {
        // The parser's own text may quote the body; its place is enough.
        let (line, column) = (error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends too early to be JSON".to_owned(),
            serde_json::error::Category::Data => {
                format!("is JSON of another shape (line {line}, column {column})")
            }
            _ => format!("is not JSON (line {line}, column {column})"),
        };
        self.head.decode_error(&format!("the body {what}"))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.head.attempts)
            .finish_non_exhaustive()
    }
}
