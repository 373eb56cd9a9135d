//! The one table of options: the name in every language, the type of value, and the default. A
//! message of the core names an option by its row.
//!
//! The name follows from a rule: Rust and Python say `base_url`, Node says it in camelCase,
//! C has a setter, `neura_options_set_base_url` or `neura_request_options_set_timeout_ms`, and the
//! command `neura` has `--base-url`.
//! A row says where a language differs from the rule or lacks the option.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::redact::quoted_path;

/// The type of an option's value. A time is in seconds in Python, in milliseconds in Node and C,
/// and a `Duration` in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    /// Text, also a URL or a profile's name.
    Text,
    /// The URL of a proxy, or a value that switches the option off.
    ProxyUrl,
    /// Several texts.
    Texts,
    /// A function.
    Callable,
    /// A file's path.
    Path,
    /// A file's path, or a value that switches the option off.
    PathOrOff,
    Time,
    /// A whole number.
    Count,
    Bytes,
    Switch,
    /// Names and values.
    Pairs,
    /// The object that cancels a call.
    Token,
    /// Members of a JSON object.
    Members,
}

/// The default of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultValue {
    /// Nothing.
    Nothing,
    /// The environment and the files are searched.
    LookedUp,
    NoLimit,
    Seconds(u64),
    Count(u32),
    Bytes(usize),
    Off,
}

/// Whether an option belongs to a client or to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Client,
    Request,
}

/// How a language spells an option.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    ByRule,
    Other(&'static str),
    Absent,
}

/// One option.
#[derive(Debug)]
pub(crate) struct Row {
    /// In Rust and Python.
    pub name: &'static str,
    pub takes: ValueType,
    pub preset: DefaultValue,
    client: [Spelling; 4],
    request: [Spelling; 4],
}

const BY_RULE: [Spelling; 4] = [Spelling::ByRule; 4];
const LACKING: [Spelling; 4] = [Spelling::Absent; 4];

impl Row {
    const fn client(name: &'static str, takes: ValueType, preset: DefaultValue) -> Self {
        Row {
            name,
            takes,
            preset,
            client: BY_RULE,
            request: LACKING,
        }
    }

    const fn request(name: &'static str, takes: ValueType, preset: DefaultValue) -> Self {
        Row {
            client: LACKING,
            request: BY_RULE,
            ..Row::client(name, takes, preset)
        }
    }

    /// Also an option of one request.
    const fn and_request(self) -> Self {
        Row {
            request: BY_RULE,
            ..self
        }
    }

    const fn in_client(mut self, language: Language, name: &'static str) -> Self {
        self.client[language as usize] = Spelling::Other(name);
        self
    }

    const fn in_request(mut self, language: Language, name: &'static str) -> Self {
        self.request[language as usize] = Spelling::Other(name);
        self
    }

    const fn not_in_client(mut self, language: Language) -> Self {
        self.client[language as usize] = Spelling::Absent;
        self
    }

    const fn not_in_request(mut self, language: Language) -> Self {
        self.request[language as usize] = Spelling::Absent;
        self
    }

    /// The default of a time limit.
    pub const fn time(&self) -> Option<Duration> {
        match self.preset {
            DefaultValue::Seconds(seconds) => Some(Duration::from_secs(seconds)),
            _ => None,
        }
    }

    /// The default of a number.
    pub const fn count(&self) -> u32 {
        match self.preset {
            DefaultValue::Count(count) => count,
            _ => 0,
        }
    }

    /// The default of a size.
    pub const fn bytes(&self) -> usize {
        match self.preset {
            DefaultValue::Bytes(bytes) => bytes,
            _ => 0,
        }
    }

    /// The option of a client, or of one request.
    pub const fn of(&'static self, scope: Scope) -> OptionName {
        OptionName {
            row: self,
            scope,
            written: None,
        }
    }

