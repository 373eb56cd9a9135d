//! The only part that names ureq: an agent with a pool, over connections of our own.

mod buffers;
mod call;
mod certificate;
mod channel;
mod connection;
mod decode;
mod dial;
mod fault;
pub(crate) mod probe;
mod proxy;
mod route;
mod socket;
mod tls;

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Agent, AsSendBody};

pub(crate) use call::Call;
pub(crate) use certificate::Certificate;
use connection::Connector;
use decode::{Coding, Decoder};
use route::Route;
use tls::Trust;

use crate::config::Setup;
use crate::error::{Error, ErrorKind};
use crate::header_list;
use crate::request::Method;

/// Idle connections that a client keeps: as many as threads may ask at once, or each of
/// them would connect anew.
const IDLE_CONNECTIONS: usize = 1_000;
/// An idle connection is closed after this time; servers close theirs after a minute or more.
const IDLE_AGE: Duration = Duration::from_secs(50);

/// A pool of connections; a clone shares it.
#[derive(Clone)]
pub(crate) struct Pool {
    agent: Agent,
}

/// The head of a reply, and its body still to be read.
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

/// A body on its way. Dropping it before its end closes the connection.
pub(crate) struct Body {
    reader: Decoder<ureq::BodyReader<'static>>,
    call: Arc<Call>,
    /// The length that the server promised, where nothing was unpacked on the way.
    promised: Option<u64>,
    read: u64,
}

impl Pool {
    /// Reads the files that `setup` names; nothing connects yet.
    ///
    /// # Errors
    /// `config` where one of them cannot serve.
    pub fn new(setup: Setup) -> Result<Self, Error> {
        let config = ureq::config::Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .max_idle_age(IDLE_AGE)
            .max_response_header_size(setup.sizes.header)
            // Nothing is sent with `Expect`; its one-second default would still be set up.
            .timeout_await_100(None)
            .build();
        let route = Route {
            trust: Arc::new(Trust::new(&setup)?),
            proxy: setup.proxy,
        };
        Ok(Pool {
            agent: Agent::with_parts(config, Connector { route }, LookUpLater),
        })
    }

    /// Sends one attempt and waits for the head of its reply.
    ///
    /// A pooled connection that turns out to be dead is replaced once, unless
    /// `unsent_only`: the server closed it before the request reached it, as far as
    /// anybody can tell, but only a resend without any byte sent is certain.
    pub fn send(
        &self,
        call: &Arc<Call>,
        method: Method,
        url: &str,
        headers: &HeaderMap,
        body: &[u8],
        unsent_only: bool,
    ) -> Result<Reply, Error> {
        let _entered = call.enter();
        let mut wants_fresh = false;
        loop {
            call.begin_attempt(wants_fresh);
            let error = match self.run(method, url, headers, body) {
                Ok(response) => return read_head(response, call),
                Err(error) => fault::from_ureq(error),
            };
            let again = error.kind() == ErrorKind::Connection
                && call.was_stale()
                && !wants_fresh
                && (!unsent_only || call.nothing_sent());
            if !again {
                let unread = error.kind() == ErrorKind::Connection && call.nothing_came();
                let retryable = error.retryable() || unread || is_connect_timeout(&error, call);
                return Err(error.with_retryable(retryable));
            }
            wants_fresh = true;
        }
    }

    fn run(
        &self,
        method: Method,
        url: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        if body.is_empty() && !method.always_has_body() {
            return self.agent.run(build(method, url, headers, ())?);
        }
        if method.always_has_body() {
            return self.agent.run(build(method, url, headers, body)?);
        }
        // A body with DELETE or GET is unusual, and some services want it.
        let mut request = match method {
            Method::Delete => self.agent.delete(url),
            Method::Head => self.agent.head(url),
            Method::Options => self.agent.options(url),
            _ => self.agent.get(url),
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.force_send_body().send(body)
    }
}

fn build<B: AsSendBody>(
    method: Method,
    url: &str,
    headers: &HeaderMap,
    body: B,
) -> Result<http::Request<B>, ureq::Error> {
    let mut request = http::Request::builder()
        .method(method.as_str())
        .uri(url)
        .body(body)
        .map_err(|_| {
            let message = "the path has a character that must be percent-encoded in a URL";
            ureq::Error::Other(Box::new(Error::new(ErrorKind::Config, message)))
        })?;
    *request.headers_mut() = headers.clone();
    Ok(request)
}

/// A connection that could not be opened in time may be tried again; a spent total may not.
fn is_connect_timeout(error: &Error, call: &Call) -> bool {
    error.kind() == ErrorKind::Timeout
        && call.nothing_sent()
        && call.left().is_none_or(|left| !left.is_zero())
}

fn read_head(response: http::Response<ureq::Body>, call: &Arc<Call>) -> Result<Reply, Error> {
    let (head, body) = response.into_parts();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                header_list::text(value.as_bytes()),
            )
        })
        .collect();
    if head.status.as_u16() == 101 {
        let message = "the server wants to switch to another protocol, which nobody asked for";
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    call.head_came(head.status.is_success());
    let coding = Coding::of(header_list::find(&headers, "content-encoding"));
    Ok(Reply {
        status: head.status.as_u16(),
        body: Body {
            promised: body.content_length().filter(|_| coding == Coding::None),
            reader: Decoder::new(body.into_reader(), coding),
            call: Arc::clone(call),
            read: 0,
        },
        headers,
    })
}

impl Body {
    /// Reads the next bytes; 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let _entered = self.call.enter();
        match self.reader.read(buffer) {
            Ok(bytes) => {
                self.read += bytes as u64;
                Ok(bytes)
            }
            Err(error) => Err(self.truncated(fault::from_io(error))),
        }
    }

    /// Reads on to the end. More than `limit` bytes are not read; says whether they ended
    /// within it.
    pub fn read_to_end(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Error> {
        let mut chunk = vec![0; 16 * 1024];
        loop {
            let room = limit - into.len();
            if room == 0 {
                return Ok(self.read(&mut chunk[..1])? == 0);
            }
            let most = chunk.len().min(room);
            match self.read(&mut chunk[..most])? {
                0 => return Ok(true),
                bytes => into.extend_from_slice(&chunk[..bytes]),
            }
        }
    }

    /// Gives the connection back to the pool if the body ends here, without waiting for
    /// more of it.
    pub fn finish_if_ended(mut self) {
        self.call.finish();
        let _ = self.read(&mut [0; 64]);
    }

    fn truncated(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Connection {
            return error;
        }
        let of = match self.promised {
            Some(promised) => format!(" of {promised}"),
            None => String::new(),
        };
        let message = format!(
            "the connection ended in the midst of the answer, after {}{of} bytes of its body",
            self.read
        );
        Error::new(ErrorKind::Connection, message)
    }
}

/// Names are looked up only when a connection is really opened: ureq would do it for every
/// request, also on a pooled connection, and start a thread for it where a limit is set.
#[derive(Debug)]
struct LookUpLater;

impl Resolver for LookUpLater {
    fn resolve(
        &self,
        _uri: &http::Uri,
        _config: &ureq::config::Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}
