//! The client: the attempt loop, and the calls that are made with it.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use crate::chat::{self, ChatStream};
use crate::config::{self, KeyInfo, Limits, Options};
use crate::error::{Error, ErrorKind, Redactor};
use crate::headers::{self, Expect, Template};
use crate::key::ApiKey;
use crate::rate_limit::RateLimit;
use crate::request::{Method, Request, RequestOptions};
use crate::response::{Head, Response};
use crate::retry;
use crate::stream::EventStream;
use crate::transport::{Body, Call, Pool, Reply};
use crate::url::{BaseUrl, encode_segment};

/// The most bytes of a body, unpacked. Source: faults.md, 23.
const LARGEST_BODY: usize = 256 * 1024 * 1024;
/// An error's body is read so far and no further. Source: faults.md, 42.
const LARGEST_ERROR_BODY: usize = 1024 * 1024;

/// A client of the API: a key, a base URL and a pool of connections.
///
/// A clone is cheap and shares all of it. Any number of threads may use one client at
/// once; none waits for another but for the moment in which a connection is taken from
/// the pool or given back.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    key: ApiKey,
    info: KeyInfo,
    base_url: BaseUrl,
    limits: Limits,
    max_retries: u32,
    max_in_flight: Option<usize>,
    replay_unsent_only: bool,
    headers: Template,
    pool: Pool,
    about: Arc<About>,
}

/// What an error tells about its client.
#[derive(Clone)]
pub(crate) struct About {
    pub key: String,
    pub base_url: String,
    pub redactor: Redactor,
}

impl About {
    /// What is to be told where the caller's own headers go along: their secrets are kept
    /// out of every text too, and it is their Authorization that a server refuses.
    fn with_headers(self: &Arc<Self>, callers: &[(String, String)]) -> Arc<Self> {
        let mut secrets = headers::secrets(callers).peekable();
        if secrets.peek().is_none() {
            return Arc::clone(self);
        }
        let mut about = About::clone(self);
        secrets.for_each(|secret| about.redactor.add(secret));
        if headers::has_authorization(callers) {
            "the caller's own Authorization header".clone_into(&mut about.key);
        }
        Arc::new(about)
    }
}

/// A call that the API has a name for. The bodies are JSON text.
#[derive(Clone)]
pub enum Operation {
    /// `POST /chat/completions` with this request, answered whole.
    Chat(Vec<u8>),
    /// `GET /models`.
    Models,
    /// `GET /models/{id}`.
    Model(String),
    /// `POST /embeddings` with this request.
    Embeddings(Vec<u8>),
}

const CHAT_PATH: &str = "/chat/completions";

impl Operation {
    fn request(self) -> Result<Request, Error> {
        Ok(match self {
            Operation::Chat(body) => {
                Request::new(Method::Post, CHAT_PATH).json(chat::with_stream(body, false)?)
            }
            Operation::Models => Request::new(Method::Get, "/models"),
            Operation::Model(id) if id.trim().is_empty() => {
                let message = "the id of the model is empty";
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
            Operation::Model(id) => {
                Request::new(Method::Get, format!("/models/{}", encode_segment(&id)))
            }
            Operation::Embeddings(body) => Request::new(Method::Post, "/embeddings").json(body),
        })
    }
}

impl Client {
    /// Makes a client; nothing connects yet.
    ///
    /// # Errors
    /// `missing_api_key`, `malformed_api_key`, or `config` for any option that cannot be
    /// used.
    pub fn new(options: Options) -> Result<Self, Error> {
        let resolved = options.resolve()?;
        let language = options.language.unwrap_or("rust");
        let mut redactor = Redactor::default();
        redactor.add(resolved.key.secret());
        let about = About {
            key: resolved.info.describe(),
            base_url: resolved.base_url.to_string(),
            redactor,
        };
        Ok(Client(Arc::new(Inner {
            limits: options.limits()?,
            max_retries: options.retries()?,
            max_in_flight: options.in_flight()?,
            replay_unsent_only: options.replay_unsent_only,
            headers: Template::new(&resolved.key, language, &options.headers)?,
            pool: Pool::new(options.ca_file.as_deref())?,
            about: Arc::new(about).with_headers(&options.headers),
            key: resolved.key,
            info: resolved.info,
            base_url: resolved.base_url,
        })))
    }

