//! The client and its calls.

mod attempts;
mod builder;
mod chat_body;
mod checked_options;
mod deadline;
mod derived;
mod endpoints;
#[cfg(feature = "ureq")]
mod foreign_call;
mod into_method;
mod key_check;
mod key_in_use;
mod keys;
mod method;
mod observer;
mod parameters;
mod properties;
mod request;
mod request_builder;

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwapOption;
use neura_transport::{CancelToken, HttpClient, SharedBytes};

use attempts::{Attempts, Came};
pub use builder::ClientBuilder;
use checked_options::CheckedOptions;
pub(crate) use checked_options::check_options;
pub(crate) use deadline::AttemptCount;
pub use deadline::Deadline;
pub(crate) use endpoints::NamedRequest;
pub use endpoints::Operation;
#[cfg(feature = "ureq")]
pub(crate) use foreign_call::ForeignCall;
pub use into_method::IntoMethod;
pub use key_check::KeyCheck;
pub use observer::AttemptInfo;
use observer::Observer;
use request::RequestParts;
pub use request::{Request, RequestOptions};
pub use request_builder::{ChatBuilder, EndpointBuilder, RequestBuilder};

use crate::call::Call;
use crate::config::{Limits, NetworkNames, Options, Sizes};
use crate::error::Error;
use crate::headers::Expect;
use crate::keys::{Keyring, prepare_token_search};
use crate::log;
use crate::option_table::Scope;
use crate::redact::Secrets;
use crate::reply::{Body, ChatStream, EventStream, Head, Member, Response, StreamingResponse};
use crate::retry::Budget;
use crate::url::BaseUrl;

/// A client of the API: one or more keys, a base URL and a pool of connections.
///
/// A clone is cheap and shares all of it. Any number of threads may use one client at once. They
/// block each other only for the moment in which a connection is taken from the pool or given back.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

#[derive(Clone)]
pub(crate) struct Inner {
    pub keys: Arc<Keyring>,
    pub base_url: BaseUrl,
    pub limits: Limits,
    pub sizes: Sizes,
    pub max_retries: u32,
    pub max_in_flight: Option<usize>,
    pub replay_unsent_only: bool,
    pub budget: Arc<Budget>,
    pub http: Arc<HttpClient>,
    network: Arc<NetworkNames>,
    /// The headers of every request, which each key's list has already.
    pub headers: Vec<(String, String)>,
    /// Those that [`Client::with_options`] added.
    pub added: Vec<(String, String)>,
    /// The parameters of every request.
    pub params: Vec<(String, String)>,
    secrets: Arc<Secrets>,
    base_url_text: String,
    /// Called after each attempt, unless the call has its own.
    pub observer: Option<Observer>,
    /// See [`Client::attachment`].
    attached: Arc<ArcSwapOption<Attached>>,
}

/// A value that a layer above keeps.
struct Attached(Box<dyn Any + Send + Sync>);

impl Inner {
    /// The client's limits, with those of one call taking precedence.
    pub fn limits_of(&self, options: &RequestOptions) -> Result<Limits, Error> {
        self.limits.with(&options.limits, Scope::Request)
    }

    /// Starts a call of this client; see [`Call::since`].
    pub fn call(
        &self,
        began: Option<Instant>,
        cancel: CancelToken,
        limits: Limits,
        for_stream: bool,
    ) -> Call {
        Call::since(began, cancel, limits, for_stream, Some(&self.network))
    }

    /// The URL of a request to `path`.
    pub fn url(&self, path: &str, params: &[(String, String)]) -> Result<String, Error> {
        let joined = self.base_url.join(path, params);
        joined.map_err(|error| error.map_message(|message| self.secrets.clean_message(message)))
    }
}

impl Client {
    /// Makes a client. It does not connect yet.
    ///
    /// # Errors
    /// `missing_api_key`, `malformed_api_key`, or `config` for any option that cannot be
    /// used.
    pub fn new(options: Options) -> Result<Self, Error> {
        Self::make(options, None)
    }

