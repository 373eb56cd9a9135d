//! Why a call failed, as data.

mod io;
mod tls;

use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use io::SystemError;
pub(crate) use io::{from_io, own};
pub use tls::{CertificateProblem, RefusedCertificate, RootsInUse, TlsFailure, TlsProblem};

use crate::exhausted::Exhausted;
use crate::memory::OutOfMemory;
use crate::progress::{Phase, Progress};

/// Why a call failed: the cause, and what is known of the attempt.
///
/// One pointer wide, so a `Result` stays small on the path of success.
#[derive(Clone)]
pub struct Failure(Box<Details>);

#[derive(Clone)]
struct Details {
    cause: Cause,
    attempt: Option<AttemptFacts>,
}

/// What an attempt had come to when it failed: the facts that a decision about a retry needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptFacts {
    /// The step that failed.
    pub phase: Phase,
    /// A byte of the request was sent, in this attempt or in an earlier one of the same call.
    pub request_sent: bool,
    /// A byte of the reply arrived in this attempt.
    pub reply_began: bool,
    /// The call has time left in its total limit.
    pub has_time: bool,
    /// A stale connection was not replaced because the body cannot be sent again: its source
    /// gave bytes and cannot be rewound.
    pub body_lost: bool,
}

/// What went wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The call's token was cancelled.
    Cancelled(Progress),
    /// A limit of time passed.
    LimitPassed(Limit, Progress),
    /// [`Body::read_ahead`](crate::Body::read_ahead) waited as long as it may. It never leaves
    /// the crate.
    ReadAheadOver,
    /// The process was forked during the call, which belongs to the parent process.
    Forked,
    /// No TCP connection was made.
    Connect(ConnectFailure),
    /// TLS failed.
    Tls(TlsFailure),
    /// The system's certificate authorities cannot be read now.
    SystemRoots(Exhausted),
    /// The proxy refused, failed or was too slow.
    Proxy(ProxyFailure),
    /// The reply is not valid HTTP/1.1.
    Protocol(Violation),
    /// The connection ended too early.
    ConnectionEnded {
        /// Where in the exchange.
        end: ConnectionEnd,
        /// The server had asked for a client certificate, and none is set.
        certificate_wanted: bool,
    },
    /// The body has this coding, which cannot be unpacked.
    UnknownCoding(&'static str),
    /// The body cannot be unpacked; the reason is technical.
    BrokenCompression(String),
    /// There was not enough memory for a buffer.
    OutOfMemory(OutOfMemory),
    /// The source of the request's body failed.
    Source(SourceFailure),
    /// A bug in this crate.
    Internal(&'static str),
}

/// A limit of time that passed, and how long it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The whole call.
    Total(Duration),
    /// Opening a connection.
    Connect(Duration),
    /// The wait between two steps of the server before the head of the reply.
    Head(Duration),
    /// The wait between two pieces of a body.
    Idle(Duration),
}

/// Why there is no TCP connection.
#[derive(Clone, Debug)]
pub struct ConnectFailure {
    /// As the settings name it.
    pub host: String,
    /// The port that was dialled.
    pub port: u16,
    /// What went wrong.
    pub cause: ConnectCause,
}

/// What went wrong on the way to a TCP connection.
#[derive(Clone, Debug)]
pub enum ConnectCause {
    /// The name could not be looked up.
    LookUp(SystemError),
    /// No address accepted a connection: the error of each, in the order in which they failed.
    Addresses(Vec<(SocketAddr, SystemError)>),
    /// The system refused a setting of the socket.
    Socket(SystemError),
    /// There is no file descriptor left.
    NoDescriptor(Exhausted, SystemError),
    /// The system gave no thread.
    NoThread(SystemError),
}

/// Where a connection ended.
#[derive(Clone, Debug)]
pub enum ConnectionEnd {
    /// During the TLS handshake with this host.
    Handshake(String, SystemError),
    /// Before a byte of the reply.
    BeforeReply,
    /// In the head of the reply.
    Head {
        /// How many bytes of the head were received.
        bytes: usize,
    },
    /// In the body of the reply.
    Body {
        /// How many bytes of the body were received, before unpacking.
        bytes: u64,
        /// The length that the reply promised.
        promised: Option<u64>,
    },
    /// A read or write failed.
    Error(SystemError),
}

/// How a reply breaks the rules of HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A rule of the grammar, in a short technical phrase.
    Malformed(&'static str),
    /// The head is longer than this many bytes.
    HeadTooLong(usize),
    /// The interim heads (1xx) are together longer than this many bytes.
    InterimHeadsTooLong(usize),
    /// The server switched to another protocol (101), which the request did not ask for.
    SwitchedProtocols,
}

/// How the source of a request's body failed.
#[derive(Clone, Debug)]
pub enum SourceFailure {
    /// It failed with this error.
    Failed(Arc<dyn StdError + Send + Sync>),
    /// An earlier call read it, and it cannot be rewound.
    UsedUp,
    /// Another call is reading it.
    Busy,
    /// It gave more or fewer bytes than the length that it promised.
    WrongLength {
        /// The promised length.
        promised: u64,
        /// It gave more.
        more: bool,
    },
}

/// A failure at a proxy.
#[derive(Clone, Debug)]
pub struct ProxyFailure {
    /// The step that failed.
    pub step: ProxyStep,
    /// What went wrong.
    pub cause: ProxyCause,
}

