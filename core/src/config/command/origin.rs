//! What names the program that prints the key.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Environment;
use crate::redact::{quoted, quoted_path, quoted_variable};

/// Tells a program that it was started to print the key of the credentials file.
const MARK: &str = "NEURA_IN_API_KEY_COMMAND";

/// Where the program and its arguments are written.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum CommandOrigin {
    /// An environment variable.
    Variable(String),
    /// `api_key_command` of this table in the credentials file.
    Table { table: String, path: PathBuf },
}

impl CommandOrigin {
    pub fn variable(&self) -> Option<&str> {
        match self {
            CommandOrigin::Variable(variable) => Some(variable),
            CommandOrigin::Table { .. } => None,
        }
    }

    pub fn path(&self) -> Option<&Path> {
        match self {
            CommandOrigin::Variable(_) => None,
            CommandOrigin::Table { path, .. } => Some(path),
        }
    }

    /// The place in words.
    pub fn place(&self) -> String {
        match self {
            CommandOrigin::Variable(_) => format!("the environment variable {self}"),
            CommandOrigin::Table { .. } => self.to_string(),
        }
    }

    /// Why there may be quotation marks around the whole text.
    pub fn about_quotes(&self) -> &'static str {
        match self {
            CommandOrigin::Variable(_) => " (docker's --env-file keeps the marks around a value)",
            CommandOrigin::Table { .. } => "",
        }
    }

    /// Keeps a program that is a client itself from starting itself again.
    pub fn keep_from_itself(&self, command: &mut Command) {
        match self {
            CommandOrigin::Variable(variable) => command.env_remove(variable),
            CommandOrigin::Table { .. } => command.env(MARK, "1"),
        };
    }

    /// Whether this program was started by a command of the credentials file.
    pub fn is_in_command(environment: &Environment) -> bool {
        environment.get(MARK).is_some()
    }
}

impl fmt::Display for CommandOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandOrigin::Variable(variable) => f.write_str(&quoted_variable(variable)),
            CommandOrigin::Table { table, path } => {
                let (table, path) = (quoted(table), quoted_path(path));
                write!(f, "api_key_command in the table [{table}] of {path}")
            }
        }
    }
}
