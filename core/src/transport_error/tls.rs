//! Why TLS failed, and what to do next.

use neura_transport::{
    CertificateProblem, Chain, IssuedBy, OutOfDate, RefusedCertificate, TlsFailure, TlsProblem,
};
use time::OffsetDateTime;

use crate::config::NetworkNames;
use crate::option_table;
use crate::redact::{escaped, quoted};

/// How many characters of a name in a certificate are shown.
const LONGEST: usize = 200;
/// How many names of a certificate are shown; some have hundreds.
const NAMES: usize = 5;

const REPLACE: &str = "The server's operator must replace it";

pub(super) fn message(failure: &TlsFailure, network: Option<&NetworkNames>) -> String {
    let host = quoted(&failure.host);
    let what = problem(failure, &host, network);
    match failure.problem {
        TlsProblem::UnreadableCertificate => {
            format!("the certificate of {host} cannot be read. {REPLACE}")
        }
        _ if failure.in_use => format!("the TLS connection to {host} failed: {what}"),
        _ => format!("no trusted TLS connection to {host}: {what}"),
    }
}

fn problem(failure: &TlsFailure, host: &str, network: Option<&NetworkNames>) -> String {
    match &failure.problem {
        TlsProblem::Certificate(refused) => {
            let trusted = match (network, failure.roots) {
                (Some(network), Some(roots)) => network.trusted(roots),
                _ => "trusted here".to_owned(),
            };
            certificate(refused, host, &trusted)
        }
        TlsProblem::UnreadableCertificate => String::new(),
        TlsProblem::NoCertificate => {
            "the server sent no certificate. Is the base URL right?".to_owned()
        }
        TlsProblem::UnusableName => {
            "a certificate cannot contain such a name. Correct the host of the base URL".to_owned()
        }
        TlsProblem::NotTls => "the reply is not TLS. Does this port speak plain http?".to_owned(),
        TlsProblem::OldVersion => "the server speaks neither TLS 1.2 nor 1.3, and older versions \
                                   are not safe. The server's TLS must be updated"
            .to_owned(),
        TlsProblem::Incompatible(why) => format!(
            "the server offers nothing that is safe enough ({why}). The server's TLS must be \
             updated"
        ),
        TlsProblem::NothingInCommon => {
            "the server and this client have no safe cipher in common. The server's TLS must be \
             updated"
                .to_owned()
        }
        TlsProblem::UnknownName => {
            "the server has no host of that name. Is the base URL right?".to_owned()
        }
        TlsProblem::CertificateWanted => format!(
            "the server asks for a client certificate: give {}, and {} if its key is in a file of \
             its own",
            option_table::CLIENT_CERT,
            option_table::CLIENT_KEY
        ),
        TlsProblem::CertificateRefused(alert) => format!(
            "the server refused the certificate of {} ({alert}). Does the server trust it, and is \
             it still valid?",
            option_table::CLIENT_CERT
        ),
        TlsProblem::Alert(alert) => {
            format!("the server ended it ({alert}). Ask the server's operator why")
        }
        TlsProblem::Undecryptable => "the data was changed on its way, or the server made an \
            error. If it happens again, ask the operator of the network"
            .to_owned(),
        TlsProblem::Violation(why) => format!(
            "the server, or something in between, breaks the rules of TLS ({}). If it \
             happens again, ask the server's operator",
            shown(why)
        ),
        TlsProblem::Setup(why) => why.clone(),
    }
}

