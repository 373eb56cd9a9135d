//! A request and its options.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use neura_transport::{BodyProgress, CancelToken, MakeBodyRoom, Method, RequestBody};

use super::AttemptCount;
use super::observer::{AttemptInfo, Observer};
use crate::config::{GivenLimits, Limit};
use crate::log::Level;
use crate::reply::is_form_with_files;

/// One request: method, path, body and its own options.
#[doc(hidden)]
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: RequestBody,
    pub(crate) json: bool,
    pub(crate) options: RequestOptions,
}

/// The parts of a request, as its attempts use them.
#[derive(Clone, Copy)]
pub(crate) struct RequestParts<'a> {
    pub method: Method,
    pub path: &'a str,
    pub body: &'a RequestBody,
    pub json: bool,
    pub options: &'a RequestOptions,
}

impl Request {
    pub(crate) fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: self.method,
            path: &self.path,
            body: &self.body,
            json: self.json,
            options: &self.options,
        }
    }

    /// A request without a body. `path` is joined to the base URL, or is a full URL on
    /// the base URL's own origin.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Request {
            method,
            path: path.into(),
            body: RequestBody::default(),
            json: false,
            options: RequestOptions::default(),
        }
    }

    /// Sends this JSON text unchanged, as `application/json` unless the caller sets that header.
    pub fn json(mut self, text: impl Into<RequestBody>) -> Self {
        self.body = text.into();
        self.json = true;
        self
    }

    /// Sends these bytes, or those of a file or another source, without a `Content-Type`.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// # let path = std::env::temp_dir().join(format!("neura-doc-{}.json", std::process::id()));
    /// # std::fs::write(&path, r#"{"model": "text-embedding-3-small", "input": "Hello!"}"#)?;
    /// use std::fs::File;
    /// use std::io::Read;
    ///
    /// use neura::bindings::Request;
    /// use neura::{Method, RequestBody};
    ///
    /// let request = || Request::new(Method::Post, "/embeddings");
    /// let reply = client.send(request().body(File::open(&path)?))?;
    /// assert_eq!(reply.status(), 200);
    ///
    /// let start: &[u8] = br#"{"model": "text-embedding-3-small", "#;
    /// let reader = start.chain(&br#""input": "Hello!"}"#[..]);
    /// let reply = client.send(request().body(RequestBody::reader(reader)))?;
    /// assert_eq!(reply.status(), 200);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        self.body = body.into();
        self.json = false;
        self
    }

    /// Replaces all options of this request.
    pub fn options(mut self, options: RequestOptions) -> Self {
        self.options = options;
        self
    }
}

/// The options of one request, which replace those of its client. Checked when the request is sent.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// use neura::bindings::{Limit, Request, RequestOptions};
/// use neura::Method;
///
/// let mut options = RequestOptions::new();
/// options.set_timeout(Limit::Seconds(30.0));
/// options.set_max_retries(0);
/// options.add_header("X-Team", "search");
/// let response = client.send(Request::new(Method::Get, "/models").options(options))?;
/// assert!(response.ok());
/// # Ok::<(), neura::Error>(())
/// ```
#[doc(hidden)]
#[derive(Clone, Default)]
pub struct RequestOptions {
    pub(crate) limits: GivenLimits,
    pub(crate) max_retries: Option<i64>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) drop_foreign_credentials: bool,
    pub(crate) params: Vec<(String, String)>,
    /// The names of parameters of the client that are not sent.
    pub(crate) left_out: Vec<String>,
    pub(crate) idempotency_key: Option<String>,
    /// `None` if nobody can cancel the call.
    pub(crate) cancel: Option<CancelToken>,
    pub(crate) observer: Option<Observer>,
    pub(crate) body_progress: Option<Arc<BodyProgress>>,
    /// Makes the memory for the body of a reply.
    pub(crate) body_room: Option<MakeBodyRoom>,
    /// Parameters of a named call that are not checked: see `set_unchecked`.
    pub(crate) unchecked: Vec<String>,
    /// When its time starts to count; `None`: when it runs.
    pub(crate) began: Option<Instant>,
    /// The level of its own log; `None`: that of `NEURA_LOG`.
    pub(crate) log_level: Option<Level>,
    /// Where its attempts are counted while it runs.
    pub(crate) attempts: Option<AttemptCount>,
}

impl RequestOptions {
    /// No options: everything as in the client.
    pub fn new() -> Self {
        Self::default()
    }

    /// See [`Options::set_timeout`](crate::Options::set_timeout); `Limit::Default` is the client's.
    pub fn set_timeout(&mut self, limit: Limit) {
        self.limits.total = limit;
    }

    /// See [`Options::set_connect_timeout`](crate::Options::set_connect_timeout).
    pub fn set_connect_timeout(&mut self, limit: Limit) {
        self.limits.connect = limit;
    }

    /// See [`Options::set_idle_timeout`](crate::Options::set_idle_timeout).
    pub fn set_idle_timeout(&mut self, limit: Limit) {
        self.limits.idle = limit;
    }

    /// See [`Options::set_head_timeout`](crate::Options::set_head_timeout).
    pub fn set_head_timeout(&mut self, limit: Limit) {
        self.limits.head = limit;
    }

    /// Logs the attempts of this call at a level of its own, `off`, `error`, `warn`, `info` or
    /// `debug`, whatever `NEURA_LOG` says. An unknown name changes nothing: a binding checks it.
    #[doc(hidden)]
    pub fn set_log_level(&mut self, name: &str) {
        self.log_level = Level::named(name);
    }

