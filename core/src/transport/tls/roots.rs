//! The certificates of the authorities to trust, and the check against them.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;

use super::pem;
use super::pinned::Pinned;
use crate::config::{Base, CaFile, Roots};
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
    /// library; and those of the file that is trusted besides. `given` are the files'.
    pub fn load(
        roots: &Roots,
        given: &Given,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let also = given.also.as_ref();
        let mut found = match &given.base {
            Some(base) => against(merged(&base.store, also), base.place.clone(), provider)?,
            None => match system(&roots.base, also, provider)? {
                Some(found) => found,
                // A bare container has none.
                None => {
                    let bundled = RootCertStore {
                        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                    };
                    let place =
                        "among the authorities that come with this library (the system has none)";
                    against(merged(&bundled, also), place.to_owned(), provider)?
                }
            },
        };
        if let Some(also) = also {
            found.place = format!("{} or {}", found.place, also.place);
        }
        let of_files = [&given.base, &given.also].into_iter().flatten();
        let certificates = of_files.flat_map(|file| &file.certificates);
        found.check = Arc::new(Pinned::new(certificates, found.check));
        Ok(found)
    }
}

/// The authorities of the caller's files, read when the client was made.
pub(super) struct Given {
    base: Option<CaStore>,
    also: Option<CaStore>,
}

/// The certificates of one file, or of a folder of files.
struct CaStore {
    /// All, as they stand there.
    certificates: Vec<CertificateDer<'static>>,
    store: RootCertStore,
    /// `in the ca_file ...`.
    place: String,
}

impl Given {
    /// Reads the files, if there are any.
    ///
    /// # Errors
    /// `config` where one is missing or damaged, or holds no certificate that can be used.
    pub fn read(roots: &Roots) -> Result<Self, Error> {
        let base = match &roots.base {
            Base::File(file) => Some(CaStore::read(file)?),
            Base::System { .. } => None,
        };
        let also = roots.also.as_ref().map(CaStore::read).transpose()?;
        Ok(Given { base, also })
    }
}

impl CaStore {
    fn read(file: &CaFile) -> Result<Self, Error> {
        let certificates = pem::certificates(file.to_string(), &file.path)?;
        let mut store = RootCertStore::empty();
        let (_, useless) = store.add_parsable_certificates(certificates.iter().cloned());
        // Bundles of many authorities often have an odd one. It spoils nothing for the
        // others, but whoever misses it is told.
        let note = match useless {
            0 => String::new(),
            _ if store.is_empty() => {
                let message = format!("{file} is damaged: no certificate in it can be read");
                return Err(Error::new(ErrorKind::Config, message));
            }
            1 => " (where one certificate cannot be read)".to_owned(),
            many => format!(" (where {many} certificates cannot be read)"),
        };
        Ok(CaStore {
            place: format!("in {file}{note}"),
            certificates,
            store,
        })
    }
}

/// The authorities of both.
fn merged(store: &RootCertStore, also: Option<&CaStore>) -> RootCertStore {
    let more = also.into_iter().flat_map(|also| also.store.roots.iter());
    store.roots.iter().chain(more).cloned().collect()
}

fn against(
    store: RootCertStore,
    place: String,
    provider: &Arc<CryptoProvider>,
) -> Result<Authorities, Error> {
    let check = WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider))
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
fn system(
    base: &Base,
    also: Option<&CaStore>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Authorities>, Error> {
    let Base::System { file, folders } = base else {
        return Ok(None);
    };
    let mut certificates = Vec::new();
    let whole = file.as_ref().map(|file| (Some(file.as_path()), None));
    let parts = folders.iter().map(|folder| (None, Some(folder.as_path())));
    for (file, folder) in whole.into_iter().chain(parts) {
        let found = rustls_native_certs::load_certs_from_paths(file, folder);
        certificates.extend(found.certs);
        // Not those that come with this library in their place, for as long as the client lives.
        if let Some(why) = found.errors.iter().find_map(starved) {
            let message = format!("the system's authorities cannot be read: {why}");
            return Err(Error::new(ErrorKind::Connection, message).with_retryable(true));
        }
    }
    let mut store = RootCertStore::empty();
    // The system's list may hold one that is of no use here; the others stand.
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        return Ok(None);
    }
    let found = against(merged(&store, also), SYSTEM.to_owned(), provider).ok();
    // A server's own certificate is added to these as well.
    Ok(found.map(|mut found| {
        found.check = Arc::new(Pinned::new(&certificates, found.check));
        found
    }))
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
fn system(
    _: &Base,
    also: Option<&CaStore>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Authorities>, Error> {
    use rustls_platform_verifier::Verifier;
    let check = match also {
        None => Verifier::new(Arc::clone(provider)),
        Some(also) => {
            Verifier::new_with_extra_roots(also.certificates.iter().cloned(), Arc::clone(provider))
        }
    };
    Ok(check.ok().map(|check| Authorities {
        check: Arc::new(check),
        place: SYSTEM.to_owned(),
    }))
}

#[cfg(not(any(unix, windows, target_vendor = "apple")))]
fn system(
    _: &Base,
    _: Option<&CaStore>,
    _: &Arc<CryptoProvider>,
) -> Result<Option<Authorities>, Error> {
    Ok(None)
}
