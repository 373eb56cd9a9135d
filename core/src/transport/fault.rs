//! From what the system and the libraries report to the one error type.

use std::error::Error as StdError;
use std::io;

use crate::error::{Error, ErrorKind};

/// The error of a read or write: ours inside, TLS's, or the system's.
pub(crate) fn from_io(error: io::Error) -> Error {
    if let Some(own) = find_own(&error) {
        return own.clone();
    }
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        let error = Error::new(ErrorKind::Tls, format!("the TLS connection failed: {tls}"));
        return with_tls_source(error, tls);
    }
    let message = format!(
        "the connection ended before the answer was there ({error}). The server or something \
         on the way closed it"
    );
    Error::new(ErrorKind::Connection, message).with_io_source(&error)
}

/// Keeps the error of TLS that `error` came from, unless its text quotes what a server sent.
pub(crate) fn with_tls_source(error: Error, tls: &rustls::Error) -> Error {
    use rustls::{CertificateError, Error as TlsError};
    match tls {
        TlsError::General(_)
        | TlsError::Other(_)
        | TlsError::InvalidCertificate(
            CertificateError::NotValidForNameContext { .. } | CertificateError::Other(_),
        ) => error,
        _ => error.with_source(tls.clone()),
    }
}

/// Our own error, however deep other libraries wrapped it.
fn find_own(error: &io::Error) -> Option<&Error> {
    let mut inner: &(dyn StdError + 'static) = error.get_ref()?;
    loop {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return Some(own);
        }
        inner = inner.downcast_ref::<io::Error>()?.get_ref()?;
    }
}
