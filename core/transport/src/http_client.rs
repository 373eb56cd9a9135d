//! A client of one endpoint: its route, its idle connections, and one attempt at a time.

use std::borrow::Cow;
use std::sync::Arc;

use crate::body::Body;
use crate::call_control::CallControl;
use crate::connection::Connection;
use crate::decode::Coding;
use crate::failure::{AttemptFacts, Failure};
use crate::framed_body::FramedBody;
use crate::header_list::HeaderList;
use crate::http1::{Framing, ReplyHead, RequestHead, is_success};
use crate::idle_pool::IdlePool;
use crate::method::Method;
use crate::process::{PerProcess, ProcessValue};
use crate::request_body::RequestBody;
use crate::route::Route;
use crate::settings::{Endpoint, Settings};

/// Sends requests to one endpoint. Any number of threads may use it at once.
pub struct HttpClient {
    connections: PerProcess<Connections>,
    endpoint: Endpoint,
    max_head_bytes: usize,
}

/// What two processes must not share.
struct Connections {
    route: Route,
    idle: Arc<IdlePool>,
}

/// A request. The caller has checked its parts: none holds a line break.
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub target: &'a str,
    /// The headers, each line with its line break. `Host` and the headers that frame the body are
    /// not among them.
    pub header_lines: &'a [u8],
    /// One more header, with a number as its value.
    pub number_header: Option<(&'static str, u64)>,
    /// The body; empty for none.
    pub body: &'a RequestBody,
    /// Never send a byte of the request twice.
    pub unsent_only: bool,
}

/// The head of a reply, and its body still to be read.
pub struct Reply {
    /// The status, 200 to 999.
    pub status: u16,
    /// The reason phrase; empty if the server sent none, or one with others than ASCII characters.
    pub reason: Cow<'static, str>,
    /// The headers.
    pub headers: HeaderList,
    /// The body.
    pub body: Body,
}

impl HttpClient {
    /// A client that has not connected yet.
    pub fn new(settings: Settings) -> Self {
        let max_head_bytes = settings.max_head_bytes;
        let endpoint = settings.endpoint.clone();
        HttpClient {
            connections: PerProcess::new(Connections {
                route: Route::new(settings),
                idle: Arc::new(IdlePool::new()),
            }),
            endpoint,
            max_head_bytes,
        }
    }

    /// Makes one attempt: sends the request and waits for the head of its reply.
    ///
    /// Retries are the caller's decision, with one exception. If an idle connection was used and
    /// it ends before a byte of the reply arrived, the server has most likely closed it before the
    /// request arrived. Then the request is sent once more within the same attempt, on a new
    /// connection. With [`unsent_only`](Request::unsent_only) this happens only if no byte of the
    /// request was sent.
    ///
    /// # Errors
    /// A [`Failure`] that holds the [`AttemptFacts`].
    pub fn send(&self, call: &Arc<CallControl>, request: &Request<'_>) -> Result<Reply, Failure> {
        let connections = self.connections();
        let mut wants_new = false;
        loop {
            call.begin_attempt();
            let idle = match wants_new {
                true => None,
                false => connections.idle.take(call),
            };
            let was_idle = idle.is_some();
            let failure = match self.exchange(&connections, idle, call, request) {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let facts = AttemptFacts {
                phase: call.progress().phase,
                request_sent: call.request_sent(),
                reply_began: call.reply_began(),
                has_time: call.has_time(),
                body_lost: false,
            };
            let was_stale = was_idle && failure.is_connection_ended() && !facts.reply_began;
            if !was_stale || request.unsent_only && facts.request_sent {
                return Err(failure.with_attempt(facts));
            }
            if !request.body.rewind()? {
                return Err(failure.with_attempt(AttemptFacts {
                    body_lost: true,
                    ..facts
                }));
            }
            wants_new = true;
        }
    }

    /// Closes the idle connections. In a child of `fork` those of the parent stay open.
    pub fn close_idle(&self) {
        if let Some(connections) = self.connections.known() {
            connections.idle.close();
        }
    }

    fn exchange(
        &self,
        connections: &Connections,
        idle: Option<Box<Connection>>,
        call: &Arc<CallControl>,
        request: &Request<'_>,
    ) -> Result<Reply, Failure> {
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect(connections, call)?,
        };
        let head = RequestHead {
            method: request.method,
            target: request.target,
            authority: &self.endpoint.authority,
            header_lines: request.header_lines,
            number_header: request.number_header,
            body_length: request.body.length(),
        };
        connection.send(&head, request.body, self.max_head_bytes, call)?;
        let head = connection.read_head(self.max_head_bytes, call)?;
        reply_of(connection, head, request.method, connections, call)
    }

    // What is done before and after the wait for a reply is not inlined: its values would take stack
    // space in every call that waits.

    #[inline(never)]
    fn connect(
        &self,
        connections: &Connections,
        call: &Arc<CallControl>,
    ) -> Result<Box<Connection>, Failure> {
        call.begin_connect();
        let channel = connections.route.open(&self.endpoint, call)?;
        Ok(Connection::new(channel))
    }

    fn connections(&self) -> ProcessValue<Connections> {
        self.connections.get(|parents| Connections {
            route: parents.route.renewed(),
            idle: Arc::new(IdlePool::new()),
        })
    }
}

/// The reply with this head, whose body comes over the connection.
#[inline(never)]
fn reply_of(
    connection: Box<Connection>,
    head: ReplyHead,
    method: Method,
    connections: &Connections,
    call: &Arc<CallControl>,
) -> Result<Reply, Failure> {
    let framing = Framing::of(&head, method)?;
    call.head_received(is_success(head.status));
    let coding = Coding::of(head.headers.list("content-encoding"));
    let framed = FramedBody::new(connection, framing, &connections.idle, call);
    Ok(Reply {
        status: head.status,
        reason: head.reason,
        headers: head.headers,
        body: Body::new(framed, coding),
    })
}
