//! Turns a [`Failure`] of the transport into an [`Error`]: its kind, and a message that says what
//! happened and what to do next. Only here do the transport's failures get messages.

mod connect;
mod limits;
mod proxy;
mod source;
mod system_cause;
mod tls;

use std::sync::Arc;

use neura_transport::{Cause, ConnectionEnd, Failure, SourceFailure, Violation};

pub(crate) use limits::seconds;
pub(crate) use tls::shown as shown_name;

use crate::config::{LimitNames, NetworkNames, in_words};
use crate::error::{Error, ErrorKind};
use crate::exhausted;
use crate::option_table;
use crate::redact::quoted;

/// The names that a message uses.
#[derive(Clone)]
pub(crate) struct Names {
    /// The options that set the limits.
    pub limits: LimitNames,
    /// The sources of the proxy and the authorities.
    pub network: Option<Arc<NetworkNames>>,
}

impl Names {
    /// The error for a failure. Whether it is retryable is decided elsewhere: see
    /// [`retry`](crate::retry).
    pub fn error(&self, failure: &Failure) -> Error {
        if let Cause::Source(SourceFailure::Failed(error)) = failure.cause()
            && let Some(own) = error.downcast_ref::<Error>()
        {
            return own.clone();
        }
        if let Cause::OutOfMemory(what) = failure.cause() {
            return Error::from(*what);
        }
        let error = Error::new(kind_of(failure.cause()), self.message(failure));
        let error = source::with_source(error, failure.cause());
        let error = error.with_system_cause(system_cause::of(failure));
        match failure.attempt() {
            Some(attempt) if attempt.body_lost => not_sent_again(error),
            _ => error,
        }
    }

    fn message(&self, failure: &Failure) -> String {
        match failure.cause() {
            Cause::Cancelled(progress) => limits::cancelled(progress),
            Cause::LimitPassed(limit, progress) => limits::passed(*limit, progress, &self.limits),
            Cause::ReadAheadOver => {
                "the client stopped waiting for the rest of the reply".to_owned()
            }
            Cause::Forked => "this process was forked while the call was running; the call \
                              belongs to the parent process. Make the call again here"
                .to_owned(),
            Cause::Connect(failure) => connect::message(failure),
            Cause::Tls(failure) => tls::message(failure, self.network.as_deref()),
            Cause::SystemRoots(whose) => format!(
                "the system's authorities cannot be read: {}",
                exhausted::words(*whose)
            ),
            Cause::Proxy(failure) => proxy::message(failure, self),
            Cause::Protocol(violation) => violation_in_words(*violation),
            Cause::ConnectionEnded {
                end,
                certificate_wanted,
            } => match certificate_wanted {
                false => ended(end),
                true => format!(
                    "{}. It asked for a client certificate before, and none is set ({})",
                    ended(end),
                    option_table::CLIENT_CERT
                ),
            },
            Cause::UnknownCoding(name) => {
                format!(
                    "the body has an unsupported Content-Encoding ({name}); only gzip is \
                     supported. If a header of your own asks for another (Accept-Encoding), leave \
                     it out; if not, ask the operator of the server or gateway"
                )
            }
            Cause::BrokenCompression(why) => format!(
                "the body's compression is invalid: {why}. Try again; if it happens again, the \
                 server, or something in between, damages the body"
            ),
            Cause::Source(failure) => source(failure),
            Cause::Internal(what) => format!("a fault inside neura: {what}. Please report it"),
            _ => failure.to_string(),
        }
    }
}

fn kind_of(cause: &Cause) -> ErrorKind {
    match cause {
        Cause::Cancelled(_) => ErrorKind::Cancelled,
        Cause::LimitPassed(..) | Cause::ReadAheadOver => ErrorKind::Timeout,
        Cause::Forked
        | Cause::Connect(_)
        | Cause::SystemRoots(_)
        | Cause::ConnectionEnded { .. } => ErrorKind::Connection,
        Cause::Tls(_) => ErrorKind::Tls,
        Cause::Proxy(_) => ErrorKind::Proxy,
        Cause::Protocol(_) => ErrorKind::Protocol,
        Cause::UnknownCoding(_) | Cause::BrokenCompression(_) => ErrorKind::Decode,
        Cause::OutOfMemory(_) => ErrorKind::OutOfMemory,
        Cause::Source(_) => ErrorKind::InvalidArgument,
        _ => ErrorKind::Internal,
    }
}

/// The error of a request that would have been retried if its body could be sent again.
pub(crate) fn not_sent_again(error: Error) -> Error {
    let error = error.map_message(|message| {
        let stop = if message.ends_with(['.', '?']) {
            ""
        } else {
            "."
        };
        format!(
            "{message}{stop} The request was not sent again: part of its body was already sent, \
             and the source of the body cannot be rewound"
        )
    });
    error.with_retryable(false)
}

const CLOSED: &str = "The server, or something in between, closed it";

fn ended(end: &ConnectionEnd) -> String {
    match end {
        ConnectionEnd::Handshake(host, error) => {
            let host = quoted(host);
            format!("the connection to {host} ended during the TLS handshake: {error}")
        }
        ConnectionEnd::BeforeReply => {
            format!("the connection ended before any reply arrived. {CLOSED}")
        }
        ConnectionEnd::Head { bytes } => format!(
            "the connection ended in the headers of the reply, after {bytes} bytes. {CLOSED}"
        ),
        ConnectionEnd::Body { bytes, promised } => {
            let of = match promised {
                Some(promised) => format!(" of {promised}"),
                None => String::new(),
            };
            format!(
                "the connection ended in the middle of the reply, after {bytes}{of} bytes of its \
                 body. {CLOSED}"
            )
        }
        ConnectionEnd::Error(error) => {
            format!("the connection ended before the reply was complete ({error}). {CLOSED}")
        }
    }
}

fn violation_in_words(violation: Violation) -> String {
    let what = match violation {
        Violation::SwitchedProtocols => {
            return "the server wants to switch to another protocol, which the request did not \
                    ask for. Is the base URL right?"
                .to_owned();
        }
        Violation::Malformed(what) => what.to_owned(),
        Violation::HeadTooLong(most) => format!("its head is longer than {}", in_words(most)),
        Violation::InterimHeadsTooLong(most) => {
            let most = in_words(most);
            format!("its interim heads (1xx) are together longer than {most}")
        }
    };
    format!("the server's reply is not valid HTTP/1.1: {what}. Is the base URL right?")
}

fn source(failure: &SourceFailure) -> String {
    match failure {
        SourceFailure::Failed(error) => format!("the source of the body failed: {error}"),
        SourceFailure::UsedUp => "the source of the body was already read by an earlier call. \
                                  Give each call its own source"
            .to_owned(),
        SourceFailure::Busy => "another call is sending the source of the body now. Give each \
                                call its own source"
            .to_owned(),
        SourceFailure::WrongLength { promised, more } => {
            let what = if *more { "more" } else { "fewer" };
            format!(
                "the source of the body gave {what} than the {promised} bytes that it declared, \
                 so the request was not completed. Declare the right length"
            )
        }
    }
}