    /// Sends a request and reads its reply whole; any status is a response.
    ///
    /// # Errors
    /// `config` and `invalid_argument` before anything is sent; `connection`, `timeout`,
    /// `tls`, `protocol`, `decode`, `body_too_large`, `cancelled`.
    pub fn send(&self, request: Request) -> Result<Response, Error> {
        let exchange = Exchange::new(&self.0, &request, Expect::Body)?;
        let call = Arc::clone(&exchange.call);
        let (head, body) = match exchange.run()? {
            Outcome::Failed(head, body) => (head, body),
            Outcome::Open(head, mut body) => {
                let whole = read_whole(&head, &mut body)?;
                (head, whole)
            }
        };
        Ok(Response::new(head, body, call.started().elapsed()))
    }

    /// Sends a request whose reply is an event stream; returns when its headers came.
    ///
    /// # Errors
    /// As [`send`](Self::send), and the typed error of a status outside 200 to 299.
    pub fn open(&self, request: Request) -> Result<EventStream, Error> {
        let exchange = Exchange::new(&self.0, &request, Expect::Events)?;
        let cancel = exchange.call.cancel.clone();
        match exchange.run()? {
            Outcome::Failed(head, body) => Err(head.error(&body)),
            Outcome::Open(head, body) => EventStream::new(head, body, cancel),
        }
    }

    /// Makes one of the API's named calls.
    ///
    /// # Errors
    /// As [`send`](Self::send), the typed error of a status outside 200 to 299, and
    /// `decode` where the body is not JSON.
    pub fn call(&self, operation: Operation, options: RequestOptions) -> Result<Response, Error> {
        let response = self.send(operation.request()?.options(options))?;
        response.check()?;
        response.json_text()?;
        Ok(response)
    }

    /// Asks for a chat completion in pieces. `body` is the JSON text of the request;
    /// `"stream": true` is added where it is missing.
    ///
    /// # Errors
    /// As [`open`](Self::open), and `invalid_argument` where the body is not a JSON object.
    pub fn open_chat(
        &self,
        body: impl Into<Vec<u8>>,
        options: RequestOptions,
    ) -> Result<ChatStream, Error> {
        let body = chat::with_stream(body.into(), true)?;
        let request = Request::new(Method::Post, CHAT_PATH)
            .json(body)
            .options(options);
        self.open(request).map(ChatStream::new)
    }

    /// The value of the Authorization header, `Bearer <key>`, for another tool. It is the
    /// secret itself.
    pub fn auth_header(&self) -> String {
        format!("Bearer {}", self.0.key.secret())
    }

    /// Where the key came from, its mask and its fingerprint.
    pub fn key_info(&self) -> &KeyInfo {
        &self.0.info
    }

    /// Where requests go, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.0.about.base_url
    }

    /// How many calls an asynchronous binding may run at a time with this client; `None`
    /// for the binding's shared limit.
    pub fn max_in_flight(&self) -> Option<usize> {
        self.0.max_in_flight
    }

    /// `text` without the client's secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.about.redactor.clean(text).into_owned()
    }

    /// The URL that a request to `path` would ask.
    ///
    /// # Errors
    /// `config` where the path leaves the base URL or cannot stand in a URL.
    pub fn url(&self, path: &str) -> Result<String, Error> {
        self.0.base_url.join(path, &[])
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.about.base_url)
            .field("key", &self.0.info.mask())
            .finish_non_exhaustive()
    }
}

fn read_whole(head: &Head, body: &mut Body) -> Result<Vec<u8>, Error> {
    let mut whole = Vec::new();
    let ended = body
        .read_to_end(LARGEST_BODY, &mut whole)
        .map_err(|error| head.body_error(error))?;
    match ended {
        true => Ok(whole),
        false => Err(head.body_error(Error::new(
            ErrorKind::BodyTooLarge,
            format!("the body is larger than {} MiB", LARGEST_BODY >> 20),
        ))),
    }
}

