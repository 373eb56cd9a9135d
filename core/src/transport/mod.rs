//! Everything that touches a socket: connections and their pool, TLS, proxies, HTTP/1.1.

mod body;
mod call;
mod certificate;
mod channel;
mod connection;
mod decode;
mod dial;
mod fault;
mod framed;
pub(crate) mod gzip;
pub(crate) mod http1;
mod input;
mod pool;
pub(crate) mod probe;
mod proxy;
mod route;
mod socket;
mod tls;
mod upload;

use std::sync::Arc;

pub(crate) use body::{Body, Filter};
pub(crate) use call::{Call, seconds};
pub(crate) use certificate::Certificate;
use connection::Connection;
use decode::Coding;
pub use decode::UNPACKED_CODINGS;
use framed::Framed;
use http1::{Framing, RequestHead};
use pool::Resting;
use route::Route;
use tls::Trust;

use crate::config::Setup;
use crate::error::{Error, ErrorKind};
use crate::header_list::HeaderList;
use crate::headers::Fields;
use crate::method::Method;
use crate::process::{Ours, PerProcess};
use crate::request_body::RequestBody;
use crate::url::BaseUrl;

/// The way to one host and the connections to it that rest.
pub(crate) struct Pool {
    lanes: PerProcess<Lanes>,
    secure: bool,
    host: String,
    port: u16,
    /// Host, and the port where it is not the scheme's own.
    authority: String,
    longest_head: usize,
}

/// What no two processes may share.
struct Lanes {
    route: Route,
    resting: Arc<Resting>,
}

/// One request as it is sent in every attempt.
pub(crate) struct Outgoing<'a> {
    pub method: Method,
    /// Path and query.
    pub target: &'a str,
    pub fields: &'a Fields,
    pub body: &'a RequestBody,
    /// How often the request was sent before.
    pub sent_before: u32,
    /// Send again only what certainly never reached the server.
    pub unsent_only: bool,
}

/// The head of a reply, and its body still to be read.
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderList,
    pub body: Body,
}

impl Pool {
    /// Reads the files that `setup` names; nothing connects yet.
    ///
    /// # Errors
    /// `config` where one of them cannot serve.
    pub fn new(setup: Setup, url: &BaseUrl) -> Result<Self, Error> {
        let (secure, host, port) = url.endpoint();
        let route = Route {
            trust: Arc::new(Trust::new(&setup)?),
            proxy: setup.proxy,
        };
        Ok(Pool {
            lanes: PerProcess::new(Lanes {
                route,
                resting: Arc::new(Resting::new()),
            }),
            secure,
            host: host.to_owned(),
            port,
            authority: url.authority().to_owned(),
            longest_head: setup.sizes.header,
        })
    }

    /// Sends one attempt and waits for the head of its reply.
    ///
    /// A connection that rested and turns out to be dead is replaced once, unless
    /// `unsent_only`: most likely the server closed it before the request reached it. Only a
    /// resend without any byte sent is certain.
    pub fn send(&self, call: &Arc<Call>, request: &Outgoing<'_>) -> Result<Reply, Error> {
        let lanes = self.lanes();
        let mut wants_fresh = false;
        loop {
            call.begin_attempt();
            let rested = match wants_fresh {
                true => None,
                false => lanes.resting.take(call),
            };
            let was_resting = rested.is_some();
            let error = match self.exchange(&lanes, rested, call, request) {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let again = error.kind() == ErrorKind::Connection
                && was_resting
                && call.nothing_came()
                && (!request.unsent_only || call.nothing_sent());
            let lost = again && !request.body.rewind()?;
            if lost {
                return Err(not_again(error));
            }
            if !again {
                let unread = error.kind() == ErrorKind::Connection && call.nothing_came();
                let retryable = error.retryable() || unread || is_connect_timeout(&error, call);
                return Err(error.with_retryable(retryable));
            }
            wants_fresh = true;
        }
    }

    /// Closes the connections that rest; those of a parent process are not ours.
    pub fn close_idle(&self) {
        if let Some(lanes) = self.lanes.known() {
            lanes.resting.close();
        }
    }

    fn exchange(
        &self,
        lanes: &Lanes,
        rested: Option<Box<Connection>>,
        call: &Arc<Call>,
        request: &Outgoing<'_>,
    ) -> Result<Reply, Error> {
        let mut connection = match rested {
            Some(connection) => connection,
            None => {
                call.opens();
                let channel = lanes.route.open(self.secure, &self.host, self.port, call)?;
                Connection::new(channel)
            }
        };
        let head = RequestHead {
            method: request.method,
            target: request.target,
            authority: &self.authority,
            fields: request.fields,
            sent_before: request.sent_before,
            body_length: request.body.length(),
        };
        connection.send(&head, request.body, self.longest_head, call)?;
        let head = connection.read_head(self.longest_head, call)?;
        let framing = Framing::of(&head, request.method)?;
        call.head_came((200..300).contains(&head.status));
        let coding = Coding::of(head.headers.list("content-encoding"));
        let framed = Framed::new(connection, framing, &lanes.resting, call);
        Ok(Reply {
            status: head.status,
            headers: head.headers,
            body: Body::new(framed, coding),
        })
    }

    fn lanes(&self) -> Ours<Lanes> {
        self.lanes.get(|parents| Lanes {
            route: parents.route.renewed(),
            resting: Arc::new(Resting::new()),
        })
    }
}

/// The error of a request that would be sent again if its body could be.
pub(crate) fn not_again(error: Error) -> Error {
    let error = error.map_message(|message| {
        format!(
            "{message}. The request was not sent again: some of its body was sent already, and \
             the source of it cannot be rewound"
        )
    });
    error.with_retryable(false)
}

/// A connection that could not be opened in time may be tried again; a spent total may not.
fn is_connect_timeout(error: &Error, call: &Call) -> bool {
    error.kind() == ErrorKind::Timeout
        && call.nothing_sent()
        && call.left().is_none_or(|left| !left.is_zero())
}
