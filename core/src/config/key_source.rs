//! Where a key or a URL came from, for errors and reports.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde_json::{Value, json};

use super::KeyCommand;
use crate::key::ApiKey;
use crate::option_table::{self, Language, Row};
use crate::redact::{Secrets, quoted, quoted_path, quoted_variable};

/// Where a key came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// By this option.
    Caller(&'static Row),
    /// Given to a client that had another one.
    CallerLater,
    Callback,
    Environment {
        variable: String,
    },
    SecretFile {
        variable: String,
        path: PathBuf,
    },
    Command(KeyCommand),
    EnvFile {
        variable: String,
        path: PathBuf,
    },
    CredentialsFile {
        table: String,
        path: PathBuf,
    },
}

impl Place {
    /// The stable name of the kind of place.
    pub fn source(&self) -> &'static str {
        match self {
            Place::Caller(_) | Place::CallerLater => "caller",
            Place::Callback => "callable",
            Place::Environment { .. } => "environment",
            Place::SecretFile { .. } => "secret_file",
            Place::Command(_) => "command",
            Place::EnvFile { .. } => "env_file",
            Place::CredentialsFile { .. } => "credentials_file",
        }
    }

    /// The variable, in the environment or in a `.env` file.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Place::Environment { variable }
            | Place::SecretFile { variable, .. }
            | Place::EnvFile { variable, .. } => Some(variable),
            Place::Command(command) => Some(command.variable()),
            _ => None,
        }
    }

    pub fn path(&self) -> Option<&Path> {
        match self {
            Place::SecretFile { path, .. }
            | Place::EnvFile { path, .. }
            | Place::CredentialsFile { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether the key may change in its place while a client lives.
    pub fn can_change(&self) -> bool {
        matches!(
            self,
            Place::Callback
                | Place::SecretFile { .. }
                | Place::Command(_)
                | Place::EnvFile { .. }
                | Place::CredentialsFile { .. }
        )
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Caller(option) => f.write_str(&option.place()),
            Place::CallerLater => f.write_str(Language::current().set_api_key()),
            Place::Callback => f.write_str(&option_table::API_KEY_CALLBACK.place()),
            Place::Environment { variable } => {
                write!(f, "the environment variable {}", quoted_variable(variable))
            }
            Place::SecretFile { variable, path } => {
                let (path, variable) = (quoted_path(path), quoted_variable(variable));
                write!(f, "the file {path} that {variable} names")
            }
            Place::EnvFile { variable, path } => {
                write!(f, "{} in {}", quoted_variable(variable), quoted_path(path))
            }
            Place::Command(command) => write!(f, "{command}"),
            Place::CredentialsFile { table, path } => {
                write!(f, "the table [{}] of {}", quoted(table), quoted_path(path))
            }
        }
    }
}

/// Where a base URL came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UrlSource {
    Caller,
    Environment {
        variable: String,
    },
    /// The file that gave the key.
    File {
        source: &'static str,
        path: PathBuf,
    },
    Default,
}

impl UrlSource {
    /// The stable name of the kind of place.
    pub fn source(&self) -> &'static str {
        match self {
            UrlSource::Caller => "caller",
            UrlSource::Environment { .. } => "environment",
            UrlSource::File { source, .. } => source,
            UrlSource::Default => "default",
        }
    }
}

impl fmt::Display for UrlSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UrlSource::Caller => f.write_str(&option_table::BASE_URL.place()),
            UrlSource::Environment { variable } => {
                write!(f, "the environment variable {}", quoted_variable(variable))
            }
            UrlSource::File { path, .. } => f.write_str(&quoted_path(path)),
            UrlSource::Default => f.write_str("the defaults"),
        }
    }
}

/// Where the key in use came from and how it can be told apart; never the key.
#[derive(Clone)]
pub struct KeyInfo {
    pub(crate) place: Place,
    pub(crate) profile: Option<String>,
    pub(crate) mask: Option<String>,
    pub(crate) fingerprint: Option<String>,
    /// Since when the place holds the key, where it says so.
    pub(crate) added: Option<SystemTime>,
    pub(crate) base_url: String,
    /// As it is told; made when it is asked for.
    pub(crate) shown_url: OnceLock<String>,
    pub(crate) base_url_source: &'static str,
    /// What is kept out of what is told.
    pub(crate) secrets: Arc<Secrets>,
}

impl KeyInfo {
    /// Where the key came from: `caller`, `callable`, `environment`, `secret_file`, `command`,
    /// `env_file` or `credentials_file`.
    pub fn source(&self) -> &'static str {
        self.place.source()
    }

    /// `…` and the last four characters of a key of 20 or more, else `…`; `None` for a
    /// callable or a program that was not asked yet.
    pub fn mask(&self) -> Option<&str> {
        self.mask.as_deref()
    }

    /// The first 12 hex digits of the SHA-256 of the key; `None` for a callable or a program
    /// that was not asked yet.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// How many days ago the key came to its place, where that says so: `added` in the
    /// credentials file.
    pub fn key_age_days(&self) -> Option<u64> {
        let age = SystemTime::now().duration_since(self.added?);
        Some(age.unwrap_or_default().as_secs() / 86_400)
    }

    /// Where requests go, for people: what may be a key in it is masked.
    pub fn base_url(&self) -> &str {
        self.shown_url
            .get_or_init(|| self.secrets.quoted(&self.base_url))
    }

    /// The same, told without these secrets.
    pub(crate) fn with_secrets(self, secrets: &Arc<Secrets>) -> Self {
        KeyInfo {
            shown_url: OnceLock::new(),
            secrets: Arc::clone(secrets),
            ..self
        }
    }

    /// The same place with this key.
    pub(crate) fn of_key(&self, key: &ApiKey) -> Self {
        self.secrets.add(key.secret());
        KeyInfo {
            shown_url: OnceLock::new(),
            mask: Some(key.mask()),
            fingerprint: Some(key.fingerprint()),
            ..self.clone()
        }
    }

    /// The place and the mask, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.mask {
            Some(mask) => format!("{} ({mask})", self.place),
            None => self.place.to_string(),
        }
    }

    /// As JSON: `source, name, path, profile, mask, fingerprint, base_url, base_url_source,
    /// key_age_days`, null where absent.
    pub fn to_json(&self) -> Value {
        let name = self.place.variable().map(quoted_variable);
        let path = self.place.path().map(|path| path.display().to_string());
        let told = |text: String| self.secrets.quoted(&text);
        json!({
            "source": self.source(),
            "name": name.map(|name| self.secrets.masked(&name)),
            "path": path.map(|path| self.secrets.masked(&path)),
            "profile": self.profile.clone().map(told),
            "mask": self.mask,
            "fingerprint": self.fingerprint,
            "base_url": self.base_url(),
            "base_url_source": self.base_url_source,
            "key_age_days": self.key_age_days(),
        })
    }
}

impl fmt::Debug for KeyInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyInfo({})", self.to_json())
    }
}
