//! What certificates say of themselves. They come from the other side and may say anything:
//! every text of theirs is bounded, and its control characters are escaped.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ProtocolVersion;
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::redact::escaped;

/// The most characters of a name.
const LONGEST: usize = 200;
/// So many of a certificate's names are told; some have hundreds.
const NAMES: usize = 5;

/// A server's certificate, as far as people ask for it.
pub(crate) struct Certificate {
    /// The version of TLS that was agreed on.
    pub version: &'static str,
    /// Who issued it, as a distinguished name.
    pub issuer: String,
    pub until: SystemTime,
    /// The same in words.
    pub until_text: String,
}

impl Certificate {
    pub fn read(der: &[u8], version: Option<ProtocolVersion>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let until = certificate.validity().not_after;
        let seconds = u64::try_from(until.timestamp()).unwrap_or_default();
        Some(Certificate {
            version: match version {
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                _ => "TLS",
            },
            issuer: in_words(&certificate.issuer().to_string()),
            until: UNIX_EPOCH + Duration::from_secs(seconds),
            until_text: httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)),
        })
    }
}

/// The first and the last second of a certificate's time, since 1970; `None` where it cannot
/// be read.
pub(crate) fn validity(der: &[u8]) -> Option<RangeInclusive<i64>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    Some(validity.not_before.timestamp()..=validity.not_after.timestamp())
}

/// The certificates that a server showed, its own first.
pub(crate) struct Chain<'a>(Vec<X509Certificate<'a>>);

impl<'a> Chain<'a> {
    /// Those that can be read.
    pub fn read(shown: &'a [CertificateDer<'static>]) -> Self {
        let read = |der: &'a CertificateDer<'static>| X509Certificate::from_der(der).ok();
        Chain(
            shown
                .iter()
                .filter_map(read)
                .map(|(_, read)| read)
                .collect(),
        )
    }

    /// Which certificate is not valid today, and since or until when.
    pub fn out_of_date(&self) -> Option<String> {
        let now = OffsetDateTime::now_utc();
        self.0.iter().enumerate().find_map(|(at, certificate)| {
            let (from, until) = (
                certificate.validity().not_before.to_datetime(),
                certificate.validity().not_after.to_datetime(),
            );
            let whose = match at {
                0 => "its certificate".to_owned(),
                _ => format!(
                    "the certificate of its issuer {}",
                    in_words(&certificate.subject().to_string())
                ),
            };
            let (what, otherwise) = if until < now {
                let what = format!("{whose} expired on {}", until.date());
                (what, "Whoever runs the server has to renew it")
            } else if from > now {
                let what = format!("{whose} is valid only from {} on", from.date());
                (what, "Whoever runs the server has to wait, or replace it")
            } else {
                return None;
            };
            Some(format!(
                "{what}, and this machine's clock says {}. {otherwise}, unless the clock is wrong",
                now.date()
            ))
        })
    }

    /// The server's certificate is for no host.
    pub fn has_no_names(&self) -> bool {
        self.hosts().is_empty()
    }

    fn hosts(&self) -> Vec<String> {
        let found = self
            .0
            .first()
            .and_then(|own| own.subject_alternative_name().ok()?);
        found
            .map(|found| found.value.general_names.iter().filter_map(host).collect())
            .unwrap_or_default()
    }

    /// `for a.example and b.example`: the names in the server's certificate.
    pub fn names(&self) -> String {
        let names = self.hosts();
        let shown = names.get(..NAMES).unwrap_or(&names).join(", ");
        match names.len().checked_sub(NAMES) {
            _ if names.is_empty() => "for no host at all (it has no subjectAltName)".to_owned(),
            Some(more @ 1..) => format!("for {shown} and {more} more"),
            _ => format!("for {shown}"),
        }
    }

    /// `was issued by CN=...`: who stands at the end of the certificates that were shown.
    pub fn issuer(&self) -> String {
        let Some(own) = self.0.first() else {
            return "was issued by somebody unknown".to_owned();
        };
        let mut top = own;
        // No chain is longer than the certificates in it, however they name one another.
        for _ in 1..self.0.len() {
            let above = self.0.iter().find(|other| other.subject() == top.issuer());
            match above {
                Some(above) if above.subject() != top.subject() => top = above,
                _ => break,
            }
        }
        let name = |name: &x509_parser::x509::X509Name<'_>| in_words(&name.to_string());
        match self.is_self_signed() {
            true => format!("was signed by itself ({})", name(own.subject())),
            false if top.issuer() == own.issuer() => {
                format!("was issued by {}", name(own.issuer()))
            }
            false => format!(
                "was issued by {}, and that in the end by {}",
                name(own.issuer()),
                name(top.issuer())
            ),
        }
    }

    pub fn is_self_signed(&self) -> bool {
        let own = self.0.first();
        own.is_some_and(|own| own.subject() == own.issuer())
    }
}

fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(in_words(name)),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(|bytes| Ipv4Addr::from(bytes).to_string());
            let v6 = <[u8; 16]>::try_from(*bytes).map(|bytes| Ipv6Addr::from(bytes).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

/// A text of the other side's that can stand in a message.
pub(crate) fn in_words(text: &str) -> String {
    let hidden = |letter: char| {
        // What is not seen at all could make one name look like another.
        matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
    };
    let shown: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if hidden(letter) { '\u{fffd}' } else { letter })
        .collect();
    let mut shown = escaped(&shown).into_owned();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