    /// Sets the limits of connecting and reading from one value of a binding; `written` names both
    /// for errors. The read limit also limits the wait for the reply.
    #[doc(hidden)]
    pub fn split_timeout(&mut self, connect: Limit, read: Limit, written: [&'static str; 2]) {
        self.limits.split(connect, read, written);
    }

    /// How many times to retry after the first attempt.
    pub fn set_max_retries(&mut self, retries: i64) {
        self.max_retries = Some(retries);
    }

    /// Adds a header; it replaces the client's own header of that name. Added twice, it is sent
    /// twice.
    pub fn add_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// As [`add_header`](Self::add_header), in place of those of this name that were added before.
    #[doc(hidden)]
    pub fn set_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.headers
            .retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
        self.add_header(name, value);
    }

    /// Takes back all headers that were added.
    #[doc(hidden)]
    pub fn clear_headers(&mut self) {
        self.headers.clear();
    }

    /// Adds the `Content-Type` of a body unless one was added before. That of a form with files
    /// replaces any `multipart/form-data`, which does not name the boundary of this body.
    ///
    /// ```
    /// let mut options = neura::bindings::RequestOptions::new();
    /// options.add_header("content-type", "multipart/form-data");
    /// options.add_content_type("multipart/form-data; boundary=b");
    /// ```
    #[doc(hidden)]
    pub fn add_content_type(&mut self, of_body: &str) {
        let is_content_type = |name: &str| name.eq_ignore_ascii_case("content-type");
        if is_form_with_files(of_body) {
            self.headers
                .retain(|(name, value)| !(is_content_type(name) && is_form_with_files(value)));
        }
        if !self.headers.iter().any(|(name, _)| is_content_type(name)) {
            self.add_header("Content-Type", of_body);
        }
    }

    /// For an adapter below another library, whose headers may carry a key of another service: of
    /// the headers added here, [`FOREIGN_CREDENTIALS`](crate::bindings::FOREIGN_CREDENTIALS) and
    /// `Proxy-Authorization` are not sent, and the client's own key is. Headers of the client's
    /// [`Options`](crate::Options) are always sent. Default: false.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::bindings::{Request, RequestOptions};
    /// use neura::Method;
    ///
    /// let mut options = RequestOptions::new();
    /// options.add_header("Authorization", "Bearer sk-of-another-service");
    /// options.set_drop_foreign_credentials(true);
    /// let response = client.send(Request::new(Method::Get, "/models").options(options))?;
    /// assert_eq!(response.status(), 200);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn set_drop_foreign_credentials(&mut self, drop: bool) {
        self.drop_foreign_credentials = drop;
    }

    /// Adds a parameter to the query; it is percent-encoded here. Added twice, it is sent twice.
    pub fn add_param(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.params.push((name.into(), value.into()));
    }

    /// Takes back all parameters that were added.
    #[doc(hidden)]
    pub fn clear_params(&mut self) {
        self.params.clear();
        self.left_out.clear();
    }

    /// As [`add_param`](Self::add_param), for several. One without a value is not sent, and takes the
    /// place of one of the client.
    #[doc(hidden)]
    pub fn add_params(&mut self, params: Vec<(String, Option<String>)>) {
        for (name, value) in params {
            match value {
                Some(value) => self.add_param(name, value),
                None => self.left_out.push(name),
            }
        }
    }

    /// Sends `Idempotency-Key`, the same on every attempt.
    pub fn set_idempotency_key(&mut self, key: impl Into<String>) {
        self.idempotency_key = Some(key.into());
    }

    /// Lets `token` cancel the call from any thread.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let token = neura::CancelToken::new();
    /// let inside = token.clone();
    /// std::thread::spawn(move || inside.cancel()).join().unwrap();
    /// let error = client.get("/models").cancel(&token).send().unwrap_err();
    /// assert_eq!(error.kind(), neura::ErrorKind::Cancelled);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn set_cancel(&mut self, token: CancelToken) {
        self.cancel = Some(token);
    }

    /// Gives the call a token of its own, which is cancelled together with the one that it had, and
    /// returns it: for a binding that cancels one call and not the others with its user's token.
    #[doc(hidden)]
    pub fn own_cancel(&mut self) -> CancelToken {
        let token = self.token().child();
        self.cancel = Some(token.clone());
        token
    }

    /// The token of the call.
    pub(crate) fn token(&self) -> CancelToken {
        self.cancel.clone().unwrap_or_else(CancelToken::never)
    }

    /// Names parameters of a named call that are sent unchecked, for a binding's `extra_body`. Any
    /// other parameter that is a near miss of a known one is refused.
    #[doc(hidden)]
    pub fn set_unchecked(&mut self, names: impl IntoIterator<Item = String>) {
        self.unchecked = names.into_iter().collect();
    }

    /// Calls `observer` after each attempt, on the thread of the call, which waits for it: for the
    /// caller's own log. The attempts are those of `NEURA_LOG`. A body that is read later, for
    /// example a stream's, is not reported.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use std::sync::mpsc::channel;
    ///
    /// let (ended, attempts) = channel();
    /// let mut options = neura::bindings::RequestOptions::new();
    /// options.set_observer(move |attempt| {
    ///     let _ = ended.send((attempt.path.to_owned(), attempt.status));
    /// });
    /// client.check_with(options);
    /// assert_eq!(attempts.recv().unwrap(), ("/v1/models".to_owned(), Some(200)));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn set_observer(&mut self, observer: impl Fn(&AttemptInfo<'_>) + Send + Sync + 'static) {
        self.observer = Some(Arc::new(observer));
    }
}

impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestOptions")
            .field("timeout", &self.limits.total)
            .field("max_retries", &self.max_retries)
            .field("headers", &self.headers.len())
            .field("params", &self.params.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query of a path may hold secrets; the body may be anything.
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        write!(f, "{} {path} ({:?})", self.method.as_str(), self.body)
    }
}
