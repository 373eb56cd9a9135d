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
pub(crate) enum KeySource {
    /// Given by this option.
    Caller(&'static Row),
    /// Given to an existing client by `set_api_key`.
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

impl KeySource {
    /// The stable name of the kind of source.
    pub fn source(&self) -> &'static str {
        match self {
            KeySource::Caller(_) | KeySource::CallerLater => "caller",
            KeySource::Callback => "callable",
            KeySource::Environment { .. } => "environment",
            KeySource::SecretFile { .. } => "secret_file",
            KeySource::Command(_) => "command",
            KeySource::EnvFile { .. } => "env_file",
            KeySource::CredentialsFile { .. } => "credentials_file",
        }
    }

    /// The variable, in the environment or in a `.env` file.
    pub fn variable(&self) -> Option<&str> {
        match self {
            KeySource::Environment { variable }
            | KeySource::SecretFile { variable, .. }
            | KeySource::EnvFile { variable, .. } => Some(variable),
            KeySource::Command(command) => command.origin().variable(),
            _ => None,
        }
    }

    pub fn path(&self) -> Option<&Path> {
        match self {
            KeySource::SecretFile { path, .. }
            | KeySource::EnvFile { path, .. }
            | KeySource::CredentialsFile { path, .. } => Some(path),
            KeySource::Command(command) => command.origin().path(),
            _ => None,
        }
    }

    /// The stable name of the kind of file at `path`.
    pub fn file(&self) -> &'static str {
        match self {
            KeySource::Command(_) => "credentials_file",
            _ => self.source(),
        }
    }

    /// Whether this source can give another key while a client lives.
    pub fn can_change(&self) -> bool {
        matches!(
            self,
            KeySource::Callback
                | KeySource::SecretFile { .. }
                | KeySource::Command(_)
                | KeySource::EnvFile { .. }
                | KeySource::CredentialsFile { .. }
        )
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::Caller(option) => f.write_str(&option.place()),
            KeySource::CallerLater => f.write_str(Language::current().set_api_key()),
            KeySource::Callback => f.write_str(&option_table::API_KEY_CALLBACK.place()),
            KeySource::Environment { variable } => {
                write!(f, "the environment variable {}", quoted_variable(variable))
            }
            KeySource::SecretFile { variable, path } => {
                let (path, variable) = (quoted_path(path), quoted_variable(variable));
                write!(f, "the file {path} that {variable} names")
            }
            KeySource::EnvFile { variable, path } => {
                write!(f, "{} in {}", quoted_variable(variable), quoted_path(path))
            }
            KeySource::Command(command) => write!(f, "{command}"),
            KeySource::CredentialsFile { table, path } => {
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
    /// The stable name of the kind of source.
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

/// Where the key in use came from, its mask and its fingerprint; never the key itself.
#[derive(Clone)]
pub struct KeyInfo {
    pub(crate) key_source: KeySource,
    pub(crate) profile: Option<String>,
    pub(crate) mask: Option<String>,
    pub(crate) fingerprint: Option<String>,
    /// The date of the key, if its source has one.
    pub(crate) added: Option<SystemTime>,
    pub(crate) base_url: String,
    /// `base_url` with secrets masked, made at its first use.
    pub(crate) shown_url: OnceLock<String>,
    pub(crate) base_url_source: &'static str,
    /// What is masked in every text.
    pub(crate) secrets: Arc<Secrets>,
}

impl KeyInfo {
    /// Where the key came from: `caller`, `callable`, `environment`, `secret_file`, `command`,
    /// `env_file` or `credentials_file`.
    pub fn source(&self) -> &'static str {
        self.key_source.source()
    }

    /// The credentials file, if the key came from one.
    pub(crate) fn credentials_file(&self) -> Option<&Path> {
        match &self.key_source {
            KeySource::CredentialsFile { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Where the key came from, for people to read.
    #[doc(hidden)]
    pub fn place(&self) -> String {
        self.key_source.to_string()
    }

    /// `…` and the last four characters of a key of 20 or more, else `…`. `None` until a callable
    /// or a program has given the key.
    pub fn mask(&self) -> Option<&str> {
        self.mask.as_deref()
    }

    /// The first 12 hex digits of the SHA-256 of the key. `None` until a callable or a program has
    /// given the key.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// The age of the key in days, if its source has a date: `added` in the credentials file.
    pub fn key_age_days(&self) -> Option<u64> {
        let age = SystemTime::now().duration_since(self.added?);
        Some(age.unwrap_or_default().as_secs() / 86_400)
    }

    /// Where requests go, for people to read: what may be a key in it is masked.
    pub fn base_url(&self) -> &str {
        self.shown_url
            .get_or_init(|| self.secrets.quoted(&self.base_url))
    }

    /// The same, with these secrets masked.
    pub(crate) fn with_secrets(self, secrets: &Arc<Secrets>) -> Self {
        KeyInfo {
            shown_url: OnceLock::new(),
            secrets: Arc::clone(secrets),
            ..self
        }
    }

    /// The same source with this key.
    pub(crate) fn of_key(&self, key: &ApiKey) -> Self {
        self.secrets.add(key.secret());
        KeyInfo {
            shown_url: OnceLock::new(),
            mask: Some(key.mask()),
            fingerprint: Some(key.fingerprint()),
            ..self.clone()
        }
    }

    /// The source and the mask, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.mask {
            Some(mask) => format!("{} ({mask})", self.key_source),
            None => self.key_source.to_string(),
        }
    }

    /// As JSON: `source, name, path, profile, mask, fingerprint, base_url, base_url_source,
    /// key_age_days`, null if absent.
    pub fn to_json(&self) -> Value {
        let name = self.key_source.variable().map(quoted_variable);
        let path = self
            .key_source
            .path()
            .map(|path| path.display().to_string());
        let shown = |text: String| self.secrets.quoted(&text);
        json!({
            "source": self.source(),
            "name": name.map(|name| self.secrets.masked(&name)),
            "path": path.map(|path| self.secrets.masked(&path)),
            "profile": self.profile.clone().map(shown),
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
