//! Reads the client's certificate and its key.

use neura_transport::{ClientIdentity, IdentityError};

use super::ClientCert;
use super::pem::PemFile;
use crate::error::Error;
use crate::option_table;
use crate::redact::quoted_path;

impl ClientCert {
    /// Reads and checks the files.
    ///
    /// # Errors
    /// `config` if a file is missing, damaged or encrypted, or if the key does not belong to the
    /// certificate.
    pub fn read(&self) -> Result<ClientIdentity, Error> {
        let named = option_table::CLIENT_CERT.file(&self.certificate);
        let certificate = PemFile::read(named, &self.certificate)?;
        let chain = certificate.certificates()?;
        let (key_file, advice) = match self.key == self.certificate {
            true => (
                certificate,
                Some(format!(
                    "or name the key's own file with {}",
                    option_table::CLIENT_KEY
                )),
            ),
            false => {
                let named = option_table::CLIENT_KEY.file(&self.key);
                (PemFile::read(named, &self.key)?, None)
            }
        };
        let key = key_file.key().map_err(|error| {
            let Some(advice) = &advice else {
                return error;
            };
            error.map_message(|message| {
                let stop = match message.ends_with('?') {
                    true => " If so, replace it,",
                    false => ",",
                };
                format!("{message}{stop} {advice}")
            })
        })?;
        let certificate = quoted_path(&self.certificate);
        ClientIdentity::new(chain, key).map_err(|error| match error {
            IdentityError::UnusableKey => key_file.wrong(
                "holds a key that cannot be used. Give an RSA key of 2048 bits or more, an \
                 elliptic curve key on P-256 or P-384, or an Ed25519 key",
            ),
            IdentityError::WrongKey => key_file.wrong(&format!(
                "holds a key that does not belong to the first certificate in {certificate}. Put \
                 the client's certificate first in that file, followed by its issuers' certificates"
            )),
            IdentityError::UnreadableCertificate => key_file.wrong(&format!(
                "cannot be used, because the first certificate in {certificate} cannot be read. \
                 Replace that file"
            )),
        })
    }
}
