//! C: the setters of plain values. cbindgen writes their declarations in `neura.h`. C++: the
//! methods that call them.

use std::collections::BTreeSet;

use super::docs::{Doc, Reader, of_client, of_request};
use super::{
    GENERATED, Language, Row, Scope, Target, ValueType, is_shared, rows, text_of, with_region,
    wrapped,
};

const READER: Reader = Reader::Of(Language::C);
/// The columns of a line.
const WIDTH: usize = 100;

pub fn targets() -> Vec<Target> {
    vec![
        setters(
            Scope::Client,
            "bindings-c/src/option_setters.rs",
            "//! The setters of a client's options that take plain values.",
            "use crate::options::OptionsHandle;",
        ),
        setters(
            Scope::Request,
            "bindings-c/src/request_option_setters.rs",
            "//! The setters of a request's options that take plain values.",
            "use crate::request_options::RequestOptionsHandle;",
        ),
        methods(
            Scope::Client,
            "include/neura/options.hpp",
            "Options",
            ["  // Plain values. ", "  // By hand.\n"],
        ),
        methods(
            Scope::Request,
            "include/neura/request_options.hpp",
            "RequestOptions",
            ["  // Its plain values. ", "  // By hand, too.\n"],
        ),
        symbols(),
    ]
}

/// How a plain value crosses the boundary.
struct Plain {
    /// The parameter's name.
    parameter: String,
    /// What it must be.
    means: &'static str,
    rust: &'static str,
    /// The type with what stands between it and the parameter's name.
    cpp: &'static str,
}

/// The options that have a setter of their own for one plain value; the others are written by
/// hand.
fn plain(scope: Scope) -> impl Iterator<Item = (&'static Row, Plain)> {
    let own = rows(Language::C, scope).filter(move |row| !is_shared(row, Language::C, scope));
    own.filter_map(|row| {
        let name = row.name;
        let (parameter, means, rust, cpp) = match row.takes {
            ValueType::Text => (name, "the value", "Text", "const Text &"),
            ValueType::Path => (name, "the path of a file", "Text", "const Text &"),
            ValueType::PathOrOff => (name, "the path of a file, or NULL", "Text", "const Text &"),
            ValueType::ProxyUrl => (name, "the URL, or NULL", "Text", "const Text &"),
            ValueType::Time => (
                "timeout_ms",
                "milliseconds, more than 0, or `NEURA_NO_LIMIT`",
                "i64",
                "std::chrono::milliseconds ",
            ),
            ValueType::Count => (name, "the number", "i32", "std::int32_t "),
            ValueType::Bytes => ("bytes", "more than 0", "i64", "std::int64_t "),
            ValueType::Switch => ("on", "whether to switch it on", "bool", "bool "),
            _ => return None,
        };
        let parameter = parameter.to_owned();
        let plain = Plain {
            parameter,
            means,
            rust,
            cpp,
        };
        Some((row, plain))
    })
}

fn name_of(row: &Row, scope: Scope) -> String {
    row.spelled(Language::C, scope).expect("C has the option")
}

fn doc_of(row: &Row, scope: Scope) -> Doc {
    match scope {
        Scope::Client => of_client(row, READER),
        Scope::Request => of_request(row, READER),
    }
}