    /// How a language spells the option, if it has it there.
    pub fn spelled(&self, language: Language, scope: Scope) -> Option<String> {
        if language == Language::Command {
            let has = scope == Scope::Client && OF_THE_COMMAND.contains(&self);
            return has.then(|| self.by_rule(language, scope));
        }
        let spellings = match scope {
            Scope::Client => &self.client,
            Scope::Request => &self.request,
        };
        match spellings[language as usize] {
            Spelling::ByRule => Some(self.by_rule(language, scope)),
            Spelling::Other(name) => Some(name.to_owned()),
            Spelling::Absent => None,
        }
    }

    fn by_rule(&self, language: Language, scope: Scope) -> String {
        match language {
            Language::Rust | Language::Python => self.name.to_owned(),
            Language::Node => camel_case(self.name),
            Language::Command => format!("--{}", self.name.replace('_', "-")),
            Language::C => {
                let object = match scope {
                    Scope::Client => "neura_options",
                    Scope::Request => "neura_request_options",
                };
                let unit = if self.takes == ValueType::Time {
                    "_ms"
                } else {
                    ""
                };
                format!("{object}_set_{}{unit}", self.name)
            }
        }
    }

    /// The option as the source of a value: "the base_url option".
    pub fn place(&'static self) -> String {
        self.place_in(Language::current())
    }

    /// A file that the option names: "the ca_file /etc/ca.pem".
    pub fn file(&self, path: &Path) -> String {
        let path = quoted_path(path);
        match Language::current() {
            Language::C => format!("the file {path} of {self}"),
            _ => format!("the {self} {path}"),
        }
    }

    fn place_in(&self, language: Language) -> String {
        let name = self.named(language, Scope::Client);
        match (self.takes, language) {
            (ValueType::Callable, Language::Rust | Language::C) => {
                format!("the callable of {name}")
            }
            (ValueType::Callable, _) => format!("the {name} callable"),
            (_, Language::C) => name,
            // A key is typed or read, never an option.
            (_, Language::Command) if self.spelled(language, Scope::Client).is_none() => {
                "the input".to_owned()
            }
            _ => format!("the {name} option"),
        }
    }

    /// Whether the caller's language has the option in a client.
    pub fn is_option(&self) -> bool {
        self.spelled(Language::current(), Scope::Client).is_some()
    }

    /// A name in every case: if the language lacks the option in this scope, its name in the other
    /// scope, else the plain one.
    pub fn named(&self, language: Language, scope: Scope) -> String {
        let other = match scope {
            Scope::Client => Scope::Request,
            Scope::Request => Scope::Client,
        };
        self.spelled(language, scope)
            .or_else(|| self.spelled(language, other))
            .unwrap_or_else(|| self.name.to_owned())
    }
}

/// There is one row for each option.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Row {}

/// The option in the caller's language. If it exists in both scopes, the client's.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.named(Language::current(), Scope::Client))
    }
}

/// An option of a client or of one request, as the caller's language spells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionName {
    row: &'static Row,
    scope: Scope,
    /// How the caller wrote the option, if not by its name.
    written: Option<&'static str>,
}

impl OptionName {
    /// The option as the caller wrote it, if not by its name.
    pub fn written(self, written: Option<&'static str>) -> Self {
        OptionName { written, ..self }
    }
}

impl fmt::Display for OptionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written {
            Some(written) => f.write_str(written),
            None => f.write_str(&self.row.named(Language::current(), self.scope)),
        }
    }
}

fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        match (index, word.split_at_checked(1)) {
            (1.., Some((first, rest))) => {
                out.push_str(&first.to_ascii_uppercase());
                out.push_str(rest);
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// How to switch `.env` files off.
pub(crate) fn without_env_file() -> &'static str {
    match Language::current() {
        Language::Rust => "env_file(EnvFile::Off)",
        Language::Python => "env_file=False",
        Language::Node => "envFile: false",
        Language::C => "neura_options_set_env_file(options, NULL)",
        Language::Command => "--no-env-file",
    }
}

mod foreign_names;
mod language;
mod near_miss;
mod rows;

pub use foreign_names::{hint, instead};
pub use language::{Language, set_language};
pub use near_miss::near_miss;
pub(crate) use rows::*;

#[cfg(test)]
pub(crate) mod tests;