/// One call over its attempts.
struct Exchange<'a> {
    client: &'a Inner,
    request: &'a Request,
    url: String,
    headers: HeaderMap,
    callers_retry_count: bool,
    max_retries: u32,
    call: Arc<Call>,
    about: Arc<About>,
}

/// How the last attempt ended.
enum Outcome {
    /// A status of 2xx; the body is still to be read.
    Open(Head, Body),
    /// Any other status, its body read as far as errors are read.
    Failed(Head, Vec<u8>),
}

impl<'a> Exchange<'a> {
    /// Checks all that can be checked before a connection.
    fn new(client: &'a Inner, request: &'a Request, expect: Expect) -> Result<Self, Error> {
        let options = &request.options;
        let limits = Limits {
            total: options.timeout.resolve("timeout", client.limits.total)?,
            connect: options
                .connect_timeout
                .resolve("connect_timeout", client.limits.connect)?,
            idle: options
                .idle_timeout
                .resolve("idle_timeout", client.limits.idle)?,
        };
        let key = options.idempotency_key.as_deref();
        let headers = client
            .headers
            .for_request(request.json, expect, key, &options.headers)?;
        let for_stream = expect == Expect::Events;
        Ok(Exchange {
            client,
            request,
            url: client.base_url.join(&request.path, &options.params)?,
            callers_retry_count: headers::has_retry_count(&headers),
            headers,
            max_retries: options
                .max_retries
                .map_or(Ok(client.max_retries), config::retries)?,
            // A stream is closed through a token of its own, which the caller's cancels too.
            call: Arc::new(Call::new(options.cancel.child(), limits, for_stream)),
            about: client.about.with_headers(&options.headers),
        })
    }

    fn run(mut self) -> Result<Outcome, Error> {
        let mut attempt: u32 = 0;
        loop {
            if self.call.cancel.poll() {
                return Err(self.call.cancelled().with_attempts(attempt));
            }
            headers::set_retry_count(&mut self.headers, attempt, self.callers_retry_count);
            let sent = self.client.pool.send(
                &self.call,
                self.request.method,
                &self.url,
                &self.headers,
                &self.request.body,
                self.client.replay_unsent_only,
            );
            attempt += 1;
            // What ends the call if no further attempt may follow, and whether and when one may.
            let (last, retryable, retry_after) = match sent {
                Ok(reply) => match self.judge(reply, attempt) {
                    Outcome::Open(head, body) => return Ok(Outcome::Open(head, body)),
                    Outcome::Failed(head, body) => {
                        let error = head.error(&body);
                        let retryable = error.retryable() && !self.client.replay_unsent_only;
                        (
                            Ok(Outcome::Failed(head, body)),
                            retryable,
                            error.retry_after(),
                        )
                    }
                },
                Err(error) => {
                    let may_repeat = !self.client.replay_unsent_only || self.call.nothing_sent();
                    let retryable = error.retryable() && may_repeat;
                    (
                        Err(self.redacted(error).with_attempts(attempt)),
                        retryable,
                        None,
                    )
                }
            };
            if !retryable || attempt > self.max_retries {
                return last;
            }
            let wait = retry::wait(attempt - 1, retry_after, fastrand::f64());
            if self.call.left().is_some_and(|left| wait >= left) {
                return last;
            }
            if self.call.cancel.sleep(wait) {
                return Err(self.call.cancelled().with_attempts(attempt));
            }
        }
    }

    fn judge(&self, reply: Reply, attempts: u32) -> Outcome {
        let Reply {
            status,
            headers,
            mut body,
        } = reply;
        let head = Head {
            status,
            rate_limit: RateLimit::from_headers(&headers),
            headers,
            url: self.url.clone(),
            attempts,
            about: Arc::clone(&self.about),
        };
        if head.ok() {
            return Outcome::Open(head, body);
        }
        let mut said = Vec::new();
        // What the status says outweighs a body that could not be read to its end.
        let _ = body.read_to_end(LARGEST_ERROR_BODY, &mut said);
        Outcome::Failed(head, said)
    }

    /// A fault of the transport may quote what the server sent.
    fn redacted(&self, error: Error) -> Error {
        error.map_message(|message| self.about.redactor.clean(message).into_owned())
    }
}
