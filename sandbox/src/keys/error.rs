//! Errors of the key store.

use std::fmt;
use std::path::PathBuf;

use super::secret::without_key;

/// An error of the key store; its message says how to fix it.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The file does not exist, and the command does not create it.
    Missing {
        /// The file named by `--db`.
        path: PathBuf,
    },
    /// The file exists or was created, but SQLite cannot open it.
    CannotOpen {
        /// The file named by `--db`.
        path: PathBuf,
        /// SQLite's message.
        reason: String,
    },
    /// Other users can read the file, and its mode cannot be changed.
    OpenToOthers {
        /// The file named by `--db`.
        path: PathBuf,
        /// The system's message.
        reason: String,
    },
    /// The file is not an SQLite database.
    NotADatabase {
        /// The file named by `--db`.
        path: PathBuf,
    },
    /// The file is an SQLite database of another program.
    Foreign {
        /// The file named by `--db`.
        path: PathBuf,
    },
    /// The file was written by a later version of the sandbox.
    TooNew {
        /// The file named by `--db`.
        path: PathBuf,
        /// The layout version in the file.
        version: i64,
    },
    /// Another process locked the file for too long.
    Busy,
    /// SQLite failed in another way.
    Sqlite {
        /// SQLite's message.
        reason: String,
    },
    /// A row has a tier that this version does not know.
    UnknownTier {
        /// The key's id.
        id: String,
        /// The tier in the row.
        tier: String,
    },
    /// A row has an environment that this version does not know.
    UnknownEnvironment {
        /// The key's id.
        id: String,
        /// The environment in the row.
        environment: String,
    },
    /// No key has that id or name.
    UnknownKey {
        /// The id or name in the command.
        wanted: String,
    },
    /// Several keys have that name.
    AmbiguousName {
        /// The id or name in the command.
        name: String,
        /// The ids of the keys with that name.
        ids: Vec<String>,
    },
    /// The name is empty, too long or has control characters.
    BadName,
    /// The system returned no random bytes.
    NoRandomness {
        /// The system's message.
        reason: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(
                f,
                "--db {}: there is no such file; `neura-sandbox keys create --db {0} --name NAME` \
                 creates it",
                path.display()
            ),
            Self::CannotOpen { path, reason } => write!(
                f,
                "--db {}: cannot be opened as a database ({reason}); check that its folder \
                 exists and is writable",
                path.display()
            ),
            Self::OpenToOthers { path, reason } => write!(
                f,
                "--db {}: other users can read or write this file, and its mode cannot be \
                 changed ({reason}); let its owner run `chmod 600` on it, or name another file",
                path.display()
            ),
            Self::NotADatabase { path } => write!(
                f,
                "--db {}: is not an SQLite database; name another file, or one that does not \
                 exist yet",
                path.display()
            ),
            Self::Foreign { path } => write!(
                f,
                "--db {}: is an SQLite database of another program and was left untouched; \
                 name another file, or one that does not exist yet",
                path.display()
            ),
            Self::TooNew { path, version } => write!(
                f,
                "--db {}: was written by a later neura-sandbox (layout {version}); use that \
                 version, or another file",
                path.display()
            ),
            Self::Busy => f.write_str(
                "the key database is locked by another process; try again when it has finished",
            ),
            Self::Sqlite { reason } => write!(f, "the key database failed: {reason}"),
            Self::UnknownTier { id, tier } => write!(
                f,
                "key {id} has the tier {tier:?}, which this version does not know"
            ),
            Self::UnknownEnvironment { id, environment } => write!(
                f,
                "key {id} has the environment {environment:?}, which this version does not know"
            ),
            Self::UnknownKey { wanted } => write!(
                f,
                "no key has the id or name {:?}; `neura-sandbox keys list` shows all",
                without_key(wanted)
            ),
            Self::AmbiguousName { name, ids } => write!(
                f,
                "{} keys have the name {name:?}; give one of the ids {}",
                ids.len(),
                ids.join(", ")
            ),
            Self::BadName => {
                f.write_str("a key's name must have 1 to 100 characters, not only blanks, and no control characters")
            }
            Self::NoRandomness { reason } => {
                write!(f, "the system returned no random bytes for a key: {reason}")
            }
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite {
                reason: error.to_string(),
            },
        }
    }
}
