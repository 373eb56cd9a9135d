//! Rust: the setters of the builders, and the options by name for the bindings.

use std::fmt::Write;

use super::docs::{Reader, of_client, of_request};
use super::{GENERATED, Language, Row, Scope, Target, ValueType, is_shared, rows, text_of};

const READER: Reader = Reader::Of(Language::Rust);

pub fn targets() -> Vec<Target> {
    vec![builder(), request_builders(), by_name()]
}

/// The setters of `ClientBuilder`: each calls the setter of `Options`, with its parameters.
fn builder() -> Target {
    let own = ["options", "network"].map(|name| text_of(&format!("core/src/config/{name}.rs")));
    let own = own.concat();
    let mut text = format!(
        "//! The setters of the builder of a client.
//!
//! {GENERATED}

use std::path::PathBuf;
use std::time::Duration;

use super::ClientBuilder;
use crate::config::EnvFile;

impl ClientBuilder {{"
    );
    for row in rows(Language::Rust, Scope::Client) {
        let name = name_of(row, Scope::Client);
        let parameters = parameters(&own, &format!("pub fn set_{name}("));
        let names: Vec<&str> = parameters
            .iter()
            .map(|it| it.split(':').next().expect("it has a name"))
            .collect();
        write!(
            text,
            "
{}    pub fn {name}(mut self, {}) -> Self {{
        self.options.set_{name}({});
        self
    }}
",
            of_client(row, READER).comment("    /// ", 100),
            parameters.join(", "),
            names.join(", "),
        )
        .expect("a text can be written to");
    }
    Target {
        path: "core/src/client/builder/setters.rs",
        text: text + "}\n",
    }
}

/// The setters of plain values for every builder of a request.
fn request_builders() -> Target {
    let mut text = format!(
        "//! The settings of a request that are plain values.
//!
//! {GENERATED}

/// These settings, for each builder.
macro_rules! plain_settings {{
    () => {{"
    );
    for row in rows(Language::Rust, Scope::Request) {
        let name = name_of(row, Scope::Request);
        let (parameter, value) = match row.takes {
            ValueType::Text => ("text: impl Into<String>", "text"),
            ValueType::Path => ("path: impl Into<std::path::PathBuf>", "path"),
            ValueType::Time => (
                "limit: impl Into<Option<std::time::Duration>>",
                "crate::config::Limit::of(limit)",
            ),
            ValueType::Count => ("number: u32", "number.into()"),
            ValueType::Bytes => ("bytes: usize", "i64::try_from(bytes).unwrap_or(i64::MAX)"),
            ValueType::Switch => ("on: bool", "on"),
            ValueType::Pairs | ValueType::Token | ValueType::Members => continue,
            _ => panic!("{name} is of a kind that no request has yet"),
        };
        write!(
            text,
            "
{}        pub fn {name}(mut self, {parameter}) -> Self {{
            self.options_mut().set_{name}({value});
            self
        }}
",
            of_request(row, READER).comment("        /// ", 100),
        )
        .expect("a text can be written to");
    }
    Target {
        path: "core/src/client/request_builder/plain_settings.rs",
        text: text + "    };\n}\n\npub(super) use plain_settings;\n",
    }
}

/// The parameters of a setter after `self`, with their types.
fn parameters(source: &str, start: &str) -> Vec<String> {
    let (_, rest) = source
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}"));
    let (mut depth, mut found, mut before) = (0, vec![String::new()], ' ');
    for c in rest.chars() {
        match c {
            '(' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' if depth == 0 => break,
            ')' | '>' => depth -= 1,
            _ => {}
        }
        before = c;
        match found.last_mut() {
            Some(last) if !(c == ',' && depth == 0) => last.push(c),
            _ => found.push(String::new()),
        }
    }
    let trimmed = found.iter().map(|it| it.trim().to_owned());
    trimmed
        .filter(|it| !it.is_empty() && it != "&mut self")
        .collect()
}

fn name_of(row: &Row, scope: Scope) -> String {
    row.spelled(Language::Rust, scope)
        .expect("Rust has the option")
}

/// What `bindings/options_by_name.rs` looks options up in.
fn by_name() -> Target {
    let mut text = format!(
        "//! The setters of options by name.
//!
//! {GENERATED}

use super::{{NamedOption, Setter}};
use crate::client::RequestOptions;
use crate::config::Options;

/// The options of a client, but for those that give the key.
pub static CLIENT_OPTIONS: &[NamedOption<Options>] = &["
    );
    for row in with_own_name(Scope::Client) {
        let name = name_of(row, Scope::Client);
        entry(&mut text, row, Scope::Client, |verb| {
            format!("{verb}_{name}")
        });
    }
    text += "];

/// The options of one request.
pub static REQUEST_OPTIONS: &[NamedOption<RequestOptions>] = &[";
    for row in with_own_name(Scope::Request).filter(|row| row.takes != ValueType::Pairs) {
        let name = name_of(row, Scope::Request);
        entry(&mut text, row, Scope::Request, |_| format!("set_{name}"));
    }
    Target {
        path: "core/src/bindings/options_by_name/setters.rs",
        text: text + "];\n",
    }
}

/// The options of Rust without those that share an argument of Python, which a binding gives by
/// hand.
fn with_own_name(scope: Scope) -> impl Iterator<Item = &'static Row> {
    rows(Language::Rust, scope).filter(move |row| !is_shared(row, Language::Python, scope))
}

/// A row and the setter of its kind. `setter` has the name for a verb: `give` takes a value that
/// was not checked.
fn entry(text: &mut String, row: &Row, scope: Scope, setter: impl Fn(&str) -> String) {
    let (kind, parameters, value, verb) = match row.takes {
        ValueType::Text => ("Text", "text", "text", "set"),
        ValueType::ProxyUrl => ("ProxyUrl", "text", "text.unwrap_or_default()", "set"),
        ValueType::Path => ("Path", "path", "path", "set"),
        ValueType::PathOrOff => ("PathOrOff", "path", "path.into()", "set"),
        ValueType::Time => ("Time", "limit", "limit", "give"),
        ValueType::Count | ValueType::Bytes => ("Whole", "number", "number", "give"),
        ValueType::Switch => ("Switch", "on", "on", "set"),
        ValueType::Pairs => ("Pair", "name, value", "name, value", "set"),
        ValueType::Texts | ValueType::Callable | ValueType::Token | ValueType::Members => return,
    };
    let setter = setter(verb);
    // A language that gives the option as a part of another has no name for it.
    let names = Language::ALL
        .map(|language| row.spelled(language, scope))
        .map(|name| name.filter(|name| !name.contains('[')))
        .map(|name| format!("            {name:?},\n"))
        .concat();
    write!(
        text,
        "
    NamedOption {{
        names: [
{names}        ],
        setter: Setter::{kind}(|options, {parameters}| options.{setter}({value})),
    }},"
    )
    .expect("a text can be written to");
}

#[test]
fn the_parameters_of_a_setter_are_found() {
    let source =
        "pub fn set_a(&mut self, b: impl Fn() -> Result<String, i8> + Send, c: (u8, u8)) {";
    assert_eq!(
        parameters(source, "pub fn set_a("),
        ["b: impl Fn() -> Result<String, i8> + Send", "c: (u8, u8)"]
    );
}
