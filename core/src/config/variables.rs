//! Reading environment variables: when one counts as set, and what its value is.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Options, config_error};
use crate::error::Error;
use crate::pasted::{is_blank, is_quoted, trim};
use crate::redact::quoted_variable;

/// The environment that options are read from: variables, and the working directory.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// Those of a part of the process that has its own; `None` for those of this process, read when
    /// they are needed.
    own: Option<Arc<HashMap<OsString, OsString>>>,
    /// The same of the working directory.
    directory: Option<PathBuf>,
}

impl Options {
    /// Variables in place of those of the process, also for a program that prints the key: a
    /// worker thread of Node has its own.
    #[doc(hidden)]
    pub fn set_environment<N: Into<OsString>, V: Into<OsString>>(
        &mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) {
        let own = variables.into_iter();
        let own = own.map(|(name, value)| (as_found(name.into()), value.into()));
        self.environment.own = Some(Arc::new(own.collect()));
    }

    /// A working directory in place of that of the process: where the search for a `.env` file
    /// starts, where relative paths of files begin, and where a program that prints the key runs.
    #[doc(hidden)]
    pub fn set_working_directory(&mut self, directory: impl Into<PathBuf>) {
        self.environment.directory = Some(directory.into());
    }
}

/// Windows ignores the case of a variable's name.
fn as_found(name: OsString) -> OsString {
    match cfg!(windows) {
        true => name.to_ascii_uppercase(),
        false => name,
    }
}

impl Environment {
    /// The value as it is.
    pub fn get(&self, name: &str) -> Option<OsString> {
        match &self.own {
            None => std::env::var_os(name),
            Some(own) => own.get(&as_found(name.into())).cloned(),
        }
    }

    /// The names of all variables that are text.
    pub fn names(&self) -> Vec<String> {
        let text = |name: OsString| name.into_string().ok();
        match &self.own {
            None => std::env::vars_os()
                .filter_map(|(name, _)| text(name))
                .collect(),
            Some(own) => own.keys().cloned().filter_map(text).collect(),
        }
    }

    /// The working directory, if it is still there.
    pub fn directory(&self) -> Option<PathBuf> {
        let own = self.directory.clone();
        own.or_else(|| std::env::current_dir().ok())
    }

    /// The path from the working directory.
    pub fn located(&self, path: PathBuf) -> PathBuf {
        match &self.directory {
            Some(directory) => directory.join(path),
            None => path,
        }
    }

    /// The absolute path, so that a change of the working directory has no effect.
    pub fn absolute(&self, path: PathBuf) -> PathBuf {
        let path = self.located(path);
        std::path::absolute(&path).unwrap_or(path)
    }

    /// The home folder. A relative one begins at the working directory, as git takes it; it is made
    /// absolute, so that a later change of the directory has no effect.
    pub fn home(&self) -> Option<PathBuf> {
        let variable = match cfg!(windows) {
            true => "USERPROFILE",
            false => "HOME",
        };
        let own = match &self.own {
            None => None,
            Some(_) => self.get(variable).filter(|home| !home.is_empty()),
        };
        let home = own.map(PathBuf::from).or_else(std::env::home_dir);
        home.map(|home| self.absolute(home))
    }

    /// Gives a program these variables and this working directory.
    pub fn give_to(&self, command: &mut Command) {
        if let Some(own) = &self.own {
            command.env_clear().envs(own.iter());
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
    }

    /// The value, trimmed of white space and invisible characters. `None` if it is empty then, or
    /// the variable is not set.
    ///
    /// # Errors
    /// `config` if it is not UTF-8, or begins or ends with a quotation mark.
    pub(super) fn text(&self, name: &str) -> Result<Option<Zeroizing<String>>, Error> {
        text_of(name, self.get(name))
    }

    /// The value unchanged: with quotation marks, even if blank.
    ///
    /// # Errors
    /// `config` if it is not UTF-8.
    pub(super) fn raw(&self, name: &str) -> Result<Option<Zeroizing<String>>, Error> {
        utf_8(name, self.get(name))
    }

    /// A path, or several as in `PATH`. If a file of exactly this name exists, the value is used
    /// unchanged; otherwise it is read like any other text.
    ///
    /// # Errors
    /// As [`text`](Self::text), but a path need not be UTF-8.
    pub fn path(&self, name: &str) -> Result<Option<PathBuf>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        if value.to_str().is_none() || !is_blank_value(&value) && self.is_there(&value) {
            return Ok(Some(value.into()));
        }
        Ok(text_of(name, Some(value))?.map(|text| PathBuf::from(text.as_str())))
    }

    fn is_there(&self, value: &OsStr) -> bool {
        let path = self.located(value.into());
        path.symlink_metadata().is_ok()
    }

    /// Whether the variable holds more than white space and invisible characters.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !is_blank_value(&value))
    }
}

/// As [`Environment::text`], for a value that was read already. Pure.
pub(super) fn text_of(
    name: &str,
    value: Option<OsString>,
) -> Result<Option<Zeroizing<String>>, Error> {
    let Some(text) = utf_8(name, value)? else {
        return Ok(None);
    };
    match trim(&text) {
        "" => Ok(None),
        trimmed if is_quoted(trimmed) => Err(has_quotes(name)),
        trimmed => Ok(Some(Zeroizing::new(trimmed.to_owned()))),
    }
}

pub(super) fn is_blank_value(value: &OsStr) -> bool {
    value.to_str().is_some_and(is_blank)
}

/// No error shows the value: it may hold a password, or a key in the wrong place.
fn utf_8(name: &str, value: Option<OsString>) -> Result<Option<Zeroizing<String>>, Error> {
    let text = value.map(|value| value.into_string().map(Zeroizing::new));
    text.transpose().map_err(|_| {
        let name = quoted_variable(name);
        config_error(format!(
            "the environment variable {name} is not UTF-8 text. Set it again as UTF-8, or unset it"
        ))
    })
}

/// Shells remove the quotation marks of an assignment; docker's `--env-file` keeps them.
fn has_quotes(name: &str) -> Error {
    config_error(format!(
        "the environment variable {} has quotation marks around its value, which count as \
         a part of it (docker's --env-file keeps them). Remove them",
        quoted_variable(name)
    ))
}
