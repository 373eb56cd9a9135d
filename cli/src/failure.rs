//! Why a command ends early, and what is shown of it.

use std::io;

use neura::{ErrorKind, Options};
use serde_json::{Value, json};

use crate::context::note;
use crate::exit;
use crate::streams::Output;
use crate::style::Style;
use crate::visible::visible;

/// Why a command ends early.
#[derive(Debug)]
pub enum Failure {
    /// The client's error.
    Call(neura::Error),
    /// A failure of the command itself.
    Command {
        /// What failed and what to do next.
        message: String,
        /// The exit code.
        code: u8,
    },
    /// All was said already: only the exit code is left.
    Said(u8),
    /// The reader of the output has gone: the command ends quietly.
    ClosedPipe,
}

impl Failure {
    /// A failure with the exit code [`exit::FAILED`].
    pub fn new(message: impl Into<String>) -> Self {
        Self::with_code(exit::FAILED, message)
    }

    /// The command line or the input cannot be used.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::with_code(exit::USAGE, message)
    }

    /// A failure with this exit code.
    pub fn with_code(code: u8, message: impl Into<String>) -> Self {
        Failure::Command {
            message: message.into(),
            code,
        }
    }

    /// An error of writing the output.
    pub fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::new(format!("the output cannot be written: {error}")),
        }
    }

    /// Says on stderr what failed, as people or programs read it.
    pub(crate) fn show(&self, json: bool, advice: Option<&str>, stderr: &mut Output) {
        let Some(message) = self.message() else {
            return;
        };
        if let (true, Some(error)) = (json, self.to_json()) {
            return note(stderr, &error.to_string());
        }
        let name = Style::Bad.apply("neura:", stderr.has_color());
        note(
            stderr,
            &format!("{name} {}", visible(&message, stderr.is_terminal())),
        );
        if let Some(advice) = advice {
            let advice = visible(advice, stderr.is_terminal());
            note(stderr, &format!("  {advice}"));
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Call(error) => exit::code_of(error.kind()),
            Failure::Command { code, .. } | Failure::Said(code) => *code,
            Failure::ClosedPipe => exit::OK,
        }
    }

    /// What failed and what to do next; `None` if there is nothing to say.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Failure::Call(error) if error.kind() == ErrorKind::Cancelled => None,
            Failure::Call(error) => {
                let mut message = format!("{}: {}", error.kind(), error.message());
                if let Some(id) = error.request_id() {
                    message.push_str(&format!(" (request {id})"));
                }
                Some(message)
            }
            Failure::Command { message, .. } => Some(message.clone()),
            Failure::Said(_) | Failure::ClosedPipe => None,
        }
    }

    /// One more step for the user, which only the command knows.
    pub(crate) fn advice(&self, options: &Options) -> Option<String> {
        match self {
            Failure::Call(error) => advice_for(error.kind(), options),
            _ => None,
        }
    }

    /// As JSON, for `--json`: `{"error": {...}}`.
    pub(crate) fn to_json(&self) -> Option<Value> {
        Some(match self {
            Failure::Call(error) => json!({"error": {
                "kind": error.kind().name(),
                "message": error.message(),
                "status": error.status(),
                "code": error.code(),
                "type": error.type_(),
                "param": error.param(),
                "request_id": error.request_id(),
                "retry_after": error.retry_after().map(|wait| wait.as_secs_f64()),
                "retryable": error.retryable(),
                "attempts": error.attempts(),
            }}),
            Failure::Command { message, .. } => {
                json!({"error": {"kind": "command", "message": message}})
            }
            Failure::Said(_) | Failure::ClosedPipe => return None,
        })
    }
}

/// The commands that help with an error of this kind.
pub(crate) fn advice_for(kind: ErrorKind, options: &Options) -> Option<String> {
    let advice = match kind {
        ErrorKind::MalformedApiKey => "`neura which` shows where the key comes from",
        ErrorKind::InvalidApiKey
        | ErrorKind::ExpiredApiKey
        | ErrorKind::RevokedApiKey
        | ErrorKind::Authentication => {
            return Some(format!(
                "`neura diagnose` looks for the reason; {}",
                how_to_replace(options)
            ));
        }
        ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Tls | ErrorKind::Proxy => {
            "`neura diagnose` checks the way to the service step by step"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// How the key in use is replaced: `neura keys` changes the credentials file alone.
fn how_to_replace(options: &Options) -> String {
    match neura::resolve(options) {
        Ok(key) if key.source() == "command" => format!(
            "the key comes from {}: put a new one where that program has it from",
            key.place()
        ),
        Ok(key) if key.source() != "credentials_file" => {
            format!("the key comes from {}: put a new one there", key.place())
        }
        _ => "`neura keys rotate` puts a new key in place".to_owned(),
    }
}

impl From<neura::Error> for Failure {
    fn from(error: neura::Error) -> Self {
        Failure::Call(error)
    }
}
