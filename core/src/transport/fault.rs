//! From what ureq and the system report to the one error type.

use std::error::Error as StdError;
use std::io;

use crate::error::{Error, ErrorKind};

/// The error of an attempt that brought no head.
pub(crate) fn from_ureq(error: ureq::Error) -> Error {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<Error>() {
            Ok(own) => *own,
            Err(inner) => Error::new(ErrorKind::Internal, inner.to_string()),
        },
        ureq::Error::Io(error) => from_io(error),
        ureq::Error::Protocol(_)
        | ureq::Error::LargeResponseHeader(..)
        | ureq::Error::Http(_)
        | ureq::Error::BodyStalled => {
            let what = error.to_string();
            Error::new(
                ErrorKind::Protocol,
                format!("the answer is not HTTP/1.1 as it must be: {what}. Is the base URL right?"),
            )
        }
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
            Error::new(ErrorKind::Connection, error.to_string()).with_retryable(true)
        }
        // ureq prints URLs in some of its texts; ours are checked before, and not needed here.
        _ => Error::new(
            ErrorKind::Internal,
            "the HTTP library reported an unexpected fault",
        ),
    }
}

/// The error of a read or write: ours or ureq's inside, or the system's.
pub(crate) fn from_io(error: io::Error) -> Error {
    if let Some(own) = find_own(&error) {
        return own.clone();
    }
    let wraps_ureq = error
        .get_ref()
        .is_some_and(|inner| inner.is::<ureq::Error>());
    if wraps_ureq {
        return from_ureq(ureq::Error::from(error));
    }
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return Error::new(ErrorKind::Tls, format!("the TLS connection failed: {tls}"));
    }
    let message = format!(
        "the connection ended before the answer was there ({error}). The server or something \
         on the way closed it"
    );
    Error::new(ErrorKind::Connection, message)
}

/// Our own error, however deep other libraries wrapped it.
fn find_own(error: &io::Error) -> Option<&Error> {
    let mut inner: &(dyn StdError + 'static) = error.get_ref()?;
    loop {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return Some(own);
        }
        inner = match (
            inner.downcast_ref::<io::Error>(),
            inner.downcast_ref::<ureq::Error>(),
        ) {
            (Some(io), _) => io.get_ref()?,
            (_, Some(ureq::Error::Other(boxed))) => boxed.as_ref(),
            (_, Some(ureq::Error::Io(io))) => io.get_ref()?,
            _ => return None,
        };
    }
}