fn setters(scope: Scope, path: &'static str, head: &str, handle: &str) -> Target {
    let object = match scope {
        Scope::Client => "OptionsHandle",
        Scope::Request => "RequestOptionsHandle",
    };
    let give = match scope {
        Scope::Client => "give",
        Scope::Request => "set",
    };
    let functions: String = plain(scope)
        .map(|(row, plain)| {
            let (setter, name) = (name_of(row, scope), row.name);
            let Plain {
                parameter,
                means,
                rust,
                ..
            } = plain;
            let width = parameter.len().max("options".len());
            let body = match row.takes {
                ValueType::Time => format!("handle.options.{give}_{name}(limit({parameter}))"),
                ValueType::Count => format!("handle.options.{give}_{name}({parameter}.into())"),
                ValueType::Bytes => format!("handle.options.{give}_{name}({parameter})"),
                ValueType::Switch => format!("handle.options.set_{name}({parameter})"),
                ValueType::PathOrOff => or_null(&setter, name, "text.map(PathBuf::from).into()"),
                ValueType::ProxyUrl => or_null(&setter, name, "text.unwrap_or_default()"),
                _ => format!(
                    "handle.set_text(\"{setter}\", \"{parameter}\", {parameter}, |options, text| {{
            options.set_{name}(text)
        }})"
                ),
            };
            format!(
                "
{}///
/// @param {:width$}  the options
/// @param {parameter:width$}  {means}
#[unsafe(no_mangle)]
pub extern \"C\" fn {setter}(options: Option<&mut {object}>, {parameter}: {rust}) {{
    set(options, |handle| {body});
}}
",
                doc_of(row, scope).comment("/// ", WIDTH - 4),
                "options",
            )
        })
        .collect();
    let paths = match functions.contains("PathBuf") {
        true => "use std::path::PathBuf;\n\n",
        false => "",
    };
    Target {
        path,
        text: format!(
            "{head}
//!
//! {GENERATED}

{paths}use crate::boundary::set;
use crate::limit::limit;
{handle}
use crate::text::Text;
{functions}"
        ),
    }
}

/// The body of a setter for which NULL is a value.
fn or_null(setter: &str, name: &str, value: &str) -> String {
    format!(
        "handle.set_text_or_null(\"{setter}\", \"{name}\", {name}, |options, text| {{
            options.set_{name}({value})
        }})"
    )
}

fn methods(scope: Scope, path: &'static str, object: &str, [start, end]: [&str; 2]) -> Target {
    let start = format!("{start}{GENERATED}\n");
    let methods: String = plain(scope)
        .map(|(row, plain)| method(row, scope, object, &plain))
        .collect();
    let text = with_region(path, &text_of(path), &start, end, &methods);
    Target { path, text }
}

fn method(row: &Row, scope: Scope, object: &str, plain: &Plain) -> String {
    let (name, setter) = (row.name, name_of(row, scope));
    let summary = doc_of(row, scope).summary();
    // C++ has `no_…()` instead of NULL, so the words about NULL are left out.
    let summary = format!("{}.", summary.split("; NULL").next().unwrap_or_default());
    let comment = wrapped(&summary, "  /// ", "  /// ", WIDTH);
    let body = match row.takes {
        ValueType::Text | ValueType::Path | ValueType::PathOrOff | ValueType::ProxyUrl => {
            format!("    return text(\"{name}\", {setter}, value);\n")
        }
        ValueType::Time => {
            format!("    {setter}(lazy_.make(), value.count());\n    return *this;\n")
        }
        _ => format!("    {setter}(lazy_.make(), value);\n    return *this;\n"),
    };
    let cpp = plain.cpp;
    let method = format!("{comment}  {object} &{name}({cpp}value) {{\n{body}  }}\n");
    match row.takes {
        ValueType::PathOrOff | ValueType::ProxyUrl => format!(
            "{method}  /// Switches `{name}` off.
  {object} &no_{name}() {{
    problems_.clear(\"{name}\");
    {setter}(lazy_.make(), nullptr);
    return *this;
  }}
"
        ),
        _ => method,
    }
}

/// The exported functions: the setters are those of the table.
fn symbols() -> Target {
    let path = "bindings-c/symbols.txt";
    let file = text_of(path);
    let is_setter = |name: &str| {
        let options = ["neura_options_", "neura_request_options_"];
        let option = options.iter().find_map(|start| name.strip_prefix(start));
        option.is_some_and(|rest| rest.starts_with("set_") || rest.starts_with("add_"))
    };
    let mut names: BTreeSet<String> = file
        .lines()
        .filter(|name| !is_setter(name))
        .map(str::to_owned)
        .collect();
    for scope in [Scope::Client, Scope::Request] {
        names.extend(rows(Language::C, scope).filter_map(|row| row.spelled(Language::C, scope)));
    }
    let text = names.into_iter().map(|name| name + "\n").collect();
    Target { path, text }
}