/// A step on the way through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyStep {
    /// Looking up the proxy's name.
    LookUp,
    /// Connecting to the proxy.
    Connect,
    /// The TLS handshake with the proxy.
    Handshake,
    /// Sending `CONNECT`.
    SendConnect,
    /// The reply to `CONNECT`.
    ConnectReply,
    /// The reply to the greeting of SOCKS.
    Greeting,
    /// The reply to user and password in SOCKS.
    Login,
    /// The reply to the SOCKS request for a connection.
    Request,
}

/// What went wrong at a proxy.
#[derive(Clone, Debug)]
pub enum ProxyCause {
    /// The proxy could not be reached.
    Unreachable(Failure),
    /// The connect limit passed.
    TooSlow(Duration),
    /// The connection to the proxy failed.
    Lost(Failure),
    /// The proxy closed the connection; with `CONNECT`, `true` if its reply had begun.
    Closed(bool),
    /// It answered `CONNECT` with this status.
    Refused {
        /// The status.
        status: u16,
        /// The text after it, as the proxy sent it.
        reason: String,
        /// `host:port` of the tunnel.
        target: String,
    },
    /// It requires a user and a password, and none are set.
    LoginWanted,
    /// It refused the user and the password.
    LoginRefused,
    /// It requires an unsupported way to log in: the schemes that it offers, if it says.
    LoginUnsupported(Vec<String>),
    /// Its reply is not HTTP/1.1.
    NotHttp,
    /// Bytes followed its reply to `CONNECT`.
    BytesBehindReply,
    /// The head of its reply to `CONNECT` is longer than this many bytes.
    HeadTooLong(usize),
    /// Its reply is not SOCKS 5.
    NotSocks,
    /// SOCKS cannot carry a text of more than 255 bytes.
    TextTooLong,
    /// It answered the SOCKS request with this code.
    SocksReply {
        /// The code, not 0. Source: RFC 1928, section 6.
        code: u8,
        /// `host:port` of the tunnel.
        target: String,
    },
    /// There was no address to ask for.
    NoAddress,
}

impl Failure {
    /// A failure outside of an attempt.
    pub fn new(cause: Cause) -> Self {
        Failure(Box::new(Details {
            cause,
            attempt: None,
        }))
    }

    /// What went wrong.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The facts about the attempt that failed. `None` if the head of a reply had arrived, or if no
    /// attempt had begun.
    pub fn attempt(&self) -> Option<AttemptFacts> {
        self.0.attempt
    }

    /// The same failure with what is known of its attempt.
    #[must_use]
    pub fn with_attempt(mut self, facts: AttemptFacts) -> Self {
        self.0.attempt = Some(facts);
        self
    }

    /// Whether the call was cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.0.cause, Cause::Cancelled(_))
    }

    /// Whether a limit of time passed.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.cause, Cause::LimitPassed(..) | Cause::ReadAheadOver)
    }

    /// Whether a connection ended that had been made.
    pub fn is_connection_ended(&self) -> bool {
        matches!(self.0.cause, Cause::ConnectionEnded { .. })
    }

    pub(crate) fn ended(end: ConnectionEnd) -> Self {
        Failure::new(Cause::ConnectionEnded {
            end,
            certificate_wanted: false,
        })
    }

    /// The same end of a connection, and that the server had wanted a client certificate.
    pub(crate) fn with_certificate_wanted(mut self) -> Self {
        if let Cause::ConnectionEnded {
            certificate_wanted, ..
        } = &mut self.0.cause
        {
            *certificate_wanted = true;
        }
        self
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Failure::new(cause)
    }
}

impl From<Violation> for Failure {
    fn from(violation: Violation) -> Self {
        Failure::new(Cause::Protocol(violation))
    }
}

impl From<OutOfMemory> for Failure {
    fn from(out_of_memory: OutOfMemory) -> Self {
        Failure::new(Cause::OutOfMemory(out_of_memory))
    }
}

impl From<SourceFailure> for Failure {
    fn from(failure: SourceFailure) -> Self {
        Failure::new(Cause::Source(failure))
    }
}

/// A short technical description. The messages of `neura` say more.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Cancelled(_) => f.write_str("the call was cancelled"),
            Cause::LimitPassed(limit, _) => write!(f, "a limit passed: {limit:?}"),
            Cause::ReadAheadOver => f.write_str("no more is read ahead"),
            Cause::Forked => f.write_str("the process was forked during the call"),
            Cause::Connect(failure) => write!(f, "no connection: {:?}", failure.cause),
            Cause::Tls(failure) => write!(f, "TLS failed: {:?}", failure.problem),
            Cause::SystemRoots(_) => f.write_str("the system's authorities cannot be read"),
            Cause::Proxy(failure) => write!(f, "the proxy failed: {:?}", failure.step),
            Cause::Protocol(Violation::Malformed(what)) => f.write_str(what),
            Cause::Protocol(violation) => write!(f, "no valid HTTP/1.1: {violation:?}"),
            Cause::ConnectionEnded { end, .. } => match end {
                ConnectionEnd::Error(error) => error.fmt(f),
                end => write!(f, "the connection ended: {end:?}"),
            },
            Cause::UnknownCoding(name) => write!(f, "unknown coding {name}"),
            Cause::BrokenCompression(why) => f.write_str(why),
            Cause::OutOfMemory(what) => write!(f, "no memory for {} bytes", what.bytes),
            Cause::Source(failure) => write!(f, "the source of the body failed: {failure:?}"),
            Cause::Internal(what) => f.write_str(what),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("cause", &self.0.cause)
            .field("attempt", &self.0.attempt)
            .finish()
    }
}

impl StdError for Failure {}
