//! The error type of every call.

mod kind;
mod response_parts;
mod system_cause;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use neura_transport::Method;

pub use kind::ErrorKind;
pub use response_parts::ResponseParts;
pub use system_cause::SystemCause;

use crate::rate_limit::RateLimit;

/// The bytes of an error's body that are read for its message. Source: faults.md, 42.
pub(crate) const LARGEST_BODY: usize = 1024 * 1024;

/// Why a call failed: one type for every call, in every language.
///
/// A message says what failed, where the key came from and what to do next, and includes what the
/// server said. No text of an error ever shows a key. The value is one pointer wide, so a `Result`
/// stays small.
///
/// ```
/// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let client = neura::Client::builder()
///     .api_key("nk-fake-0123456789abcdef")
/// #     .base_url(&sandbox.base_url)
///     .build()?;
/// let error = client.models().send().unwrap_err();
/// assert_eq!(error.kind(), neura::ErrorKind::InvalidApiKey);
/// assert_eq!(error.status(), Some(401));
/// assert!(error.message().contains("…cdef"));
/// assert!(!error.retryable());
/// # Ok::<(), neura::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    kind: ErrorKind,
    message: String,
    status: Option<u16>,
    said: ServerError,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    retryable: bool,
    attempts: u32,
    unsent: bool,
    rate_limit: RateLimit,
    body: Option<String>,
    quotes_callback: bool,
    request: Option<(Method, String)>,
    reply: Option<Arc<ResponseParts>>,
    source: Option<Source>,
    system_cause: Option<Box<SystemCause>>,
}

/// What an error came from, without a secret in its text.
type Source = Arc<dyn std::error::Error + Send + Sync>;

/// What the server's error body said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ServerError {
    pub message: Option<String>,
    pub code: Option<String>,
    pub type_: Option<String>,
    pub param: Option<String>,
}

/// What an error keeps of the head of its reply.
pub(crate) struct ReplyFacts {
    pub status: u16,
    pub request_id: Option<String>,
    pub rate_limit: RateLimit,
    pub attempts: u32,
    pub request: (Method, String),
}

