//! The language that the caller's program is written in, or the command `neura`.

use std::sync::atomic::{AtomicU8, Ordering};

/// The language of the caller's program.
///
/// The `User-Agent` names it, and messages spell options as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Language {
    /// The core itself.
    Rust,
    /// The package `neura_ai`.
    Python,
    /// The package `neura-ai`.
    Node,
    /// `neura.h`, and C++ on top of it.
    C,
    /// The command `neura`, whose options are those of a command line.
    Command,
}

/// One value for the process: each binding is a library with its own copy of the core.
static CURRENT: AtomicU8 = AtomicU8::new(Language::Rust as u8);

/// Sets the binding that this copy of the core belongs to. Default: Rust.
pub fn set_language(language: Language) {
    CURRENT.store(language as u8, Ordering::Relaxed);
}

impl Language {
    /// Those that programs are written in: the table of options has their names.
    pub(crate) const ALL: [Language; 4] = [
        Language::Rust,
        Language::Python,
        Language::Node,
        Language::C,
    ];

    /// The language of the caller's program.
    pub(crate) fn current() -> Self {
        let number = CURRENT.load(Ordering::Relaxed);
        let all = Self::ALL.into_iter().chain([Language::Command]);
        let found = all.into_iter().find(|language| *language as u8 == number);
        found.unwrap_or(Language::Rust)
    }

    /// The name in the `User-Agent`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
            Language::Node => "node",
            Language::C => "c",
            Language::Command => "cli",
        }
    }

    /// The value of a time limit that means no limit.
    pub(crate) fn no_limit(self) -> &'static str {
        match self {
            Language::Rust | Language::Python => "None",
            Language::Node => "null",
            Language::C => "NEURA_NO_LIMIT",
            Language::Command => "none",
        }
    }

    /// The function that gives a client another key.
    pub(crate) fn set_api_key(self) -> &'static str {
        match self {
            Language::Rust | Language::Python | Language::Command => "set_api_key",
            Language::Node => "setApiKey",
            Language::C => "neura_client_set_api_key",
        }
    }

    /// How to give a key that was not found.
    pub(crate) fn give_api_key(self) -> String {
        match self {
            Language::Command => "keep a key with `neura keys add`".to_owned(),
            _ => format!("give {}", super::API_KEY),
        }
    }

    /// How to keep a key of this profile, if the caller has a command for it.
    pub(crate) fn keep_api_key(self, profile: &str) -> Option<String> {
        let is_command = self == Language::Command;
        is_command.then(|| format!("keep it with `neura keys add --profile {profile}`"))
    }

    /// How to send a request without a check of its parameters.
    pub(crate) fn unchecked(self) -> &'static str {
        match self {
            Language::Rust => "send the request with `post`",
            Language::Python => "put it into extra_body",
            Language::Node => "put it into extraBody",
            Language::C => "send the request with neura_request",
            Language::Command => "send it with another tool and `neura header`",
        }
    }

    /// How to give the option `name` beside a body; if `name` is `None`, how to give a query
    /// parameter.
    pub(crate) fn beside_a_body(self, name: Option<&str>) -> String {
        match (self, name) {
            (Language::C, Some(name)) => format!("{name} in the request's options"),
            (Language::C, None) => {
                "neura_request_options_add_query in the request's options".to_owned()
            }
            (_, Some(name)) => format!("the option {name}"),
            (_, None) => "it in the query of a path".to_owned(),
        }
    }
}
