//! The core's client: every method begins a call and returns its number.

use std::sync::Arc;

use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use neura::bindings::{Dispatcher, OpenClient, Operation, Request, RequestOptions, catch_panic};
use neura::{CancelToken, Client, Error, RequestBody};

use crate::attempt::observe;
use crate::body::OpenReply;
use crate::failure::Failure;
use crate::options::{CallOptions, ClientOptions};
use crate::port::{Outcome, Port, Value};
use crate::runtime::Runtime;
use crate::stream::Stream;
use crate::upload::Upload;

/// A request as JavaScript gives it.
#[napi(object, object_to_js = false)]
pub struct RequestParts {
    pub method: String,
    pub path: String,
    /// JSON text.
    pub json: Option<String>,
    pub body: Option<Either<String, Uint8Array>>,
    /// A body that JavaScript is asked for piece by piece.
    pub upload: Option<UploadParts>,
}

/// What is known of such a body.
#[napi(object, object_to_js = false)]
pub struct UploadParts {
    /// The number of bytes; absent if it is unknown.
    pub length: Option<f64>,
    /// Whether it can be given again from its start.
    pub again: bool,
    pub json: bool,
    /// The first bytes, of a body that is an array.
    pub first: Option<Uint8Array>,
}

impl RequestParts {
    fn into_request(self, options: RequestOptions) -> Result<Request, Error> {
        let mut request = Request::new(self.method.parse()?, self.path).options(options);
        if let Some(json) = self.json {
            request = request.json(json);
        }
        if let Some(UploadParts {
            length,
            again,
            json,
            first,
        }) = self.upload
        {
            let body = RequestBody::source(Upload::new(length, again, first.map(|it| it.to_vec())));
            return Ok(match json {
                true => request.json(body),
                false => request.body(body),
            });
        }
        Ok(match self.body {
            Some(Either::A(text)) => request.body(text),
            Some(Either::B(bytes)) => request.body(bytes.to_vec()),
            None => request,
        })
    }
}

/// A client of one environment, and the threads that its calls run on.
#[napi]
pub struct NativeClient {
    /// Calls that run hold the client too, and end by themselves.
    client: OpenClient<Client>,
    port: Arc<Port>,
    dispatcher: Dispatcher,
}

/// `new Client`: the client, or why there is none.
#[napi]
pub fn build_client(runtime: &Runtime, options: ClientOptions) -> Either<NativeClient, Failure> {
    let built = catch_panic(|| {
        let client = Client::new(options.into_options())?;
        let dispatcher = Dispatcher::of(&client, &runtime.dispatcher);
        Ok((client, dispatcher))
    });
    match built {
        Ok((client, dispatcher)) => Either::A(NativeClient {
            client: OpenClient::new(client),
            port: Arc::clone(&runtime.port),
            dispatcher,
        }),
        Err(error) => Either::B(error.into()),
    }
}

impl NativeClient {
    /// `prepare` runs here and copies what JavaScript owns; what it returns runs
    /// on a worker thread.
    fn begin<J>(
        &self,
        options: Option<CallOptions>,
        prepare: impl FnOnce(RequestOptions) -> Result<J, Error>,
    ) -> f64
    where
        J: FnOnce(Client) -> Outcome + Send + 'static,
    {
        self.begin_told(options, |options| {
            let job = prepare(options)?;
            Ok(move |client, turn: Result<(), Error>| turn.and_then(|()| job(client)))
        })
    }

    /// As `begin`; the job is told where its time was up before its turn.
    fn begin_told<J>(
        &self,
        options: Option<CallOptions>,
        prepare: impl FnOnce(RequestOptions) -> Result<J, Error>,
    ) -> f64
    where
        J: FnOnce(Client, Result<(), Error>) -> Outcome + Send + 'static,
    {
        let token = CancelToken::new();
        let mut options = options.map(RequestOptions::from).unwrap_or_default();
        options.set_cancel(token.clone());
        let observed = self
            .port
            .observes()
            .then(|| observe(&mut options, &self.port));
        let client = self.client.open(Client::clone);
        let prepared = client.and_then(|client| {
            let deadline = client.begin(&mut options);
            Ok((client, deadline, prepare(options)?))
        });
        let id = match prepared {
            Ok((client, deadline, job)) => {
                self.port
                    .start(&self.dispatcher, deadline, token, move |turn| {
                        job(client, turn)
                    })
            }
            Err(error) => self.port.refuse(error),
        };
        if let Some(observed) = observed {
            observed.of(id);
        }
        id
    }

    /// For what neither connects nor waits.
    fn at_once<T>(&self, ask: impl FnOnce(&Client) -> Result<T, Error>) -> Either<T, Failure> {
        match catch_panic(|| self.client.open(ask)?) {
            Ok(value) => Either::A(value),
            Err(error) => Either::B(error.into()),
        }
    }

