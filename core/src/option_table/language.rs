//! The language that the caller's program is written in.

use std::sync::atomic::{AtomicU8, Ordering};

/// A language that the client speaks.
///
/// It stands in the `User-Agent`, and messages name options as it spells them.
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
}

/// One value for the process: each binding is a library of its own, with its own copy of the
/// core in it.
static CURRENT: AtomicU8 = AtomicU8::new(Language::Rust as u8);

/// Says which binding this copy of the core belongs to. Unsaid, it is Rust.
pub fn set_language(language: Language) {
    CURRENT.store(language as u8, Ordering::Relaxed);
}

impl Language {
    pub(crate) const ALL: [Language; 4] = [
        Language::Rust,
        Language::Python,
        Language::Node,
        Language::C,
    ];

    /// The language of the caller's program.
    pub(crate) fn current() -> Self {
        let number = usize::from(CURRENT.load(Ordering::Relaxed));
        Self::ALL.get(number).copied().unwrap_or(Language::Rust)
    }

    /// The name in the `User-Agent`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
            Language::Node => "node",
            Language::C => "c",
        }
    }

    /// What a time limit is set to for no limit.
    pub(crate) fn no_limit(self) -> &'static str {
        match self {
            Language::Rust | Language::Python => "None",
            Language::Node => "null",
            Language::C => "NEURA_NO_LIMIT",
        }
    }

    /// What gives a client another key.
    pub(crate) fn set_api_key(self) -> &'static str {
        match self {
            Language::Rust | Language::Python => "set_api_key",
            Language::Node => "setApiKey",
            Language::C => "neura_client_set_api_key",
        }
    }

    /// How a request is sent whose parameters are not checked.
    pub(crate) fn unchecked(self) -> &'static str {
        match self {
            Language::Rust => "send the request with `post`",
            Language::Python => "put it into extra_body",
            Language::Node => "put it into extraBody",
            Language::C => "send the request with neura_request",
        }
    }

    /// How an option of this name is given beside a body; without one, what the query holds.
    /// The named calls of C have no options of a request, which its `neura_request` takes.
    pub(crate) fn beside_a_body(self, name: Option<&str>) -> String {
        match (self, name) {
            (Language::C, Some(name)) => format!("{name} in the request options of neura_request"),
            (Language::C, None) => "it in the path of neura_request".to_owned(),
            (_, Some(name)) => format!("the option {name}"),
            (_, None) => "it in the query of a path".to_owned(),
        }
    }
}
