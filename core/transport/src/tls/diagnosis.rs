//! Why TLS failed, as data.

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};

use super::recording_verifier::HandshakeRecord;
use crate::certificate::Chain;
use crate::failure::{
    Cause, CertificateProblem, Failure, RefusedCertificate, RootsInUse, TlsFailure, TlsProblem,
};

/// The other side of a session, for its failures.
pub(super) struct Peer {
    pub host: String,
    /// The server asked for a client certificate, and none is set.
    pub certificate_wanted: bool,
    /// The server asked for a client certificate, and got it.
    pub certificate_sent: bool,
}

/// The failure of a handshake.
pub(super) fn handshake_failure(
    peer: Peer,
    error: &TlsError,
    record: &HandshakeRecord,
    roots: RootsInUse,
) -> Failure {
    let refused =
        |problem, chain| TlsProblem::Certificate(Box::new(RefusedCertificate { problem, chain }));
    let problem = match error {
        TlsError::InvalidCertificate(reason) => {
            let chain = Chain::read(&record.refused);
            refused(certificate_problem(reason, &chain), chain)
        }
        // The verifiers of Apple and Microsoft have errors that rustls has no names for.
        TlsError::Other(_) | TlsError::General(_) if !record.refused.is_empty() => refused(
            CertificateProblem::System(error.to_string()),
            Chain::read(&record.refused),
        ),
        TlsError::InvalidMessage(_) => TlsProblem::NotTls,
        TlsError::AlertReceived(alert) => alert_problem(&peer, *alert),
        TlsError::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            TlsProblem::OldVersion
        }
        TlsError::PeerIncompatible(why) => TlsProblem::Incompatible(format!("{why:?}")),
        TlsError::NoCertificatesPresented => TlsProblem::NoCertificate,
        _ => TlsProblem::Violation(error.to_string()),
    };
    failure(peer.host, Some(roots), problem, quotable(error))
}

/// The failure of a session in use.
pub(super) fn session_failure(peer: &Peer, error: &TlsError) -> Failure {
    let problem = match error {
        // In TLS 1.3 the server checks the client's certificate after the handshake.
        TlsError::AlertReceived(alert) => alert_problem(peer, *alert),
        TlsError::DecryptError => TlsProblem::Undecryptable,
        _ => TlsProblem::Violation(error.to_string()),
    };
    Failure::new(Cause::Tls(TlsFailure {
        host: peer.host.clone(),
        in_use: true,
        roots: None,
        problem,
        source: quotable(error),
    }))
}

pub(super) fn failure(
    host: String,
    roots: Option<RootsInUse>,
    problem: TlsProblem,
    source: Option<TlsError>,
) -> Failure {
    Failure::new(Cause::Tls(TlsFailure {
        host,
        in_use: false,
        roots,
        problem,
        source,
    }))
}

/// The error, unless its text may quote names in the server's certificate or is the system's own.
fn quotable(error: &TlsError) -> Option<TlsError> {
    let quotes = matches!(
        error,
        TlsError::General(_)
            | TlsError::Other(_)
            | TlsError::InvalidCertificate(
                CertificateError::NotValidForNameContext { .. } | CertificateError::Other(_)
            )
    );
    (!quotes).then(|| error.clone())
}

fn certificate_problem(reason: &CertificateError, chain: &Chain) -> CertificateProblem {
    use CertificateError as Reason;
    let is_authority = is_authority(reason);
    match reason {
        Reason::Expired | Reason::ExpiredContext { .. } => CertificateProblem::Expired,
        Reason::NotValidYet | Reason::NotValidYetContext { .. } => CertificateProblem::NotYetValid,
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        // webpki refuses an authority's certificate before it looks for its issuer.
        _ if chain.is_self_signed() && (*reason == Reason::UnknownIssuer || is_authority) => {
            CertificateProblem::SelfSigned
        }
        Reason::UnknownIssuer => CertificateProblem::UnknownIssuer,
        Reason::Revoked => CertificateProblem::Revoked,
        Reason::BadSignature => CertificateProblem::BadSignature,
        Reason::UnsupportedSignatureAlgorithmContext { .. }
        | Reason::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            CertificateProblem::WeakSignature
        }
        Reason::BadEncoding => CertificateProblem::Unreadable,
        Reason::InvalidPurpose | Reason::InvalidPurposeContext { .. } => {
            CertificateProblem::WrongPurpose
        }
        _ if is_authority => CertificateProblem::AuthorityAsServer,
        _ => CertificateProblem::Other(reason.to_string()),
    }
}

/// Whether a server's certificate is an authority's. rustls passes on webpki's own error, which has
/// no type here.
fn is_authority(reason: &CertificateError) -> bool {
    matches!(reason, CertificateError::Other(_))
        && format!("{reason:?}").contains("CaUsedAsEndEntity")
}

fn alert_problem(peer: &Peer, alert: AlertDescription) -> TlsProblem {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired => TlsProblem::CertificateWanted,
        // TLS 1.2 has no alert for a missing certificate.
        Alert::HandshakeFailure | Alert::BadCertificate | Alert::AccessDenied
            if peer.certificate_wanted =>
        {
            TlsProblem::CertificateWanted
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::DecryptError
        | Alert::AccessDenied
            if peer.certificate_sent =>
        {
            TlsProblem::CertificateRefused(name_of(alert))
        }
        Alert::ProtocolVersion => TlsProblem::OldVersion,
        Alert::HandshakeFailure | Alert::InsufficientSecurity => TlsProblem::NothingInCommon,
        Alert::UnrecognisedName => TlsProblem::UnknownName,
        _ => TlsProblem::Alert(name_of(alert)),
    }
}

/// `certificate expired` from `CertificateExpired`, as the standard spells it.
fn name_of(alert: AlertDescription) -> String {
    let mut words = String::new();
    let name = format!("{alert:?}");
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
        before = letter;
    }
    words
}
