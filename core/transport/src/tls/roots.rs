//! The certificate authorities to trust, and the verifier that checks against them.

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;

use super::pinned_verifier::PinnedVerifier;
use super::settings::{Roots, TlsSettings};
#[cfg(all(unix, not(target_vendor = "apple")))]
use crate::exhausted;
#[cfg(all(unix, not(target_vendor = "apple")))]
use crate::failure::Cause;
use crate::failure::{Failure, RootsInUse};

/// Certificates of authorities. A server may also present one of them as its own.
#[derive(Clone)]
pub struct CaCertificates(Arc<Parsed>);

struct Parsed {
    /// All, as they were given.
    certificates: Vec<CertificateDer<'static>>,
    store: RootCertStore,
}

impl CaCertificates {
    /// Parses certificates; also returns how many cannot be used as an authority's. Large bundles
    /// often have one that cannot; the rest is used.
    pub fn parse(certificates: Vec<CertificateDer<'static>>) -> (Self, usize) {
        let mut store = RootCertStore::empty();
        let (_, unusable) = store.add_parsable_certificates(certificates.iter().cloned());
        let parsed = Parsed {
            certificates,
            store,
        };
        (CaCertificates(Arc::new(parsed)), unusable)
    }

    /// Whether none can be used as an authority's.
    pub fn is_empty(&self) -> bool {
        self.0.store.is_empty()
    }
}

impl fmt::Debug for CaCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.certificates.len())
    }
}

/// A verifier, and the authorities that it trusts.
pub(super) struct Trusted {
    pub verifier: Arc<dyn ServerCertVerifier>,
    pub roots: RootsInUse,
}

impl Trusted {
    /// Loads the authorities: those of the settings, else the system's, else those that come with
    /// this crate; and the extra ones.
    pub fn load(settings: &TlsSettings, provider: &Arc<CryptoProvider>) -> Result<Self, LoadError> {
        let extra = settings.extra_roots.as_ref();
        let (given, mut trusted) = match &settings.roots {
            Roots::Given(given) => {
                let store = merged(&given.0.store, extra);
                (Some(given), verifier(store, RootsInUse::Given, provider)?)
            }
            Roots::System { .. } => match system(&settings.roots, extra, provider)? {
                Some(system) => (None, system),
                // As in a bare container.
                None => {
                    let bundled = RootCertStore {
                        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                    };
                    let store = merged(&bundled, extra);
                    (None, verifier(store, RootsInUse::Bundled, provider)?)
                }
            },
        };
        let pinned = [given, extra].into_iter().flatten();
        let pinned = pinned.flat_map(|given| &given.0.certificates);
        trusted.verifier = Arc::new(PinnedVerifier::new(pinned, trusted.verifier));
        Ok(trusted)
    }
}

/// Why there is no verifier.
pub(super) enum LoadError {
    /// The authorities cannot be read now.
    #[cfg_attr(any(not(unix), target_vendor = "apple"), allow(dead_code))]
    Failure(Failure),
    Rustls(String),
}

fn merged(store: &RootCertStore, extra: Option<&CaCertificates>) -> RootCertStore {
    let more = extra
        .into_iter()
        .flat_map(|extra| extra.0.store.roots.iter());
    store.roots.iter().chain(more).cloned().collect()
}

fn verifier(
    store: RootCertStore,
    roots: RootsInUse,
    provider: &Arc<CryptoProvider>,
) -> Result<Trusted, LoadError> {
    let verifier = WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider))
        .build()
        .map_err(|error| LoadError::Rustls(format!("no authority can be used: {error}")))?;
    Ok(Trusted { verifier, roots })
}

/// Not with the platform's verifier: it reads the environment, and does so at the first connection,
/// when the program may change it on another thread.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn system(
    roots: &Roots,
    extra: Option<&CaCertificates>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Trusted>, LoadError> {
    let Roots::System { file, folders } = roots else {
        return Ok(None);
    };
    let mut certificates = Vec::new();
    let whole = file.as_ref().map(|file| (Some(file.as_path()), None));
    let parts = folders.iter().map(|folder| (None, Some(folder.as_path())));
    for (file, folder) in whole.into_iter().chain(parts) {
        let found = rustls_native_certs::load_certs_from_paths(file, folder);
        certificates.extend(found.certs);
        // A lack of descriptors passes. Without this check the client would use the bundled
        // authorities for as long as it lives.
        if let Some(whose) = found.errors.iter().find_map(lacks_descriptors) {
            return Err(LoadError::Failure(Cause::SystemRoots(whose).into()));
        }
    }
    let mut store = RootCertStore::empty();
    // The system's list may have unusable certificates; the others are used.
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        return Ok(None);
    }
    let found = verifier(merged(&store, extra), RootsInUse::System, provider).ok();
    // A server's own certificate may be among the system's too.
    Ok(found.map(|mut found| {
        found.verifier = Arc::new(PinnedVerifier::new(&certificates, found.verifier));
        found
    }))
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn lacks_descriptors(error: &rustls_native_certs::Error) -> Option<exhausted::Exhausted> {
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
    _: &Roots,
    extra: Option<&CaCertificates>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Trusted>, LoadError> {
    use rustls_platform_verifier::Verifier;
    let verifier = match extra {
        None => Verifier::new(Arc::clone(provider)),
        Some(extra) => Verifier::new_with_extra_roots(
            extra.0.certificates.iter().cloned(),
            Arc::clone(provider),
        ),
    };
    Ok(verifier.ok().map(|verifier| Trusted {
        verifier: Arc::new(verifier),
        roots: RootsInUse::System,
    }))
}

#[cfg(not(any(unix, windows, target_vendor = "apple")))]
fn system(
    _: &Roots,
    _: Option<&CaCertificates>,
    _: &Arc<CryptoProvider>,
) -> Result<Option<Trusted>, LoadError> {
    Ok(None)
}
