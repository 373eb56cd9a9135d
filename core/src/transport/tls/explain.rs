//! Why TLS failed, in plain words: what was wrong, and what to do next.

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};

use super::super::certificate::{Chain, in_words};
use super::super::fault::with_tls_source;
use super::seen::Seen;
use crate::error::{Error, ErrorKind};
use crate::option_table;

/// Whom a session is with, and how it stands with the client's own certificate.
pub(super) struct Peer {
    /// As a message quotes it.
    pub host: String,
    /// The server asked for a certificate, and none is set.
    pub asked_in_vain: bool,
    /// The server asked for a certificate, and got it.
    pub has_ours: bool,
}

/// The error of a handshake. `trusted` says of an authority where it would have to
/// stand to be known: `in the ca_file ...`.
pub(super) fn refused(peer: &Peer, error: &TlsError, seen: &Seen, trusted: &str) -> Error {
    let what = match error {
        TlsError::InvalidCertificate(reason) => certificate(peer, reason, seen, trusted),
        // Apple's and Microsoft's verifiers know more errors than rustls has names for.
        TlsError::Other(_) | TlsError::General(_) if !seen.refused.is_empty() => {
            let chain = Chain::read(&seen.refused);
            let said = in_words(&error.to_string());
            chain.out_of_date().unwrap_or_else(|| {
                format!("its certificate was refused by the system's check ({said})")
            })
        }
        TlsError::InvalidMessage(_) => {
            "the answer is not TLS. Does this port speak plain http?".to_owned()
        }
        TlsError::AlertReceived(alert) => self::alert(peer, *alert),
        TlsError::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            OLD.to_owned()
        }
        TlsError::PeerIncompatible(why) => format!(
            "the server offers nothing that is safe enough here ({why:?}). Its TLS has to be \
             renewed"
        ),
        TlsError::NoCertificatesPresented => "the server showed no certificate".to_owned(),
        _ => broken_rules(error),
    };
    let message = format!("no trusted TLS connection to {}: {what}", peer.host);
    with_tls_source(new(message), error)
}

/// The error of a session that was in use.
pub(super) fn broken(peer: &Peer, error: &TlsError) -> Error {
    let what = match error {
        // In TLS 1.3 the server looks at the client's certificate after the handshake.
        TlsError::AlertReceived(alert) => self::alert(peer, *alert),
        TlsError::DecryptError => "what came was changed on its way, or the server made a \
                                   fault. If it stays, ask whoever runs the network between"
            .to_owned(),
        _ => broken_rules(error),
    };
    let message = format!("the TLS connection to {} failed: {what}", peer.host);
    with_tls_source(new(message), error)
}

const OLD: &str = "the server speaks neither TLS 1.2 nor 1.3, and older versions are not safe. \
                   Its TLS has to be renewed";

fn certificate(peer: &Peer, reason: &CertificateError, seen: &Seen, trusted: &str) -> String {
    use CertificateError as Reason;
    let chain = Chain::read(&seen.refused);
    match reason {
        Reason::Expired | Reason::ExpiredContext { .. } => {
            chain.out_of_date().unwrap_or_else(|| {
                "its certificate has expired, or this machine's clock is wrong".to_owned()
            })
        }
        Reason::NotValidYet | Reason::NotValidYetContext { .. } => {
            chain.out_of_date().unwrap_or_else(|| {
                "its certificate is not valid yet, or this machine's clock is wrong".to_owned()
            })
        }
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } if chain.has_no_names() => {
            format!(
                "its certificate is {}. Issue it again for {} (with openssl: -addext \
                 subjectAltName=DNS:NAME or IP:ADDRESS)",
                chain.names(),
                peer.host
            )
        }
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => format!(
            "its certificate is {}, and not for {}. Is the base URL right?",
            chain.names(),
            peer.host
        ),
        // An authority's certificate is refused as a server's before its issuer is looked for.
        _ if chain.is_self_signed() && (*reason == Reason::UnknownIssuer || is_ca(reason)) => {
            format!(
                "its certificate {}, and is not {trusted}. If the server is your own, give that \
                 certificate with {} or SSL_CERT_FILE",
                chain.issuer(),
                option_table::CA_FILE
            )
        }
        Reason::UnknownIssuer => format!(
            "its certificate {}, which is not {trusted}. If that authority is your own, give its \
             certificate with {} or SSL_CERT_FILE; a public server may have left out a \
             certificate between",
            chain.issuer(),
            option_table::CA_FILE
        ),
        Reason::Revoked => format!(
            "its certificate, which {}, was revoked. Whoever runs the server has to replace it",
            chain.issuer()
        ),
        Reason::BadSignature => "a signature in its certificates is wrong: they are damaged, or \
                                 somebody on the way poses as the server"
            .to_owned(),
        Reason::UnsupportedSignatureAlgorithmContext { .. }
        | Reason::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its certificates are signed in a way that is not safe enough here. Whoever runs the \
             server has to replace them"
                .to_owned()
        }
        Reason::BadEncoding => "its certificate cannot be read".to_owned(),
        Reason::InvalidPurpose | Reason::InvalidPurposeContext { .. } => {
            "its certificate is not meant for a server (extendedKeyUsage)".to_owned()
        }
        reason if is_ca(reason) => format!(
            "its certificate is an authority's own, which cannot stand for a server. Make the \
             server's with basicConstraints=CA:FALSE, or add that certificate itself to the file \
             of {} or SSL_CERT_FILE",
            option_table::CA_FILE
        ),
        _ => chain.out_of_date().unwrap_or_else(|| {
            format!(
                "its certificate was refused ({})",
                in_words(&reason.to_string())
            )
        }),
    }
}

/// A server's certificate that is an authority's, by webpki's own name for it, which rustls
/// passes on as it is.
fn is_ca(reason: &CertificateError) -> bool {
    matches!(reason, CertificateError::Other(_))
        && format!("{reason:?}").contains("CaUsedAsEndEntity")
}

/// What a server said before it closed.
fn alert(peer: &Peer, alert: AlertDescription) -> String {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired => wanted(),
        // Servers of TLS 1.2 have no word of their own for a certificate that is missing.
        Alert::HandshakeFailure | Alert::BadCertificate | Alert::AccessDenied
            if peer.asked_in_vain =>
        {
            wanted()
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::DecryptError
        | Alert::AccessDenied
            if peer.has_ours =>
        {
            format!(
                "the server refused the certificate of {} ({}). Is it one that the server knows, \
                 and not out of date?",
                option_table::CLIENT_CERT,
                words(alert)
            )
        }
        Alert::ProtocolVersion => OLD.to_owned(),
        Alert::HandshakeFailure | Alert::InsufficientSecurity => {
            "the server and this client have no safe way to encrypt in common".to_owned()
        }
        Alert::UnrecognisedName => {
            "the server knows no host of that name. Is the base URL right?".to_owned()
        }
        _ => format!("the server broke it off ({})", words(alert)),
    }
}

fn wanted() -> String {
    format!(
        "the server asks for a client certificate: give {}, and {} if its key is in a file of its \
         own",
        option_table::CLIENT_CERT,
        option_table::CLIENT_KEY
    )
}

/// `certificate expired` from `CertificateExpired`, as the standard spells it.
fn words(alert: AlertDescription) -> String {
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

fn broken_rules(error: &TlsError) -> String {
    format!(
        "the server, or something on the way, does not keep to the rules of TLS ({})",
        in_words(&error.to_string())
    )
}

fn new(message: String) -> Error {
    Error::new(ErrorKind::Tls, message)
}
