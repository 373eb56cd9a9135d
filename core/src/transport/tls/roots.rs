//! The certificates of the authorities to trust, and the check against them.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;

use super::pem::PemFile;
use crate::config::Roots;
use crate::error::{Error, ErrorKind};

/// What a server's certificate is checked against.
pub(super) struct Authorities {
    pub check: Arc<dyn ServerCertVerifier>,
    /// In an error's words.
    pub named: String,
}

impl Authorities {
    /// Those of a file of the caller's, else the system's, else those that come with this
    /// library. `given` are the file's, read before.
    pub fn load(
        roots: &Roots,
        given: Option<&Arc<RootCertStore>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        if let Some(given) = given {
            return against(Arc::clone(given), roots.named(), provider);
        }
        match system(roots, provider) {
            Some(found) => Ok(found),
            // A bare container has none.
            None => {
                let bundled = RootCertStore {
                    roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                };
                let named = "the authorities that come with this library (the system has none)";
                against(Arc::new(bundled), named.to_owned(), provider)
            }
        }
    }
}

/// Reads the file of the caller's, if there is one.
///
/// # Errors
/// `config` where it is missing or damaged, or holds anything that is no certificate: one
/// that is passed over in silence would be missed only by the first call that needs it.
pub(super) fn read_file(roots: &Roots) -> Result<Option<Arc<RootCertStore>>, Error> {
    let Roots::File { path, .. } = roots else {
        return Ok(None);
    };
    let file = PemFile::read(roots.named(), path)?;
    let mut store = RootCertStore::empty();
    for certificate in file.certificates()? {
        store.add(certificate).map_err(|_| {
            let number = store.len() + 1;
            file.wrong(&format!(
                "is damaged: its certificate number {number} cannot be read"
            ))
        })?;
    }
    Ok(Some(Arc::new(store)))
}

fn against(
    store: Arc<RootCertStore>,
    named: String,
    provider: &Arc<CryptoProvider>,
) -> Result<Authorities, Error> {
    let check = WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider))
        .build()
        .map_err(|error| Error::new(ErrorKind::Tls, format!("{named} cannot be used: {error}")))?;
    Ok(Authorities { check, named })
}

/// The platform's verifier would do the same here, but it reads the environment, at the
/// first connection: long after the client was made, and perhaps while the program changes
/// it on another thread.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn system(roots: &Roots, provider: &Arc<CryptoProvider>) -> Option<Authorities> {
    let Roots::System { file, folders } = roots else {
        return None;
    };
    let mut store = RootCertStore::empty();
    let mut load = |file, folder| {
        let found = rustls_native_certs::load_certs_from_paths(file, folder);
        // The system's list may hold one that is of no use here; the others stand.
        store.add_parsable_certificates(found.certs);
    };
    if let Some(file) = file {
        load(Some(file.as_path()), None);
    }
    for folder in folders {
        load(None, Some(folder.as_path()));
    }
    match store.is_empty() {
        true => None,
        false => against(Arc::new(store), roots.named(), provider).ok(),
    }
}

#[cfg(any(windows, target_vendor = "apple"))]
fn system(roots: &Roots, provider: &Arc<CryptoProvider>) -> Option<Authorities> {
    let check = rustls_platform_verifier::Verifier::new(Arc::clone(provider)).ok()?;
    Some(Authorities {
        check: Arc::new(check),
        named: roots.named(),
    })
}

#[cfg(not(any(unix, windows, target_vendor = "apple")))]
fn system(_: &Roots, _: &Arc<CryptoProvider>) -> Option<Authorities> {
    None
}
