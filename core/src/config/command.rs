//! A program that prints the key: `secret-tool`, `security`, `op read`, `pass`.

mod run;
mod words;

use std::fmt;
use std::sync::Arc;

use super::{Asking, config_error};
use crate::error::Error;
use crate::key::{ApiKey, Problem};
use crate::redact::quoted_variable;

/// A program and its arguments, as a variable of the environment names them. Neither Debug
/// nor Display shows them: an argument may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyCommand {
    variable: String,
    program: String,
    arguments: Arc<[String]>,
}

impl KeyCommand {
    /// Splits the text of `variable`; `None` where it has no word.
    ///
    /// # Errors
    /// `config` where a quotation mark is not closed.
    pub fn parse(variable: &str, text: &str) -> Result<Option<Self>, Error> {
        let mut words = words::split(text).ok_or_else(|| {
            config_error(format!(
                "the environment variable {} cannot be split into a program and its \
                 arguments: a quotation mark in it is not closed, or a backslash ends it",
                quoted_variable(variable)
            ))
        })?;
        if words.is_empty() {
            return Ok(None);
        }
        Ok(Some(KeyCommand {
            variable: variable.to_owned(),
            program: words.remove(0),
            arguments: words.into(),
        }))
    }

    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// Runs the program, no longer than `call` lasts.
    ///
    /// # Errors
    /// `config` where it does not end well, and `malformed_api_key` where the first line that
    /// it prints is no key. No error shows what it printed.
    pub fn run(&self, call: &Asking) -> Result<ApiKey, Error> {
        let printed = run::output(&self.program, &self.arguments, &self.variable, call)
            .map_err(|why| config_error(format!("{self} {why}")))?;
        let line = printed.split(|byte| *byte == b'\n').next();
        let line = std::str::from_utf8(line.unwrap_or_default());
        line.map_err(|_| Problem::NonAscii)
            .and_then(ApiKey::parse)
            .map_err(|problem| problem.error(&self.to_string()))
    }
}

impl fmt::Display for KeyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variable = quoted_variable(&self.variable);
        write!(f, "the program that {variable} names")
    }
}

impl fmt::Debug for KeyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCommand({})", quoted_variable(&self.variable))
    }
}