/// `trusted` says where an authority must be: `in the ca_file ...`.
fn certificate(refused: &RefusedCertificate, host: &str, trusted: &str) -> String {
    let chain = &refused.chain;
    match &refused.problem {
        CertificateProblem::Expired => date(chain, || {
            "its certificate has expired, unless this machine's clock is wrong. The server's \
             operator must renew it"
                .to_owned()
        }),
        CertificateProblem::NotYetValid => date(chain, || {
            "its certificate is not valid yet, unless this machine's clock is wrong. The server's \
             operator must wait, or replace it"
                .to_owned()
        }),
        CertificateProblem::WrongName if chain.hosts.is_empty() => format!(
            "its certificate is {}. Issue it again for {host} (with openssl: -addext \
             subjectAltName=DNS:NAME or IP:ADDRESS)",
            hosts(chain)
        ),
        CertificateProblem::WrongName => format!(
            "its certificate is {}, and not for {host}. Is the base URL right?",
            hosts(chain)
        ),
        CertificateProblem::SelfSigned => format!(
            "its certificate {}, and is not {trusted}. If the server is your own, give that \
             certificate with {} or SSL_CERT_FILE",
            issuer(chain),
            option_table::CA_FILE
        ),
        CertificateProblem::UnknownIssuer => format!(
            "its certificate {}, which is not {trusted}. If that authority is your own, give its \
             certificate with {} or SSL_CERT_FILE; a public server may have left out \
             an intermediate certificate",
            issuer(chain),
            option_table::CA_FILE
        ),
        CertificateProblem::Revoked => format!(
            "its certificate, which {}, was revoked. {REPLACE}",
            issuer(chain)
        ),
        CertificateProblem::BadSignature => "a signature in its certificates is wrong: they are \
                                             damaged, or an attacker in between poses as the server. \
                                             Ask the server's operator"
            .to_owned(),
        CertificateProblem::WeakSignature => "its certificates are signed in a way that is not \
                                              safe enough. The server's operator must replace them"
            .to_owned(),
        CertificateProblem::Unreadable => {
            format!("its certificate cannot be read. {REPLACE}")
        }
        CertificateProblem::WrongPurpose => {
            "its certificate is not meant for a server (extendedKeyUsage). The server's operator \
             must replace it with one for serverAuth"
                .to_owned()
        }
        CertificateProblem::AuthorityAsServer => format!(
            "its certificate belongs to an authority, and cannot be used for a server. Make the \
             server's with basicConstraints=CA:FALSE, or add that certificate itself to the file \
             of {} or SSL_CERT_FILE",
            option_table::CA_FILE
        ),
        CertificateProblem::System(why) => date(chain, || {
            let why = shown(why);
            format!(
                "its certificate was refused by the system's check ({why}). Ask the server's \
                 operator"
            )
        }),
        CertificateProblem::Other(why) => date(chain, || {
            format!(
                "its certificate was refused ({}). Ask the server's operator",
                shown(why)
            )
        }),
    }
}

/// Which certificate has expired or is not valid yet, with the date; else `otherwise`.
fn date(chain: &Chain, otherwise: impl FnOnce() -> String) -> String {
    chain
        .out_of_date
        .as_ref()
        .and_then(out_of_date)
        .unwrap_or_else(otherwise)
}

fn out_of_date(what: &OutOfDate) -> Option<String> {
    let date = |seconds| Some(OffsetDateTime::from_unix_timestamp(seconds).ok()?.date());
    let whose = match &what.issuer {
        None => "its certificate".to_owned(),
        Some(subject) => format!("the certificate of its issuer {}", shown(subject)),
    };
    let (when, otherwise) = match what.ended {
        Some(ended) => (
            format!("expired on {}", date(ended)?),
            "The server's operator must renew it",
        ),
        None => (
            format!("is valid only from {} on", date(what.begins)?),
            "The server's operator must wait, or replace it",
        ),
    };
    Some(format!(
        "{whose} {when}, and this machine's clock says {}. {otherwise}, unless the clock is wrong",
        date(what.now)?
    ))
}

/// `for a.example, b.example`.
fn hosts(chain: &Chain) -> String {
    let names = &chain.hosts;
    let first = names.get(..NAMES).unwrap_or(names);
    let first: Vec<String> = first.iter().map(|name| shown(name)).collect();
    let first = first.join(", ");
    match names.len().checked_sub(NAMES) {
        _ if names.is_empty() => "not for any host (it has no subjectAltName)".to_owned(),
        Some(more @ 1..) => format!("for {first} and {more} more"),
        _ => format!("for {first}"),
    }
}

/// `was issued by CN=...`.
fn issuer(chain: &Chain) -> String {
    match &chain.issued_by {
        IssuedBy::Unknown => "was issued by an unknown authority".to_owned(),
        IssuedBy::Itself(subject) => format!("is self-signed ({})", shown(subject)),
        IssuedBy::Authority { issuer, root: None } => format!("was issued by {}", shown(issuer)),
        IssuedBy::Authority {
            issuer,
            root: Some(root),
        } => format!(
            "was issued by {}, whose root is {}",
            shown(issuer),
            shown(root)
        ),
    }
}

/// A text from a certificate, for a message: shortened, and without control characters.
pub(crate) fn shown(text: &str) -> String {
    let hidden = |letter: char| {
        // An invisible character could make one name look like another.
        matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
    };
    let visible: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if hidden(letter) { '\u{fffd}' } else { letter })
        .collect();
    let mut shown = escaped(&visible).into_owned();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
