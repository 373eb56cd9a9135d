//! The client's own certificate.

use std::fmt;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use zeroize::Zeroize;

use super::recording_verifier::HandshakeRecord;

/// A certificate with its key, for a server that asks for one. Debug shows neither.
#[derive(Clone)]
pub struct ClientIdentity(Arc<CertifiedKey>);

/// Why a certificate and a key cannot be used together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityError {
    /// The key has a type or size that is not supported.
    UnusableKey,
    /// The key is not that of the first certificate.
    WrongKey,
    /// The first certificate cannot be read.
    UnreadableCertificate,
}

impl ClientIdentity {
    /// `chain` begins with the client's certificate; its issuers follow. The bytes of the key are
    /// wiped.
    ///
    /// # Errors
    /// The two do not fit together, or cannot be used.
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        mut key: PrivateKeyDer<'static>,
    ) -> Result<Self, IdentityError> {
        let parsed = any_supported_type(&key);
        key.zeroize();
        let key = parsed.map_err(|_| IdentityError::UnusableKey)?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) => Ok(ClientIdentity(Arc::new(certified))),
            Err(rustls::Error::InconsistentKeys(_)) => Err(IdentityError::WrongKey),
            Err(_) => Err(IdentityError::UnreadableCertificate),
        }
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientIdentity(…)")
    }
}

/// Gives the identity to a server that asks, and records the question.
#[derive(Debug)]
pub(super) struct ClientCertResolver(pub Option<ClientIdentity>);

impl ResolvesClientCert for ClientCertResolver {
    fn resolve(&self, _issuers: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        HandshakeRecord::note(|record| record.certificate_wanted = true);
        let identity = self.0.as_ref()?;
        Some(Arc::clone(&identity.0))
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
