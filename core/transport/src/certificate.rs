//! What certificates say. They come from the server and may say anything: every text here is as it
//! was sent, and is not fit for a terminal.

use std::mem::take;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ProtocolVersion;
use rustls::pki_types::CertificateDer;

mod x509;

use x509::Certificate;

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
        let certificate = Certificate::read(der)?;
        let seconds = u64::try_from(*certificate.valid.end()).unwrap_or_default();
        Some(PeerCertificate {
            version: match version {
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                _ => "TLS",
            },
            issuer: certificate.issuer.text(),
            not_after: UNIX_EPOCH + Duration::from_secs(seconds),
        })
    }
}

/// The first and the last second of a certificate, since 1970; `None` if it cannot be read.
pub(crate) fn validity(der: &[u8]) -> Option<RangeInclusive<i64>> {
    Certificate::read(der).map(|certificate| certificate.valid)
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
        let read = sent.iter().map(|der| Certificate::read(der));
        let mut chain: Vec<_> = read.flatten().collect();
        Chain {
            hosts: chain
                .first_mut()
                .map(|own| take(&mut own.hosts))
                .unwrap_or_default(),
            out_of_date: out_of_date(&chain),
            issued_by: issued_by(&chain),
        }
    }

    /// Whether the server's certificate is signed by its own key.
    pub fn is_self_signed(&self) -> bool {
        matches!(self.issued_by, IssuedBy::Itself(_))
    }
}

fn out_of_date(chain: &[Certificate<'_>]) -> Option<OutOfDate> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    chain.iter().enumerate().find_map(|(at, certificate)| {
        let valid = &certificate.valid;
        let ended = Some(*valid.end()).filter(|end| *end < now);
        (ended.is_some() || *valid.start() > now).then(|| OutOfDate {
            issuer: (at > 0).then(|| certificate.subject.text()),
            ended,
            begins: *valid.start(),
            now,
        })
    })
}

fn issued_by(chain: &[Certificate<'_>]) -> IssuedBy {
    let Some(own) = chain.first() else {
        return IssuedBy::Unknown;
    };
    if own.subject == own.issuer {
        return IssuedBy::Itself(own.subject.text());
    }
    let mut top = own;
    // At most as many steps as certificates: they may name one another in a circle.
    for _ in 1..chain.len() {
        let above = chain.iter().find(|other| other.subject == top.issuer);
        match above {
            Some(above) if above.subject != top.subject => top = above,
            _ => break,
        }
    }
    let root = (top.issuer != own.issuer).then(|| top.issuer.text());
    IssuedBy::Authority {
        issuer: own.issuer.text(),
        root,
    }
}
