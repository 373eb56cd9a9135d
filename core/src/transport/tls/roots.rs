//! The certificates of the authorities to trust, and the check against them.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;

use super::pem::PemFile;
use crate::config::Roots;
use crate::error::{Error, ErrorKind};
#[cfg(all(unix, not(target_vendor = "apple")))]
use crate::exhausted;

const SYSTEM: &str = "among the system's authorities";

/// What a server's certificate is checked against.
pub(super) struct Authorities {
    pub check: Arc<dyn ServerCertVerifier>,
    /// Where an authority stands that is one of them, in an error's words: `in ...`.
    pub place: String,
}

impl Authorities {
    /// Those of a file of the caller's, else the system's, else those that come with this
    /// library. `given` are the file's.
    pub fn load(
        roots: &Roots,
        given: Option<&Given>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        if let Some(given) = given {
            return against(Arc::clone(&given.store), given.place.clone(), provider);
        }
        match system(roots, provider)? {
            Some(found) => Ok(found),
            // A bare container has none.
            None => {
                let bundled = RootCertStore {
                    roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                };
                let place =
                    "among the authorities that come with this library (the system has none)";
                against(Arc::new(bundled), place.to_owned(), provider)
            }
        }
    }
}

/// The authorities of a file of the caller's, read when the client was made.
pub(super) struct Given {
    store: Arc<RootCertStore>,
    /// `in the ca_file ...`.
    place: String,
}

impl Given {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// `config` where it is missing or damaged, or holds no certificate that can be used.
    pub fn read(roots: &Roots) -> Result<Option<Self>, Error> {
        let Roots::File { path, .. } = roots else {
            return Ok(None);
        };
        let file = PemFile::read(roots.named(), path)?;
        let mut store = RootCertStore::empty();
        let (_, useless) = store.add_parsable_certificates(file.certificates()?);
        // Bundles of many authorities often have an odd one. It spoils nothing for the
        // others, but whoever misses it is told.
        let note = match useless {
            0 => String::new(),
            _ if store.is_empty() => {
                return Err(file.wrong("is damaged: no certificate in it can be read"));
            }
            1 => " (where one certificate cannot be read)".to_owned(),
            many => format!(" (where {many} certificates cannot be read)"),
        };
        Ok(Some(Given {
            store: Arc::new(store),
            place: format!("in {}{note}", roots.named()),
        }))
    }
}

fn against(
    store: Arc<RootCertStore>,
    place: String,
    provider: &Arc<CryptoProvider>,
) -> Result<Authorities, Error> {
    let check = WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider))
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Tls, format!("no authority can be used: {error}"))
        })?;
    Ok(Authorities { check, place })
}

/// The platform's verifier would do the same here, but it reads the environment, at the
/// first connection: long after the client was made, and perhaps while the program changes
/// it on another thread.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn system(roots: &Roots, provider: &Arc<CryptoProvider>) -> Result<Option<Authorities>, Error> {
    let Roots::System { file, folders } = roots else {
        return Ok(None);
    };
    let mut store = RootCertStore::empty();
    let mut load = |file, folder| {
        let found = rustls_native_certs::load_certs_from_paths(file, folder);
        // The system's list may hold one that is of no use here; the others stand.
        store.add_parsable_certificates(found.certs);
        found.errors.iter().find_map(starved)
    };
    let whole = file.as_ref().map(|file| (Some(file.as_path()), None));
    let parts = folders.iter().map(|folder| (None, Some(folder.as_path())));
    for (file, folder) in whole.into_iter().chain(parts) {
        // Not those that come with this library in their place, for as long as the client lives.
        if let Some(why) = load(file, folder) {
            let message = format!("{} cannot be read: {why}", roots.named());
            return Err(Error::new(ErrorKind::Connection, message).with_retryable(true));
        }
    }
    Ok(match store.is_empty() {
        true => None,
        false => against(Arc::new(store), SYSTEM.to_owned(), provider).ok(),
    })
}

/// Why the system's authorities may be there all the same, though nobody can read them now.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn starved(error: &rustls_native_certs::Error) -> Option<&'static str> {
    use rustls::pki_types::pem;
    use rustls_native_certs::ErrorKind;
    match &error.kind {
        ErrorKind::Io { inner, .. } | ErrorKind::Pem(pem::Error::Io(inner)) => {
            exhausted::descriptors(inner)
        }
        _ => None,
    }
}

#[cfg(any(windows, target_vendor = "apple"))]
fn system(_: &Roots, provider: &Arc<CryptoProvider>) -> Result<Option<Authorities>, Error> {
    let check = rustls_platform_verifier::Verifier::new(Arc::clone(provider)).ok();
    Ok(check.map(|check| Authorities {
        check: Arc::new(check),
        place: SYSTEM.to_owned(),
    }))
}

#[cfg(not(any(unix, windows, target_vendor = "apple")))]
fn system(_: &Roots, _: &Arc<CryptoProvider>) -> Result<Option<Authorities>, Error> {
    Ok(None)
}
