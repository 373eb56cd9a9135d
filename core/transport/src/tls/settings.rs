//! The settings of TLS: plain values that are already checked.

use std::path::PathBuf;

use super::{CaCertificates, ClientIdentity};

/// Which certificates are trusted, and the client's own. Every certificate is checked: there is
/// no setting that turns this off.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    /// The authorities to trust.
    pub roots: Roots,
    /// More authorities, trusted in addition.
    pub extra_roots: Option<CaCertificates>,
    /// The certificate for a server that asks for one. A proxy never gets it.
    pub identity: Option<ClientIdentity>,
}

/// The authorities to trust.
#[derive(Clone, Debug)]
pub enum Roots {
    /// These.
    Given(CaCertificates),
    /// The system's, or those of this crate if the system has none. They are loaded for the first
    /// connection that needs them.
    System {
        /// The system's file of authorities, if it uses files.
        file: Option<PathBuf>,
        /// The system's folders of authorities.
        folders: Vec<PathBuf>,
    },
}

impl Default for TlsSettings {
    fn default() -> Self {
        TlsSettings {
            roots: Roots::System {
                file: None,
                folders: Vec::new(),
            },
            extra_roots: None,
            identity: None,
        }
    }
}
