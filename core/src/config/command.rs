//! A program that prints the key: `secret-tool`, `security`, `op read`, `pass`.

mod run;
mod words;

use std::fmt;
use std::sync::Arc;

use super::file::is_utf_16;
use super::{Asking, config_error};
use crate::error::Error;
use crate::key::{ApiKey, Problem};
use crate::pasted;
use crate::pasted::QUOTES;
use crate::redact::quoted_variable;

/// A program and its arguments, as a variable of the environment names them. Neither Debug
/// nor Display shows them: an argument may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyCommand {
    variable: String,
    program: String,
    arguments: Arc<[String]>,
    /// The whole text has quotation marks around it.
    in_quotes: bool,
}

impl KeyCommand {
    /// Splits the text of `variable`; `None` where it has no word. Invisible characters around
    /// it are no part of it.
    ///
    /// # Errors
    /// `config` where a quotation mark is not closed.
    pub fn parse(variable: &str, text: &str) -> Result<Option<Self>, Error> {
        let text = match pasted::trim(text) {
            // The blank that was trimmed belongs to it.
            trimmed if trimmed.ends_with('\\') => text,
            trimmed => trimmed,
        };
        let mut words = words::split(text).ok_or_else(|| {
            config_error(format!(
                "the environment variable {} cannot be split into a program and its \
                 arguments: a quotation mark in it is not closed (docker's --env-file keeps those \
                 around a value), or a backslash ends it",
                quoted_variable(variable)
            ))
        })?;
        if words.is_empty() {
            return Ok(None);
        }
        // A shell's marks around all of it make one word of it; no other mark is a shell's.
        let in_quotes =
            text.starts_with(QUOTES) && (words.len() == 1 || !text.starts_with(['"', '\'']));
        Ok(Some(KeyCommand {
            variable: variable.to_owned(),
            in_quotes,
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
    /// `config` where it does not end well or prints UTF-16, and `malformed_api_key` where the
    /// first line that it prints is no key. No error shows what it printed.
    pub fn run(&self, call: &Asking) -> Result<ApiKey, Error> {
        let printed =
            run::output(self, call).map_err(|why| config_error(format!("{self} {why}")))?;
        let line = printed.split(|byte| *byte == b'\n').next();
        let line = std::str::from_utf8(line.unwrap_or_default());
        line.map_err(|_| Problem::NonAscii)
            .and_then(ApiKey::parse)
            .map_err(|problem| match is_utf_16(&printed) {
                true => config_error(format!(
                    "{self} prints UTF-16 text. Have it print UTF-8: in PowerShell with \
                     `[Console]::OutputEncoding = [Text.Encoding]::UTF8`"
                )),
                false => problem.error(&self.to_string()),
            })
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
