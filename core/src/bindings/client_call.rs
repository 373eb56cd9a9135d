//! A call as data, for a binding whose clients for threads and for event loops make the same calls.

use std::sync::Arc;

use serde_json::Value;

use super::Shape;
use crate::client::{
    AttemptInfo, Client, Deadline, NamedRequest, Operation, Request, RequestOptions,
};
use crate::error::Error;
use crate::reply::{ChatStream, EventStream, Response, StreamingResponse};
use neura_transport::{BodyProgress, CancelToken, MakeBodyRoom, joined_body};

/// A call with all that it needs but a client.
pub struct ClientCall {
    what: CallKind,
    /// Boxed, because a call is moved several times before it runs.
    options: Box<RequestOptions>,
}

/// What is asked.
#[derive(Clone)]
pub enum CallKind {
    /// Any request; any status is a reply.
    Send(Box<Request>),
    /// As `Send`, but the body is read as it comes.
    Open(Box<Request>),
    /// Any request whose reply is a stream of events.
    Events(Box<Request>),
    /// A streamed chat, with this request.
    Chat(Vec<u8>),
    /// A named call.
    Operation(Operation),
    /// What `GET /models` says of the key.
    Check,
    /// The header that proves who asks: the secret itself.
    AuthHeader,
}

/// What a call that succeeded gave.
pub enum CallOutcome {
    /// Of [`CallKind::Send`].
    Reply(Response),
    /// Of [`CallKind::Open`].
    Open(Box<StreamingResponse>),
    /// Of [`CallKind::Events`].
    Events(Box<EventStream>),
    /// Of [`CallKind::Chat`].
    Chat(Box<ChatStream>),
    /// Of [`CallKind::Operation`]: the reply, which is an object of this type.
    Answer(Response, Shape),
    /// Of [`CallKind::Check`].
    Check(Value),
    /// Of [`CallKind::AuthHeader`].
    AuthHeader(String),
}

/// What a call was made of, after it ran. The thread that made the call should free it: a worker
/// would keep the memory of its last calls for itself, and each worker its own.
#[expect(dead_code, reason = "it is only dropped")]
pub struct CallRest(Rest);

#[expect(dead_code, reason = "it is only dropped")]
enum Rest {
    Sent(Box<Request>),
    Named(Box<NamedRequest>, Box<RequestOptions>),
}

impl ClientCall {
    /// A call with these options.
    pub fn new(what: CallKind, options: RequestOptions) -> Self {
        ClientCall {
            what,
            options: Box::new(options),
        }
    }

    /// What is asked.
    pub fn what(&self) -> &CallKind {
        &self.what
    }

    /// The same call once more; `None` for any but a chat, and the named calls.
    pub fn again(&self) -> Option<Self> {
        let is_named = matches!(self.what, CallKind::Operation(_) | CallKind::Chat(_));
        is_named.then(|| ClientCall::new(self.what.clone(), (*self.options).clone()))
    }