    fn call(&self, operation: Operation, options: Option<CallOptions>) -> f64 {
        self.begin(options, |options| {
            Ok(move |client: Client| client.call(operation, &options).map(Value::Reply))
        })
    }
}

#[napi]
impl NativeClient {
    /// Any request: a [`Reply`](crate::reply::Reply) whatever the status.
    #[napi]
    pub fn send(&self, request: RequestParts, options: Option<CallOptions>) -> f64 {
        self.begin(options, |options| {
            let request = request.into_request(options)?;
            Ok(move |client: Client| client.send(request).map(Value::Reply))
        })
    }

    /// Any request, whose reply is an [`OpenReply`] as soon as its headers came. `without_secrets`:
    /// for another library, which may put the reply into its errors.
    #[napi]
    pub fn open_reply(
        &self,
        request: RequestParts,
        options: Option<CallOptions>,
        without_secrets: bool,
    ) -> f64 {
        let (port, dispatcher) = (Arc::clone(&self.port), self.dispatcher.clone());
        self.begin(options, |options| {
            let request = request.into_request(options)?;
            Ok(move |client: Client| {
                let reply = client.send_streaming(request)?;
                let reply = match without_secrets {
                    true => reply.without_secrets(),
                    false => reply,
                };
                Ok(Value::OpenReply(OpenReply::new(reply, port, dispatcher)))
            })
        })
    }

    /// Any request answered by an event stream: a [`Stream`].
    #[napi]
    pub fn open(&self, request: RequestParts, options: Option<CallOptions>) -> f64 {
        let (port, dispatcher) = (Arc::clone(&self.port), self.dispatcher.clone());
        self.begin(options, |options| {
            let request = request.into_request(options)?;
            Ok(move |client: Client| {
                let stream = client.open(request)?;
                Ok(Value::Stream(Stream::events(stream, port, dispatcher)))
            })
        })
    }

    /// `body` is JSON text; a [`Reply`](crate::reply::Reply).
    #[napi]
    pub fn chat(&self, body: String, options: Option<CallOptions>) -> f64 {
        self.call(Operation::Chat(body.into()), options)
    }

    /// `body` is JSON text; a [`Stream`] of chunks.
    #[napi]
    pub fn open_chat(&self, body: String, options: Option<CallOptions>) -> f64 {
        let (port, dispatcher) = (Arc::clone(&self.port), self.dispatcher.clone());
        self.begin(options, |options| {
            Ok(move |client: Client| {
                let stream = client.open_chat(body, options)?;
                Ok(Value::Stream(Stream::chat(stream, port, dispatcher)))
            })
        })
    }

    #[napi]
    pub fn models(&self, options: Option<CallOptions>) -> f64 {
        self.call(Operation::Models, options)
    }

    #[napi]
    pub fn model(&self, id: String, options: Option<CallOptions>) -> f64 {
        self.call(Operation::Model(id), options)
    }

    /// `body` is JSON text; a [`Reply`](crate::reply::Reply).
    #[napi]
    pub fn embeddings(&self, body: String, options: Option<CallOptions>) -> f64 {
        self.call(Operation::Embeddings(body.into()), options)
    }

    /// What the key is good for, as JSON text.
    #[napi]
    pub fn check(&self, options: Option<CallOptions>) -> f64 {
        self.begin_told(options, |options| {
            Ok(move |client: Client, turn| {
                let check = client.check_in_turn(turn, options);
                Ok(Value::Report(check.to_json().to_string()))
            })
        })
    }

    /// The value of the Authorization header: the secret itself. A function that gives
    /// the key and was not asked yet cannot be asked here.
    #[napi]
    pub fn auth_header(&self) -> Either<String, Failure> {
        self.at_once(neura::Client::known_auth_header)
    }

    /// The next request uses this key.
    #[napi]
    pub fn set_api_key(&self, key: String) -> Option<Failure> {
        match self.at_once(|client| client.set_api_key(key)) {
            Either::A(()) => None,
            Either::B(failure) => Some(failure),
        }
    }

    /// How much each key was used, as JSON text.
    #[napi]
    pub fn usage(&self) -> Either<String, Failure> {
        self.at_once(|client| Ok(client.usage().to_json().to_string()))
    }

    /// Where the key comes from, without the key, as JSON text; null once closed.
    #[napi]
    pub fn key_info(&self) -> Option<String> {
        let info = |client: &Client| client.key_info().to_json().to_string();
        self.client.known(info)
    }

    /// Another one with the same keys and connections, which is closed by itself.
    #[napi]
    pub fn share(&self) -> Either<NativeClient, Failure> {
        match self.client.open(Client::clone) {
            Ok(client) => Either::A(NativeClient {
                client: OpenClient::new(client),
                port: Arc::clone(&self.port),
                dispatcher: self.dispatcher.clone(),
            }),
            Err(error) => Either::B(error.into()),
        }
    }

    /// Further calls fail; those in flight end by themselves.
    #[napi]
    pub fn close(&self) {
        drop(self.client.close());
    }
}
