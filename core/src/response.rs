//! A reply whose body was read whole.

mod parts;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use parts::ResponseParts;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::about::About;
use crate::cancel::CancelToken;
use crate::config::{Limits, Sizes, in_words, table};
use crate::error::{Error, ErrorKind, LARGEST_BODY};
use crate::header_list::HeaderList;
use crate::memory::{self, Buffer};
use crate::rate_limit::RateLimit;
use crate::redact::escaped;
use crate::reply::{self, Member, NoOutline, Origin, Outline};
use crate::request::Method;
use crate::shared_bytes::SharedBytes;
use crate::stream::{EventStream, is_json};
use crate::transport::{Body, Call};
use crate::usage::{Counters, Tokens, may_count_tokens};

/// An error's body is read as JSON, cleaned and copied: so many times its size at once.
const COPIES: usize = 6;

/// JSON without the byte order mark that some servers put before it, as RFC 8259,
/// section 8.1, allows a reader to ignore it.
pub(crate) fn unmarked(json: &[u8]) -> &[u8] {
    json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json)
}

/// How much of data that cannot be used is shown.
const SHOWN_CHARS: usize = 200;
/// What may be the id of the request.
fn ids(headers: &HeaderList) -> impl Iterator<Item = &str> {
    let names = ["x-request-id", "request-id"].into_iter();
    names.filter_map(|name| headers.find(name)).map(str::trim)
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
    /// The request id as it can be shown, where that is not the header's value.
    pub shown_id: Option<String>,
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
        let id = ids(&self.headers)
            // One that echoes the key is no id, and would be printed and logged as one.
            .find(|id| !id.is_empty() && !self.about.is_secret(id))?;
        Some(self.shown_id.as_deref().unwrap_or(id))
    }

    /// What [`shown_id`](Self::shown_id) is with these headers.
    pub fn shown_id_of(headers: &HeaderList, about: &About) -> Option<String> {
        let id =
            ids(headers).find(|id| !id.is_empty() && escaped(id) != *id && !about.is_secret(id))?;
        Some(escaped(id).into_owned())
    }

    /// Takes the secrets out of the URL and the headers.
    pub fn clean(&mut self) {
        let about = &self.about;
        self.url = about.message(&self.url);
        let clean = |(name, value): (&str, &str)| {
            let (name, value) = (about.clean_own(name), about.clean(value));
            (name, value.into_owned())
        };
        self.headers = Arc::new(self.headers.iter().map(clean).collect());
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

    /// The error that this reply is with `body`, of which the beginning is looked at.
    pub fn error(&self, body: &[u8]) -> Error {
        let body = &body[..body.len().min(LARGEST_BODY)];
        // What the status says outweighs the words that there is no room for.
        let body = match memory::afford(body.len().saturating_mul(COPIES), Buffer::Body) {
            Ok(()) => body,
            Err(_) => &[],
        };
        self.with_origin(|origin| reply::from_reply(origin, body))
    }

    /// An error found in the body of this reply.
    pub fn body_error(&self, error: Error) -> Error {
        let error = error.map_message(|message| self.about.message(message));
        self.with_origin(|origin| error.with_reply(origin.facts()))
    }

    /// The error that an event inside the stream of this reply is.
    pub fn event_error(&self, data: &str) -> Error {
        if let Err(error) = memory::afford(data.len().saturating_mul(COPIES), Buffer::Event) {
            return self.body_error(error);
        }
        let error = self.with_origin(|origin| reply::from_event(origin, data));
        Response::new(self.clone(), data, self.took).refusing(error)
    }

    /// Why `body`, a JSON object, does not answer a named call; `None` where it does.
    pub fn not_an_answer(
        &self,
        outline: &Outline<'_>,
        member: Member,
        body: &str,
    ) -> Option<Error> {
        if !outline.is_error(member) && outline.has(member) {
            return None;
        }
        if let Err(error) = memory::afford(body.len().saturating_mul(COPIES), Buffer::Body) {
            return Some(self.body_error(error));
        }
        if outline.is_error(member) {
            return Some(self.with_origin(|origin| reply::from_answer(origin, body)));
        }
        let what = format!(
            "the body has no \"{}\", so it is not the answer",
            member.name()
        );
        let error = self.decode_error(&what);
        Some(self.with_origin(|origin| reply::words_in(origin, error, body)))
    }

    /// The error of an event of a chat stream whose data is not a JSON object.
    pub fn not_a_chunk(&self, data: &str) -> Error {
        if let Err(error) = memory::afford(data.len(), Buffer::Event) {
            return self.body_error(error);
        }
        let data = self.about.clean(data);
        let shown: String = data.chars().take(SHOWN_CHARS).collect();
        let more = if shown.len() < data.len() { "…" } else { "" };
        self.decode_error(&format!(
            "a chunk of the stream is not a JSON object: {shown}{more}"
        ))
    }

    /// An error of kind `decode` for a body that is not what it should be.
    pub fn decode_error(&self, what: &str) -> Error {
        let content_type = self.about.clean(self.content_type());
        let content_type = escaped(&content_type);
        let expected = is_json(self.content_type()) || self.content_type().contains("event-stream");
        let advice = match expected {
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
    /// The body was read once and is JSON.
    is_json: bool,
}

impl Response {
    pub(crate) fn new(head: Head, body: impl Into<SharedBytes>, elapsed: Duration) -> Self {
        Response {
            head,
            body: body.into(),
            elapsed,
            is_json: false,
        }
    }

    /// Reads the body to its end, whatever the status.
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
                    "the body is larger than {}. Raise {} if it may be",
                    in_words(limit),
                    table::MAX_BODY_BYTES
                ),
            )));
        }
        memory::give_back_slack(&mut whole);
        Ok(Response::new(head, whole, call.took()))
    }

    /// Reads what a named call is answered with. What a status outside 200 to 299 says outweighs
    /// what is wrong with its body: of that the beginning is read, as far as it comes.
    pub(crate) fn read_answer(
        head: Head,
        mut body: Body,
        limit: usize,
        call: &Call,
    ) -> Result<Self, Error> {
        if head.ok() {
            return Self::read(head, body, limit, call);
        }
        body.read_ahead(LARGEST_BODY)
            .map_err(|cancelled| head.body_error(cancelled))?;
        Ok(Response::new(head, body.into_ahead(), call.took()))
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

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body, without a copy unless a clone of this response has it too.
    pub fn into_bytes(self) -> Vec<u8> {
        self.body.into_vec()
    }

    /// The body, for owners beside this response.
    pub fn shared_bytes(&self) -> &SharedBytes {
        &self.body
    }

    /// The same response with its body in a place of a binding's own, which `place` moves it to.
    ///
    /// # Errors
    /// That of `place`.
    #[doc(hidden)]
    pub fn place_body(
        mut self,
        place: impl FnOnce(Vec<u8>) -> Result<SharedBytes, Error>,
    ) -> Result<Self, Error> {
        let placed = self.take_body().and_then(place);
        self.body = placed.map_err(|error| self.head.body_error(error))?;
        Ok(self)
    }

    /// The body, which this response has no more until it is put back.
    ///
    /// # Errors
    /// `out_of_memory` where others have it too.
    #[doc(hidden)]
    pub fn take_body(&mut self) -> Result<Vec<u8>, Error> {
        let body = std::mem::take(&mut self.body).try_into_vec();
        body.map_err(|no_memory| no_memory.of(Buffer::Body))
    }

    /// Puts back a body that was taken.
    #[doc(hidden)]
    pub fn put_body(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut copy = Vec::new();
        memory::append(&mut copy, bytes, bytes.len())
            .map_err(|no_memory| self.head.body_error(no_memory.of(Buffer::Body)))?;
        self.body = copy.into();
        Ok(())
    }

    /// The body as text; what is not UTF-8 becomes U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// As [`text`](Self::text); a body that is not UTF-8 is copied, for which there may be no
    /// memory.
    ///
    /// # Errors
    /// `out_of_memory`.
    pub fn try_text(&self) -> Result<Cow<'_, str>, Error> {
        if let Ok(text) = std::str::from_utf8(&self.body) {
            return Ok(Cow::Borrowed(text));
        }
        let mut text = String::new();
        memory::append_lossy(&mut text, &self.body)
            .map_err(|no_memory| self.head.body_error(no_memory.of(Buffer::Body)))?;
        Ok(Cow::Owned(text))
    }

    /// The body as text that is JSON; `decode` when it is not.
    pub fn json_text(&self) -> Result<&str, Error> {
        let text = self.utf8()?;
        if !self.is_json {
            serde_json::from_str(text)
                .map(|IgnoredAny| ())
                .map_err(|error| self.not_json(&error))?;
        }
        Ok(text)
    }

    fn utf8(&self) -> Result<&str, Error> {
        std::str::from_utf8(unmarked(&self.body))
            .map_err(|_| self.head.decode_error("the body is not UTF-8 text"))
    }

    /// The body read as JSON; `decode` when it is not, or not of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(unmarked(&self.body)).map_err(|error| self.not_json(&error))
    }

    /// What is to be known of the body, which is to be a JSON object, as every answer of the
    /// API is.
    fn outline(&self) -> Result<(Outline<'_>, &str), Error> {
        let text = self.utf8()?;
        match Outline::of(text) {
            Ok(outline) => Ok((outline, text)),
            Err(NoOutline::NotJson(error)) => Err(self.not_json(&error)),
            Err(NoOutline::NotObject) => Err(self
                .head
                .decode_error("the body is not an object of the API")),
        }
    }

    /// Counts the tokens that the body tells.
    pub(crate) fn count_tokens(&self) {
        if self.ok()
            && may_count_tokens(&self.body)
            && let Ok((outline, _)) = self.outline()
            && let Some(tokens) = outline.tokens()
        {
            self.head.spent(tokens);
        }
    }

    /// How many things the service listed: the length of `data`.
    pub(crate) fn listed(&self) -> Result<usize, Error> {
        let listed = self
            .outline()
            .ok()
            .and_then(|(outline, _)| outline.listed());
        listed.ok_or_else(|| self.head.decode_error("the body is not a list of the API"))
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

    /// The reply as the answer to a named call, which has `member`; its tokens are counted.
    pub(crate) fn into_answer(mut self, member: Member) -> Result<Self, Error> {
        self.check_as_answer(member)
            .map_err(|error| self.refusing(error))?;
        self.is_json = true;
        Ok(self)
    }

    fn check_as_answer(&self, member: Member) -> Result<(), Error> {
        self.check()?;
        let (outline, text) = self.outline()?;
        if let Some(tokens) = outline.tokens() {
            self.head.spent(tokens);
        }
        self.head
            .not_an_answer(&outline, member, text)
            .map_or(Ok(()), Err)
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
