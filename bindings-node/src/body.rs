//! A reply whose body is read as it arrives: converts what `ClosableBody` of the core decides.

use std::sync::Arc;

use napi_derive::napi;
use neura::bindings::{ClosableBody, Deadline, Dispatcher, catch_panic};
use neura::{CancelToken, StreamingResponse};

use crate::failure::Failure;
use crate::port::{Outcome, Port, Value};
use crate::reply::{RateLimit, flat_headers};
use crate::stream::Stream;

/// The most bytes that JavaScript gets at a time.
const MOST: usize = 256 * 1024;

/// A reply and its open body. Dropping or closing it closes the socket.
#[napi]
pub struct OpenReply {
    status: u16,
    reason: String,
    ok: bool,
    url: String,
    headers: Vec<(String, String)>,
    request_id: Option<String>,
    attempts: u32,
    rate_limit: neura::RateLimit,
    token: CancelToken,
    core: Arc<ClosableBody>,
    port: Arc<Port>,
    dispatcher: Dispatcher,
}

impl OpenReply {
    pub(crate) fn new(reply: StreamingResponse, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        OpenReply {
            status: reply.status(),
            reason: reply.reason().to_owned(),
            ok: reply.ok(),
            url: reply.url().to_owned(),
            headers: reply.headers().to_vec(),
            request_id: reply.request_id().map(str::to_owned),
            attempts: reply.attempts(),
            rate_limit: reply.rate_limit().clone(),
            token: reply.cancel_token(),
            core: Arc::new(ClosableBody::arriving(reply)),
            port,
            dispatcher,
        }
    }

    /// Runs `read` on a worker thread.
    fn begin(
        &self,
        read: impl FnOnce(&ClosableBody, &CancelToken) -> Outcome + Send + 'static,
    ) -> f64 {
        let (core, token) = (Arc::clone(&self.core), self.token.clone());
        let job = move |turn: Result<(), _>| {
            turn?;
            read(&core, &token)
        };
        // The call's own deadline ended with the headers.
        let none = Deadline::default();
        self.port
            .start(&self.dispatcher, none, self.token.clone(), job)
    }
}

#[napi]
impl OpenReply {
    #[napi(getter)]
    pub fn status(&self) -> u32 {
        self.status.into()
    }

    #[napi(getter)]
    pub fn status_text(&self) -> &str {
        &self.reason
    }

    #[napi(getter)]
    pub fn ok(&self) -> bool {
        self.ok
    }

    #[napi(getter)]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[napi]
    pub fn headers(&self) -> Vec<&str> {
        flat_headers(&self.headers)
    }

    #[napi(getter)]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    #[napi(getter)]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    #[napi(getter)]
    pub fn rate_limit(&self) -> RateLimit {
        (&self.rate_limit).into()
    }

    /// Begins to wait for the next bytes, which arrive under the number returned; null at the end.
    #[napi]
    pub fn next(&self) -> f64 {
        self.begin(|core, token| core.next_piece(token, MOST).map(Value::Piece))
    }

    /// Begins to read the body into memory: a [`Reply`](crate::reply::Reply).
    #[napi]
    pub fn read_whole(&self) -> f64 {
        self.begin(|core, token| core.take_whole(token).map(Value::Reply))
    }

    /// Begins to read the body as events: a [`Stream`].
    #[napi]
    pub fn events(&self) -> f64 {
        let (port, dispatcher) = (Arc::clone(&self.port), self.dispatcher.clone());
        self.begin(move |core, _| {
            let stream = core.take()?.into_events()?;
            Ok(Value::Stream(Stream::events(stream, port, dispatcher)))
        })
    }

    /// The failure outside 200 to 299, with the words that have arrived; else null.
    #[napi]
    pub fn check(&self) -> Option<Failure> {
        catch_panic(|| self.core.check_at_once(&self.token))
            .err()
            .map(Failure::from)
    }

    /// Closes the socket, also while a call reads from it.
    #[napi]
    pub fn close(&self) {
        self.core.close(&self.token);
        // What `take` gave away knows the token alone.
        self.token.cancel();
    }
}
