//! Server certificates that are trusted themselves, without an authority.

use std::collections::HashSet;
use std::sync::Arc;

use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error};
use sha2::{Digest, Sha256};

use super::delegation::delegate_to;
use crate::certificate::validity;

/// Trusts these certificates when a server presents one of them itself; another verifier checks all
/// others.
///
/// `openssl req -x509` makes a certificate of an authority. webpki refuses it as a server's even if
/// it is trusted; OpenSSL, and so curl, Python and Node, accept it. Source: faults.md, 102. Its names
/// and dates are checked here. The other verifier checks the signature of the handshake, which
/// proves that the server has the key.
#[derive(Debug)]
pub(super) struct PinnedVerifier {
    /// The SHA-256 of each.
    digests: HashSet<[u8; 32]>,
    others: Arc<dyn ServerCertVerifier>,
}

impl PinnedVerifier {
    pub fn new<'c>(
        certificates: impl IntoIterator<Item = &'c CertificateDer<'static>>,
        others: Arc<dyn ServerCertVerifier>,
    ) -> Self {
        PinnedVerifier {
            digests: certificates.into_iter().map(digest).collect(),
            others,
        }
    }
}

fn digest(certificate: &CertificateDer<'_>) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

impl ServerCertVerifier for PinnedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !self.digests.contains(&digest(end_entity)) {
            return self.others.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
        }
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let valid = validity(end_entity).ok_or(CertificateError::BadEncoding)?;
        if seconds < *valid.start() {
            return Err(CertificateError::NotValidYet.into());
        }
        if seconds > *valid.end() {
            return Err(CertificateError::Expired.into());
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    delegate_to!(others);
}