    /// Calls `observer` after each attempt, on the thread that runs the call.
    pub fn observe(&mut self, observer: impl Fn(&AttemptInfo<'_>) + Send + Sync + 'static) {
        self.options.set_observer(observer);
    }

    /// Calls `tell` with the number of bytes that were sent or have come, and with their sum where
    /// it is known: those of a request's body that is not JSON, else of the reply's, as they come
    /// over the wire. It is called on the thread that sends or reads them: at first, then at most
    /// 20 times a second, and at the end. Another attempt begins at 0.
    pub fn report_body(&mut self, tell: impl Fn(u64, Option<u64>) + Send + Sync + 'static) {
        let request = match &mut self.what {
            CallKind::Send(request) | CallKind::Open(request) => Some(request),
            _ => None,
        };
        let sent = request.filter(|request| !request.json && request.body.length() != Some(0));
        let progress = BodyProgress::new(sent.is_some(), tell);
        if let Some(request) = sent {
            // What is in memory would go out in one piece.
            request.body = joined_body(vec![std::mem::take(&mut request.body)]);
        }
        self.options.body_progress = Some(Arc::new(progress));
    }

    /// Has the body of a reply read into memory that `make` makes, if the server promised its
    /// length; not that of a named call.
    pub fn place_body(&mut self, make: MakeBodyRoom) {
        if matches!(self.what, CallKind::Send(_) | CallKind::Open(_)) {
            self.options.body_room = Some(make);
        }
    }

    /// The call begins now, and runs later.
    pub fn begin(&mut self, client: &Client) -> Deadline {
        client.begin(&mut self.options)
    }

    /// Runs the call on this thread. `cancel` ends it. `turn` is why it must not run, if so.
    ///
    /// # Errors
    /// Those of the call, and that of `turn`; a check has both in its outcome.
    pub fn run(
        self,
        client: &Client,
        cancel: &CancelToken,
        turn: Result<(), Error>,
    ) -> Result<CallOutcome, Error> {
        self.run_for(client, cancel, turn).0
    }

    /// As [`run`](Self::run), on a worker. Returns also what the thread that made the call should
    /// free.
    pub fn run_for(
        self,
        client: &Client,
        cancel: &CancelToken,
        turn: Result<(), Error>,
    ) -> (Result<CallOutcome, Error>, Option<CallRest>) {
        let mut options = self.options;
        options.set_cancel(cancel.clone());
        if let Err(error) = turn {
            // A check says in its outcome why it had no turn.
            let outcome = match self.what {
                CallKind::Check => Ok(checked(client, Err(error), *options)),
                _ => Err(error),
            };
            return (outcome, None);
        }
        match self.what {
            CallKind::Send(request) => sent(client, request, options),
            CallKind::Operation(operation) => answered(client, operation, options),
            what => (opened(client, what, *options), None),
        }
    }
}

// Each apart, and not inlined: what the others have on the stack would be part of the stack of every
// call in flight.

#[inline(never)]
fn sent(
    client: &Client,
    mut request: Box<Request>,
    options: Box<RequestOptions>,
) -> (Result<CallOutcome, Error>, Option<CallRest>) {
    request.options = *options;
    let reply = client.send_ref(&request);
    // A source is the program's, which expects it back when the call ends.
    let rest = request.json.then(|| CallRest(Rest::Sent(request)));
    (reply.map(CallOutcome::Reply), rest)
}

#[inline(never)]
fn answered(
    client: &Client,
    operation: Operation,
    options: Box<RequestOptions>,
) -> (Result<CallOutcome, Error>, Option<CallRest>) {
    let shape = match operation {
        Operation::Chat(_) => Shape::ChatCompletion,
        Operation::Models => Shape::ModelList,
        Operation::Model(_) => Shape::Model,
        Operation::Embeddings(_) => Shape::EmbeddingList,
    };
    let member = operation.member();
    match operation.request(&options.unchecked) {
        Ok(request) => {
            let request = Box::new(request);
            let reply = client.call_named(&request, member, &options);
            let outcome = reply.map(|reply| CallOutcome::Answer(reply, shape));
            (outcome, Some(CallRest(Rest::Named(request, options))))
        }
        Err(refused) => (Err(refused), None),
    }
}

#[inline(never)]
fn opened(client: &Client, what: CallKind, options: RequestOptions) -> Result<CallOutcome, Error> {
    Ok(match what {
        CallKind::Send(request) => return sent(client, request, Box::new(options)).0,
        CallKind::Operation(operation) => return answered(client, operation, Box::new(options)).0,
        CallKind::Open(request) => {
            let reply = client.send_streaming(request.options(options))?;
            CallOutcome::Open(Box::new(reply))
        }
        CallKind::Events(request) => {
            CallOutcome::Events(Box::new(client.open(request.options(options))?))
        }
        CallKind::Chat(body) => CallOutcome::Chat(Box::new(client.open_chat(body, options)?)),
        CallKind::Check => checked(client, Ok(()), options),
        CallKind::AuthHeader => CallOutcome::AuthHeader(client.auth_header_with(&options)?),
    })
}

#[inline(never)]
fn checked(client: &Client, turn: Result<(), Error>, options: RequestOptions) -> CallOutcome {
    CallOutcome::Check(client.check_in_turn(turn, options).to_json())
}
