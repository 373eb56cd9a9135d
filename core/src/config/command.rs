//! A program that prints the key: `secret-tool`, `security`, `op read`, `pass`.

mod origin;
mod run;
mod words;

use std::fmt;
use std::sync::Arc;

pub(crate) use origin::CommandOrigin;

use super::file::is_utf_16;
use super::{CallbackContext, Environment, config_error};
use crate::error::Error;
use crate::key::{ApiKey, Problem};
use crate::pasted;
use crate::pasted::QUOTES;

/// A program and its arguments, from an environment variable or the credentials file. Neither Debug
/// nor Display shows them: an argument may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyCommand {
    origin: CommandOrigin,
    program: String,
    arguments: Arc<[String]>,
    /// Whether the whole text has quotation marks around it.
    in_quotes: bool,
    environment: Environment,
}

impl KeyCommand {
    /// The same program, which is run with these variables.
    pub fn in_environment(mut self, environment: &Environment) -> Self {
        self.environment = environment.clone();
        self
    }

    /// Splits the text that `origin` has into words. `None` if there are none. Invisible characters
    /// around the text are removed.
    ///
    /// # Errors
    /// `config` if a quotation mark is not closed.
    pub fn parse(origin: CommandOrigin, text: &str) -> Result<Option<Self>, Error> {
        let text = match pasted::trim(text) {
            // The blank that was trimmed belongs to the backslash.
            trimmed if trimmed.ends_with('\\') => text,
            trimmed => trimmed,
        };
        let mut words = words::split(text).ok_or_else(|| {
            config_error(format!(
                "{} cannot be split into a program and its arguments: a quotation mark is not \
                 closed{}, or it ends with a backslash. Correct it",
                origin.place(),
                origin.about_quotes()
            ))
        })?;
        if words.is_empty() {
            return Ok(None);
        }
        // With a shell's quotation marks around it, the text is one word. A shell knows no others.
        let in_quotes =
            text.starts_with(QUOTES) && (words.len() == 1 || !text.starts_with(['"', '\'']));
        Ok(Some(KeyCommand {
            origin,
            in_quotes,
            program: words.remove(0),
            arguments: words.into(),
            environment: Environment::default(),
        }))
    }

    pub fn origin(&self) -> &CommandOrigin {
        &self.origin
    }

    /// Runs the program, at most until `call` ends.
    ///
    /// # Errors
    /// `config` if the program fails or prints UTF-16, or if this process has the rights of another
    /// user; `malformed_api_key` if its first line cannot be a key. No error shows what it printed.
    pub fn run(&self, call: &CallbackContext) -> Result<ApiKey, Error> {
        if has_rights_of_another_user() {
            return Err(config_error(format!(
                "{self} is not run in a process with the rights of another user (setuid or setgid), \
                 whose environment is not that user's. Give the key in another way"
            )));
        }
        let printed =
            run::output(self, call).map_err(|why| config_error(format!("{self} {why}")))?;
        let line = printed.split(|byte| *byte == b'\n').next();
        let line = std::str::from_utf8(line.unwrap_or_default());
        line.map_err(|_| Problem::NonAscii)
            .and_then(ApiKey::parse)
            .map_err(|problem| match is_utf_16(&printed) {
                true => config_error(format!(
                    "{self} prints UTF-16 text. Make it print UTF-8: in PowerShell with \
                     `[Console]::OutputEncoding = [Text.Encoding]::UTF8`"
                )),
                false => problem.error(&self.to_string()),
            })
    }
}

/// Whether a user who is not root has started a setuid or setgid program. The user chose its
/// environment, and a program that it starts would have the rights of the other one.
#[cfg(unix)]
fn has_rights_of_another_user() -> bool {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    !getuid().is_root() && (getuid() != geteuid() || getgid() != getegid())
}

#[cfg(not(unix))]
fn has_rights_of_another_user() -> bool {
    false
}

impl fmt::Display for KeyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the program that {} names", self.origin)
    }
}

impl fmt::Debug for KeyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCommand({})", self.origin)
    }
}
