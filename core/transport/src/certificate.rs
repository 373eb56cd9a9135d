//! What certificates say. They come from the server and may say anything: every text here is as it
//! was sent, and is not fit for a terminal.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ProtocolVersion;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The certificate of a server that is trusted.
#[derive(Clone, Debug)]
pub struct PeerCertificate {
    /// The version of TLS in use: `TLS 1.3`.
    pub version: &'static str,
    /// Its issuer, as a distinguished name.
    pub issuer: String,
    /// Its last second.
    pub not_after: SystemTime,
}

impl PeerCertificate {
    pub(crate) fn read(der: &[u8], version: Option<ProtocolVersion>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let not_after = certificate.validity().not_after.timestamp();
        let seconds = u64::try_from(not_after).unwrap_or_default();
        Some(PeerCertificate {
            version: match version {
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                _ => "TLS",
            },
            issuer: certificate.issuer().to_string(),
            not_after: UNIX_EPOCH + Duration::from_secs(seconds),
        })
    }
}

/// The first and the last second of a certificate, since 1970; `None` if it cannot be read.
pub(crate) fn validity(der: &[u8]) -> Option<RangeInclusive<i64>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(validity_of(&certificate))
}

fn validity_of(certificate: &X509Certificate<'_>) -> RangeInclusive<i64> {
    let validity = certificate.validity();
    validity.not_before.timestamp()..=validity.not_after.timestamp()
}

/// What the certificates of a server say.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The first certificate that is out of date.
    pub out_of_date: Option<OutOfDate>,
    /// The hosts that the server's certificate is for.
    pub hosts: Vec<String>,
    /// The issuer of the server's certificate.
    pub issued_by: IssuedBy,
}

/// A certificate that is not valid now. Seconds count from 1970.
#[derive(Clone, Debug)]
pub struct OutOfDate {
    /// The subject, if it is the certificate of an issuer and not the server's own.
    pub issuer: Option<String>,
    /// It ended at this second; `None` if it has not begun.
    pub ended: Option<i64>,
    /// Its first second.
    pub begins: i64,
    /// The second of the check by this machine's clock.
    pub now: i64,
}

/// Who issued a certificate.
#[derive(Clone, Debug, Default)]
pub enum IssuedBy {
    /// The certificate cannot be read.
    #[default]
    Unknown,
    /// It is signed by its own key; its subject.
    Itself(String),
    /// An authority.
    Authority {
        /// The issuer of the certificate.
        issuer: String,
        /// The issuer of the last certificate in the chain, if it is another one.
        root: Option<String>,
    },
}

impl Chain {
    /// `sent` are the certificates of the server, its own first. Those that cannot be read are
    /// skipped.
    pub(crate) fn read(sent: &[CertificateDer<'static>]) -> Self {
        let parsed = sent.iter().map(|der| X509Certificate::from_der(der));
        let chain: Vec<_> = parsed.flatten().map(|(_, parsed)| parsed).collect();
        Chain {
            out_of_date: out_of_date(&chain),
            hosts: hosts(&chain),
            issued_by: issued_by(&chain),
        }
    }

    /// Whether the server's certificate is signed by its own key.
    pub fn is_self_signed(&self) -> bool {
        matches!(self.issued_by, IssuedBy::Itself(_))
    }
}

fn out_of_date(chain: &[X509Certificate<'_>]) -> Option<OutOfDate> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    chain.iter().enumerate().find_map(|(at, certificate)| {
        let valid = validity_of(certificate);
        let ended = Some(*valid.end()).filter(|end| *end < now);
        (ended.is_some() || *valid.start() > now).then(|| OutOfDate {
            issuer: (at > 0).then(|| certificate.subject().to_string()),
            ended,
            begins: *valid.start(),
            now,
        })
    })
}

fn hosts(chain: &[X509Certificate<'_>]) -> Vec<String> {
    let found = chain
        .first()
        .and_then(|own| own.subject_alternative_name().ok()?);
    found
        .map(|found| found.value.general_names.iter().filter_map(host).collect())
        .unwrap_or_default()
}

fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(|bytes| Ipv4Addr::from(bytes).to_string());
            let v6 = <[u8; 16]>::try_from(*bytes).map(|bytes| Ipv6Addr::from(bytes).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

fn issued_by(chain: &[X509Certificate<'_>]) -> IssuedBy {
    let Some(own) = chain.first() else {
        return IssuedBy::Unknown;
    };
    if own.subject() == own.issuer() {
        return IssuedBy::Itself(own.subject().to_string());
    }
    let mut top = own;
    // At most as many steps as certificates: they may name one another in a circle.
    for _ in 1..chain.len() {
        let above = chain.iter().find(|other| other.subject() == top.issuer());
        match above {
            Some(above) if above.subject() != top.subject() => top = above,
            _ => break,
        }
    }
    let root = (top.issuer() != own.issuer()).then(|| top.issuer().to_string());
    IssuedBy::Authority {
        issuer: own.issuer().to_string(),
        root,
    }
}
