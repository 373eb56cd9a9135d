//! Which authorities a client trusts: where their certificates stand.

use std::path::{Path, PathBuf};

use super::table;

/// The variable that names a PEM file of authorities. Source: OpenSSL, whose name every
/// other client took over.
const FILE_VARIABLE: &str = "SSL_CERT_FILE";
/// The variable that names folders of them.
#[cfg(all(unix, not(target_vendor = "apple")))]
const FOLDERS_VARIABLE: &str = "SSL_CERT_DIR";

/// The authorities to trust. The environment has been read by now: nothing that changes in
/// it later, when the first connection loads the certificates, has an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Those of this PEM file alone.
    File {
        path: PathBuf,
        /// The option or variable that named it.
        named_by: &'static str,
    },
    /// The system's; where it keeps them in files, these.
    System {
        file: Option<PathBuf>,
        folders: Vec<PathBuf>,
    },
}

impl Default for Roots {
    fn default() -> Self {
        Roots::System {
            file: None,
            folders: Vec::new(),
        }
    }
}

impl Roots {
    /// `ca_file`, else what the environment says, else the system's. Where no connection
    /// uses TLS the environment is not asked, so that nothing in it can be wrong.
    pub fn of(ca_file: Option<&Path>, needs_tls: bool) -> Self {
        if let Some(path) = ca_file {
            return Roots::File {
                path: path.to_owned(),
                named_by: table::CA_FILE.name,
            };
        }
        if !needs_tls {
            return Roots::default();
        }
        match variable(FILE_VARIABLE) {
            Some(path) => Roots::File {
                path,
                named_by: FILE_VARIABLE,
            },
            None => system(),
        }
    }

    /// What these are in an error's words.
    pub fn named(&self) -> String {
        match self {
            Roots::File { path, named_by } if *named_by == FILE_VARIABLE => {
                format!("the file {} that {FILE_VARIABLE} names", path.display())
            }
            Roots::File { path, .. } => table::CA_FILE.file(path),
            Roots::System { .. } => "the system's authorities".to_owned(),
        }
    }
}

/// An empty or blank variable counts as unset, as everywhere.
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.to_str().is_some_and(|text| text.trim().is_empty()))
        .map(PathBuf::from)
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn system() -> Roots {
    if let Some(given) = variable(FOLDERS_VARIABLE) {
        return Roots::System {
            file: None,
            folders: std::env::split_paths(&given)
                .filter(|folder| !folder.as_os_str().is_empty())
                .collect(),
        };
    }
    let found = openssl_probe::probe();
    Roots::System {
        file: found.cert_file,
        folders: found.cert_dir,
    }
}

#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn system() -> Roots {
    Roots::default()
}
