//! The error of the system or of rustls that caused a failure.

use neura_transport::{Cause, ConnectCause, ConnectionEnd, SystemError};

use crate::error::Error;

/// `error` with its source, if the failure has one and that quotes nothing from a server.
pub(super) fn with_source(error: Error, cause: &Cause) -> Error {
    if let Cause::Tls(failure) = cause
        && let Some(source) = &failure.source
    {
        return error.with_source(source.clone());
    }
    match system_error(cause) {
        Some(system) => error.with_io_source(&system.to_io()),
        None => error,
    }
}

fn system_error(cause: &Cause) -> Option<&SystemError> {
    match cause {
        Cause::Connect(failure) => match &failure.cause {
            ConnectCause::LookUp(error)
            | ConnectCause::Socket(error)
            | ConnectCause::NoDescriptor(_, error)
            | ConnectCause::NoThread(error) => Some(error),
            ConnectCause::Addresses(errors) => errors.last().map(|(_, error)| error),
        },
        Cause::ConnectionEnded {
            end: ConnectionEnd::Handshake(_, error) | ConnectionEnd::Error(error),
            ..
        } => Some(error),
        _ => None,
    }
}