impl Error {
    /// An error without a reply, for tests of code that handles errors, and for code that wraps the
    /// client. The message is shown unchanged, so it must not hold a key.
    ///
    /// ```
    /// use neura::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::RateLimited, "too many requests");
    /// assert_eq!(error.kind(), ErrorKind::RateLimited);
    /// assert_eq!(error.status(), None);
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Details {
            kind,
            message: message.into(),
            status: None,
            said: ServerError::default(),
            request_id: None,
            retry_after: None,
            retryable: false,
            attempts: 0,
            unsent: false,
            rate_limit: RateLimit::default(),
            body: None,
            quotes_callback: false,
            request: None,
            reply: None,
            source: None,
            system_cause: None,
        }))
    }

    /// The error of a fault in this library, not in its use.
    pub(crate) fn internal(what: &str) -> Self {
        let message = format!("a fault inside neura: {what}. Please report it");
        Error::new(ErrorKind::Internal, message)
    }

    /// What went wrong, as data.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What failed and what to do next, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, if a reply came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's code; for `malformed_api_key`, what is wrong with the key.
    pub fn code(&self) -> Option<&str> {
        self.0.said.code.as_deref()
    }

    /// The server's name for the type of error.
    pub fn type_(&self) -> Option<&str> {
        self.0.said.type_.as_deref()
    }

    /// The parameter that the server refused.
    pub fn param(&self) -> Option<&str> {
        self.0.said.param.as_deref()
    }

    /// The service's id of the request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same request may succeed later. The client's own retries are over by then.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// How many attempts were made, also those that could not connect; 0 if the call failed before
    /// the first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether every attempt failed before a byte of the request was sent: at the connection, the
    /// TLS handshake or the proxy. Sending it again cannot do anything twice.
    pub fn unsent(&self) -> bool {
        self.0.unsent
    }

    /// The server's rate limits.
    pub fn rate_limit(&self) -> &RateLimit {
        &self.0.rate_limit
    }

    /// The server's body as text, redacted, at most 1 MiB; `None` if no reply came.
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The method and the URL of the request, redacted; `None` if nothing was sent.
    pub fn request(&self) -> Option<(Method, &str)> {
        let (method, url) = self.0.request.as_ref()?;
        Some((*method, url))
    }

    /// The parts of the reply that [`Error::reply`] gives.
    pub(crate) fn reply_parts(&self) -> Option<&ResponseParts> {
        self.0.reply.as_deref()
    }

    /// The headers of the reply that [`Error::reply`] gives: name, value, without secrets.
    #[doc(hidden)]
    pub fn reply_headers(&self) -> Option<&[(String, String)]> {
        Some(&self.reply_parts()?.headers)
    }

    /// The error of the system that this one came from, as a binding's language reports such errors.
    #[doc(hidden)]
    pub fn system_cause(&self) -> Option<&SystemCause> {
        self.0.system_cause.as_deref()
    }

    pub(crate) fn with_system_cause(mut self, cause: Option<SystemCause>) -> Self {
        self.0.system_cause = cause.map(Box::new);
        self
    }

    /// Whether the message says why the caller's function gave no key, and no secret had to be
    /// removed from the function's words. Only then may a binding attach what the function threw:
    /// otherwise it is unrelated or still holds the secret.
    #[doc(hidden)]
    pub fn quotes_callback(&self) -> bool {
        self.0.quotes_callback
    }

    pub(crate) fn with_quote(mut self, of_callback: bool) -> Self {
        self.0.quotes_callback = of_callback;
        self
    }

    pub(crate) fn with_code(mut self, code: &str) -> Self {
        self.0.said.code = Some(code.to_owned());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_request(mut self, method: Method, url: String) -> Self {
        self.0.request = Some((method, url));
        self
    }

    pub(crate) fn with_refusal(mut self, reply: ResponseParts) -> Self {
        self.0.reply = Some(Arc::new(reply));
        self
    }

    pub(crate) fn with_unsent(mut self, unsent: bool) -> Self {
        self.0.unsent = unsent;
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    pub(crate) fn map_message(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.0.message = change(&self.0.message);
        self
    }

    /// Adds what is kept of the reply's head.
    pub(crate) fn with_reply(mut self, facts: ReplyFacts) -> Self {
        self.0.status = Some(facts.status);
        self.0.request_id = facts.request_id;
        self.0.rate_limit = facts.rate_limit;
        self.0.attempts = facts.attempts;
        self.0.request = Some(facts.request);
        self
    }

    /// Adds what the reply's body says, and the body itself.
    pub(crate) fn with_words(mut self, said: ServerError, body: Option<String>) -> Self {
        self.0.said = said;
        self.0.body = body;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Keeps what the error came from. Its text must not be able to hold a secret: not what a
    /// server sent, nor what a library was given.
    pub(crate) fn with_source(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The same for an error of the system, of which its number or kind is kept: another
    /// library may have put text of its own into it.
    pub(crate) fn with_io_source(self, error: &std::io::Error) -> Self {
        self.with_source(match error.raw_os_error() {
            Some(code) => std::io::Error::from_raw_os_error(code),
            None => std::io::Error::from(error.kind()),
        })
    }

    /// The same for a JSON error, unless it is about the values, which it would quote.
    pub(crate) fn with_json_source(self, error: serde_json::Error) -> Self {
        match error.is_data() {
            true => self,
            false => self.with_source(error),
        }
    }

    pub(crate) fn said(&self) -> &ServerError {
        &self.0.said
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind.name())
            .field("status", &self.0.status)
            .field("code", &self.0.said.code)
            .field("request_id", &self.0.request_id)
            .field("attempts", &self.0.attempts)
            .field("retryable", &self.0.retryable)
            .field("message", &self.0.message)
            .finish()
    }
}

impl std::error::Error for Error {
    /// The error of the system, of TLS or of JSON that this one came from, if there is one
    /// whose text cannot hold a secret. [`message`](Error::message) has its words already.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.as_ref())
    }
}

/// Runs `f`, and turns a panic in it into an error of kind `internal`.
///
/// The bindings call every function through this: a panic must not unwind out of a C function or
/// end the process. The panic's text is left out, because it may quote data.
#[doc(hidden)]
#[inline]
pub fn catch_panic<T>(f: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| {
        std::mem::forget(payload); // Its drop may panic again.
        Err(Error::new(
            ErrorKind::Internal,
            "a fault inside neura stopped this call; the process can go on. \
             Please report it together with what you called",
        ))
    })
}
