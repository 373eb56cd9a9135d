//! Which authorities a client trusts: where their certificates are.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Environment;
use crate::error::Error;
use crate::option_table;
use crate::option_table::Language;
use crate::redact::quoted_path;

/// The variable that names a PEM file of authorities. Source: OpenSSL, as in every other client.
const FILE_VARIABLE: &str = "SSL_CERT_FILE";
/// The variable that names folders of such files.
#[cfg(all(unix, not(target_vendor = "apple")))]
const FOLDERS_VARIABLE: &str = "SSL_CERT_DIR";

/// The variables that the tools of a language read besides [`FILE_VARIABLE`].
struct Variables {
    language: Language,
    /// The first of these that is set names the authorities; no others are trusted.
    instead: &'static [&'static str],
    /// Names authorities that are trusted in addition.
    also: Option<&'static str>,
}

/// Source: requests (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`), libcurl's programs
/// (`CURL_CA_BUNDLE`) and Node (`NODE_EXTRA_CA_CERTS`). Rust's clients have no variable of
/// their own.
const VARIABLES: [Variables; 3] = [
    Variables {
        language: Language::Python,
        instead: &["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
        also: None,
    },
    Variables {
        language: Language::C,
        instead: &["CURL_CA_BUNDLE"],
        also: None,
    },
    Variables {
        language: Language::Node,
        instead: &[],
        also: Some("NODE_EXTRA_CA_CERTS"),
    },
];

/// The authorities to trust. The environment was read when this was made. The certificates are
/// loaded by the first connection; changes of the environment before that have no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roots {
    pub base: Base,
    /// The authorities of this file in addition.
    pub also: Option<CaFile>,
    /// Variables that are set and not used, and why.
    pub not_used: Vec<String>,
}

/// Where the authorities come from, without the additional ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Only those of this file.
    File(CaFile),
    /// The system's. If it keeps them in files, these are the files.
    System {
        file: Option<PathBuf>,
        folders: Vec<PathBuf>,
    },
}

/// A PEM file of authorities, or a folder of such files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaFile {
    pub path: PathBuf,
    named_by: NamedBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedBy {
    /// `ca_file`.
    Option,
    Variable(&'static str),
}

impl Default for Base {
    fn default() -> Self {
        Base::System {
            file: None,
            folders: Vec::new(),
        }
    }
}

impl Roots {
    /// `ca_file`, else the environment's, else the system's. If no connection uses TLS, the
    /// environment is not read, so that nothing in it can be an error.
    ///
    /// # Errors
    /// `config` if a variable that is read cannot be used.
    pub fn of(
        ca_file: Option<&Path>,
        environment: &Environment,
        needs_tls: bool,
    ) -> Result<Self, Error> {
        let option = ca_file.map(|path| CaFile {
            path: environment.located(path.to_owned()),
            named_by: NamedBy::Option,
        });
        if !needs_tls {
            return Ok(Roots {
                base: option.map_or_else(Base::default, Base::File),
                ..Roots::default()
            });
        }
        let known = |own: &&Variables| own.language == Language::current();
        let own = VARIABLES.iter().find(known);
        let read = own.map_or(&[][..], |own| own.instead);
        let read = || [FILE_VARIABLE].into_iter().chain(read.iter().copied());
        let of_variable = |name| CaFile::of_variable(environment, name);
        let chosen = match option {
            Some(option) => Some(option),
            None => read().find_map(of_variable).transpose()?,
        };
        let also = own.and_then(|own| own.also);
        Ok(Roots {
            not_used: not_used(environment, chosen.as_ref(), read().collect(), also),
            base: match chosen {
                Some(file) => Base::File(file),
                None => system(environment)?,
            },
            also: also.and_then(of_variable).transpose()?,
        })
    }
}

/// The authorities as text.
impl fmt::Display for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            Base::File(file) => write!(f, "{file}")?,
            Base::System { .. } => f.write_str("the system's authorities")?,
        }
        match &self.also {
            Some(also) => write!(f, " and {also}"),
            None => Ok(()),
        }
    }
}

impl CaFile {
    /// `None` if the variable is not set.
    fn of_variable(environment: &Environment, name: &'static str) -> Option<Result<Self, Error>> {
        let named_by = NamedBy::Variable(name);
        let path = environment.path(name).transpose()?;
        let path = path.map(|path| environment.located(path));
        Some(path.map(|path| CaFile { path, named_by }))
    }
}

/// As an error shows it.
impl fmt::Display for CaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named_by {
            NamedBy::Option => f.write_str(&option_table::CA_FILE.file(&self.path)),
            NamedBy::Variable(name) => {
                write!(f, "the file {} that {name} names", quoted_path(&self.path))
            }
        }
    }
}

/// The variables of any language's tools that are set and not used: another one takes precedence,
/// or this language's tools do not read it.
fn not_used(
    environment: &Environment,
    chosen: Option<&CaFile>,
    read: Vec<&'static str>,
    also: Option<&'static str>,
) -> Vec<String> {
    let winner = chosen.map(|chosen| match chosen.named_by {
        NamedBy::Option => option_table::CA_FILE.to_string(),
        NamedBy::Variable(name) => name.to_owned(),
    });
    let mut all = vec![FILE_VARIABLE];
    for own in &VARIABLES {
        all.extend(own.instead.iter().copied().chain(own.also));
    }
    let mut unused = Vec::new();
    for (at, name) in all.iter().enumerate() {
        let counts = winner.as_deref() == Some(*name) || also == Some(*name);
        if counts || all[..at].contains(name) || !environment.is_set(name) {
            continue;
        }
        unused.push(match (read.contains(name), &winner) {
            (true, Some(winner)) => format!("{name} is set, but {winner} takes precedence"),
            _ => format!("{name} is set, but not read here"),
        });
    }
    unused
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn system(environment: &Environment) -> Result<Base, Error> {
    if let Some(given) = environment.path(FOLDERS_VARIABLE)? {
        return Ok(Base::System {
            file: None,
            folders: std::env::split_paths(&given)
                .filter(|folder| !folder.as_os_str().is_empty())
                .collect(),
        });
    }
    let found = openssl_probe::probe();
    Ok(Base::System {
        file: found.cert_file,
        folders: found.cert_dir,
    })
}

#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn system(_: &Environment) -> Result<Base, Error> {
    Ok(Base::default())
}