    /// As [`new`](Self::new), with a function that is called after each attempt of every call that
    /// has none of its own: see [`RequestOptions::set_observer`].
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    ///
    /// ```
    /// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use std::sync::mpsc::channel;
    ///
    /// let (ended, attempts) = channel();
    /// let mut options = neura::Options::new();
    /// # options.set_base_url(&sandbox.base_url);
    /// # options.set_api_key(&sandbox.api_key);
    /// let observer = move |attempt: &neura::AttemptInfo<'_>| drop(ended.send(attempt.status));
    /// let client = neura::Client::observed(options, observer)?;
    /// client.models().send()?;
    /// assert_eq!(attempts.recv().unwrap(), Some(200));
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn observed(
        options: Options,
        observer: impl Fn(&AttemptInfo<'_>) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Self::make(options, Some(Arc::new(observer)))
    }

    fn make(options: Options, observer: Option<Observer>) -> Result<Self, Error> {
        let secrets = Arc::new(options.secrets());
        Self::with_secrets(options, &secrets, observer)
            .map_err(|error| error.map_message(|message| secrets.clean_message(message)))
    }

    fn with_secrets(
        options: Options,
        secrets: &Arc<Secrets>,
        observer: Option<Observer>,
    ) -> Result<Self, Error> {
        // Now, and not in the first call: after a fork during that call, the child's copy would be
        // incomplete.
        log::prepare();
        prepare_token_search();
        let resolved = options.resolve()?;
        let checked = CheckedOptions::of(&options, &resolved.base_url, secrets)?;
        Ok(Client(Arc::new(Inner {
            limits: checked.limits,
            max_retries: checked.max_retries,
            max_in_flight: checked.max_in_flight,
            replay_unsent_only: options.replay_unsent_only,
            budget: Arc::new(Budget::new()),
            sizes: checked.sizes,
            http: Arc::new(HttpClient::new(checked.settings)),
            network: Arc::new(checked.network),
            headers: options.headers.clone(),
            added: Vec::new(),
            params: options.params.clone(),
            keys: Arc::new(Keyring::new(
                &options,
                &resolved,
                Arc::clone(secrets),
                log::warn,
            )?),
            secrets: Arc::clone(secrets),
            base_url_text: resolved.base_url.to_string(),
            observer,
            attached: Arc::new(ArcSwapOption::empty()),
            base_url: resolved.base_url,
        })))
    }

    /// Begins a call before it runs, for example one that may wait for a worker of a
    /// [`Dispatcher`](crate::bindings::Dispatcher). Its `timeout` counts from now, and the result is its
    /// deadline. `options` must then be used for one call only.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::bindings::{Calls, Dispatcher, Operation, RequestOptions};
    /// use neura::CancelToken;
    ///
    /// let (wake, woken) = std::sync::mpsc::channel();
    /// let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    /// let (mut options, token) = (RequestOptions::new(), CancelToken::new());
    /// options.set_cancel(token.clone());
    /// let deadline = client.begin(&mut options);
    /// let job = move |turn: Result<_, _>| {
    ///     turn?;
    ///     client.call(Operation::Models, &options)
    /// };
    /// calls.start_until(&Dispatcher::new(8), deadline, token, job);
    /// woken.recv().unwrap();
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn begin(&self, options: &mut RequestOptions) -> Deadline {
        let began = Instant::now();
        options.began = Some(began);
        // The call itself reports an invalid limit.
        let deadline = match self.0.limits_of(options) {
            Ok(limits) => Deadline::new(began, limits.total, limits.names.total()),
            Err(_) => Deadline::default(),
        };
        options.attempts = Some(deadline.attempts().clone());
        deadline
    }

    /// Sends a request and reads the whole reply; any status is a response.
    ///
    /// # Errors
    /// `config` and `invalid_argument` before anything is sent; `connection`, `timeout`, `tls`,
    /// `protocol`, `decode`, `body_too_large`, `cancelled`. A body that cannot be read completely
    /// is an error whatever the status; the error then has the status.
    #[doc(hidden)]
    pub fn send(&self, request: Request) -> Result<Response, Error> {
        self.send_ref(&request)
    }

    /// As [`send`](Self::send).
    pub(crate) fn send_ref(&self, request: &Request) -> Result<Response, Error> {
        let exchanged = self.exchange(request.parts(), Expect::Body)?;
        self.read(exchanged)
    }

    // What follows the wait for a reply is not inlined: its values would take stack space in every
    // call that waits.

    #[inline(never)]
    fn read(&self, exchanged: Exchanged) -> Result<Response, Error> {
        let (head, body, call) = exchanged.parts();
        let mut response = Response::read(head, body, self.0.sizes, &call)?;
        response.count_tokens();
        Ok(response)
    }

    /// As [`send`](Self::send), but returns after the headers; the body is read as it arrives. The
    /// `timeout` ends with the headers.
    ///
    /// # Errors
    /// As [`send`](Self::send), except the errors of a body that is not read yet.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::bindings::Request;
    /// use neura::Method;
    ///
    /// let mut reply = client.send_streaming(Request::new(Method::Get, "/models"))?;
    /// assert!(reply.ok());
    /// let mut length = 0;
    /// while let Some(piece) = reply.next_piece(16 * 1024)? {
    ///     length += piece.len();
    /// }
    /// assert!(length > 0);
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn send_streaming(&self, request: Request) -> Result<StreamingResponse, Error> {
        let (head, body, call) = self.exchange(request.parts(), Expect::Pieces)?.parts();
        StreamingResponse::new(head, body, call, self.0.sizes)
    }

    /// Sends a request whose reply is an event stream; returns after its headers.
    ///
    /// # Errors
    /// As [`send`](Self::send), and the typed error of a status outside 200 to 299, which takes
    /// precedence over a defect of its body.
    #[doc(hidden)]
    pub fn open(&self, request: Request) -> Result<EventStream, Error> {
        let (head, body, call) = self.exchange(request.parts(), Expect::Events)?.parts();
        match head.ok() {
            true => EventStream::new(head, body, call.cancel.clone(), self.0.sizes),
            false => {
                let refusal = Response::read_answer(head, body, self.0.sizes, &call)?;
                Err(refusal.refusal())
            }
        }
    }

    /// Sends a request until no attempt follows; the body of its reply is not read yet.
    fn exchange(&self, request: RequestParts<'_>, expect: Expect) -> Result<Exchanged, Error> {
        let mut attempts = Attempts::new(&self.0, request, expect)?;
        let came = attempts.run()?;
        Ok(Exchanged {
            came,
            call: attempts.call,
        })
    }

    /// As [`send`](Self::send), but for a status outside 200 to 299 only the first MiB of the body
    /// is read, for 10 s at most.
    pub(crate) fn ask(&self, request: RequestParts<'_>) -> Result<Response, Error> {
        let exchanged = self.exchange(request, Expect::Body)?;
        self.read_answer(exchanged)
    }

    #[inline(never)]
    fn read_answer(&self, exchanged: Exchanged) -> Result<Response, Error> {
        let (head, body, call) = exchanged.parts();
        Response::read_answer(head, body, self.0.sizes, &call)
    }

    /// Calls a named endpoint of the API.
    ///
    /// # Errors
    /// As [`send`](Self::send), and the typed error of a status outside 200 to 299, which takes
    /// precedence over a defect of its body. A reply of 200 that holds an error instead of an
    /// answer is that error: its kind comes from the number or the words of the body, its `status`
    /// stays 200. `decode` if the body is not a JSON object, or lacks the expected member:
    /// `choices`, `data`, or the `id` of a model.
    #[doc(hidden)]
    pub fn call(&self, operation: Operation, options: &RequestOptions) -> Result<Response, Error> {
        let member = operation.member();
        let request = operation.request(&options.unchecked)?;
        self.call_named(&request, member, options)
    }

    /// As [`call`](Self::call).
    pub(crate) fn call_named(
        &self,
        request: &NamedRequest,
        member: Member,
        options: &RequestOptions,
    ) -> Result<Response, Error> {
        let mut response = self.ask(request.parts(options))?;
        response.check_answer(member)?;
        Ok(response)
    }

    /// Requests a streamed chat completion. `body` is the JSON text of the request; `"stream":
    /// true` is added if it is missing.
    ///
    /// # Errors
    /// As [`open`](Self::open), and `invalid_argument` if the body is not a JSON object.
    #[doc(hidden)]
    pub fn open_chat(
        &self,
        body: impl Into<SharedBytes>,
        options: RequestOptions,
    ) -> Result<ChatStream, Error> {
        let request = endpoints::chat_stream(body.into(), options)?;
        self.open(request).map(ChatStream::new)
    }
}

/// What came of a call, and the call.
struct Exchanged {
    came: Came,
    call: Call,
}

impl Exchanged {
    fn parts(self) -> (Box<Head>, Body, Call) {
        let (head, body) = *self.came;
        (head, Body::new(body, &self.call), self.call)
    }
}
