//! The certificate that the client shows to a server that asks for one.

use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::sign::CertifiedKey;
use zeroize::Zeroize;

use super::pem::PemFile;
use super::seen::Seen;
use crate::config::ClientCert;
use crate::error::Error;
use crate::option_table;
use crate::redact::quoted_path;

/// Reads the certificate and its key.
///
/// # Errors
/// `config` where one is missing, damaged or encrypted, or where they do not belong together.
pub(super) fn read(files: &ClientCert) -> Result<Arc<CertifiedKey>, Error> {
    let named = option_table::CLIENT_CERT.file(&files.certificate);
    let certificate = PemFile::read(named, &files.certificate)?;
    let chain = certificate.certificates()?;
    let (key_file, lacking) = match files.key == files.certificate {
        true => (
            certificate,
            format!(
                ", or name the key's own file with {}",
                option_table::CLIENT_KEY
            ),
        ),
        false => {
            let named = option_table::CLIENT_KEY.file(&files.key);
            (PemFile::read(named, &files.key)?, String::new())
        }
    };
    let mut der = key_file
        .key()
        .map_err(|error| error.map_message(|message| format!("{message}{lacking}")))?;
    let key = any_supported_type(&der);
    der.zeroize();
    let key = key.map_err(|_| {
        key_file.wrong(
            "holds a key that cannot be used. Give an RSA key of 2048 bits or more, an elliptic \
             curve key on P-256 or P-384, or an Ed25519 key",
        )
    })?;
    let both = CertifiedKey::new(chain, key);
    match both.keys_match() {
        Ok(()) => Ok(Arc::new(both)),
        Err(rustls::Error::InconsistentKeys(_)) => Err(key_file.wrong(&format!(
            "holds a key that is not that of the certificate in {}. The client's certificate \
             must stand first there, its issuers' behind it",
            quoted_path(&files.certificate)
        ))),
        Err(_) => Err(key_file.wrong(&format!(
            "has no use: the first certificate in {} cannot be read",
            quoted_path(&files.certificate)
        ))),
    }
}

/// Shows the certificate to whoever asks, and notes that somebody did.
pub(super) struct Shown(pub Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _issuers: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Seen::note(|seen| seen.asked = true);
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({})", if self.0.is_some() { "…" } else { "none" })
    }
}
