//! What went wrong with TLS, as data.

use rustls::Error as TlsError;

use crate::certificate::Chain;

/// A failure of TLS.
#[derive(Clone, Debug)]
pub struct TlsFailure {
    /// The host as the settings name it.
    pub host: String,
    /// The session was in use already.
    pub in_use: bool,
    /// The authorities that were trusted, if a handshake failed.
    pub roots: Option<RootsInUse>,
    /// What went wrong.
    pub problem: TlsProblem,
    /// The error of rustls, unless its text may quote what the server sent.
    pub source: Option<TlsError>,
}

/// Which authorities were trusted. [`extra_roots`](crate::TlsSettings::extra_roots) come in
/// addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootsInUse {
    /// Those of the settings.
    Given,
    /// The system's.
    System,
    /// Those that come with this crate, because the system has none.
    Bundled,
}

/// What went wrong with TLS. Texts from the server are as it sent them.
#[derive(Clone, Debug)]
pub enum TlsProblem {
    /// The server's certificate was refused.
    Certificate(Box<RefusedCertificate>),
    /// The server's certificate is trusted, but cannot be read here.
    UnreadableCertificate,
    /// The server sent no certificate.
    NoCertificate,
    /// The host's name cannot be in a certificate.
    UnusableName,
    /// The server's bytes are not TLS.
    NotTls,
    /// The server supports neither TLS 1.2 nor TLS 1.3.
    OldVersion,
    /// The server offers nothing that is safe enough; the reason is technical.
    Incompatible(String),
    /// The server says that the two have no safe way to encrypt in common.
    NothingInCommon,
    /// The server does not know the host's name.
    UnknownName,
    /// The server wants a client certificate, and none is set.
    CertificateWanted,
    /// The server refused the client certificate with this alert.
    CertificateRefused(String),
    /// The server ended the session with this alert.
    Alert(String),
    /// Bytes were changed on the way, or the server encrypted them wrongly.
    Undecryptable,
    /// The server broke a rule of TLS; the reason is technical.
    Violation(String),
    /// TLS cannot be set up here; the reason is technical.
    Setup(String),
}

/// A refused certificate, and what it says.
#[derive(Clone, Debug)]
pub struct RefusedCertificate {
    /// Why it was refused.
    pub problem: CertificateProblem,
    /// What the server's certificates say.
    pub chain: Chain,
}

/// Why a certificate was refused.
#[derive(Clone, Debug)]
pub enum CertificateProblem {
    /// It ended.
    Expired,
    /// It has not begun.
    NotYetValid,
    /// It is for other hosts, or for none.
    WrongName,
    /// It is signed by its own key, and is not trusted itself.
    SelfSigned,
    /// Its issuer is not trusted.
    UnknownIssuer,
    /// It was revoked.
    Revoked,
    /// A signature in the chain is wrong.
    BadSignature,
    /// A signature in the chain is of a kind that is not safe.
    WeakSignature,
    /// It cannot be read.
    Unreadable,
    /// It is not meant for a server.
    WrongPurpose,
    /// It is an authority's own, which webpki does not accept for a server.
    AuthorityAsServer,
    /// The system's verifier refused it, for this reason.
    System(String),
    /// Another technical reason.
    Other(String),
}
