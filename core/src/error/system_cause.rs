//! The error of the system below one of ours, as plain data.

use std::net::SocketAddr;

/// The error below a failure as other libraries report it. A binding whose language has such
/// errors makes one of it.
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemCause {
    /// The name of the code: POSIX's (`ECONNREFUSED`), that of a name look-up (`ENOTFOUND`,
    /// `EAI_AGAIN`), or OpenSSL's for a certificate (`CERT_HAS_EXPIRED`).
    pub code: &'static str,
    /// `connect` or `getaddrinfo`, if one of these failed.
    pub syscall: Option<&'static str>,
    /// The name that was looked up; a part that looks like a key is masked.
    pub hostname: Option<String>,
    /// The address that was dialled last, and its port.
    pub address: Option<SocketAddr>,
    /// The system's own words.
    pub text: Option<String>,
}
