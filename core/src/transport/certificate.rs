//! What a certificate says of itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ProtocolVersion;
use x509_parser::prelude::{FromDer, X509Certificate};

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
            issuer: certificate.issuer().to_string(),
            until: UNIX_EPOCH + Duration::from_secs(seconds),
            until_text: httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)),
        })
    }
}
