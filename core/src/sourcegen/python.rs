//! Python: the keyword arguments of a client, and the docstring that explains them.

use std::fmt::Write;

use super::docs::{Reader, of_client};
use super::{
    GENERATED, Language, Row, Scope, Takes, Target, is_shared, rows, text_of, with_region, wrapped,
};
use crate::option_table::{BASE_URL, TIMEOUT};

/// The columns of a line, as ruff has them.
const WIDTH: usize = 100;

pub fn targets() -> Vec<Target> {
    vec![arguments(), docstring()]
}

/// The options that are arguments of their own; `api_key` is written by hand.
fn keywords() -> impl Iterator<Item = &'static Row> {
    rows(Language::Python, Scope::Client).filter(|row| {
        !is_shared(row, Language::Python, Scope::Client) && !name_of(row).contains('[')
    })
}

fn name_of(row: &Row) -> String {
    row.spelled(Language::Python, Scope::Client)
        .expect("Python has the option")
}

/// In the markup of docstrings.
fn doc_of(row: &Row) -> String {
    let doc = of_client(row, Reader::Of(Language::Python));
    doc.text().replace('`', "``")
}

fn type_of(row: &Row) -> &'static str {
    match row.takes {
        _ if *row == TIMEOUT => "Timeout",
        Takes::Text => "str | None",
        Takes::ProxyUrl => "str | Literal[False] | None",
        Takes::Path => "str | PathLike[str] | None",
        Takes::PathOrOff => "str | PathLike[str] | Literal[False] | None",
        Takes::Time => "float | None",
        Takes::Count | Takes::Bytes => "int | None",
        Takes::Switch => "bool",
        Takes::Pairs => "HeaderArgument | None",
        Takes::Texts | Takes::Callable | Takes::Token | Takes::Members => {
            panic!(
                "{} is an argument of a kind that has no type here",
                row.name
            )
        }
    }
}

fn default_of(row: &Row) -> &'static str {
    match row.takes {
        Takes::Time => "DEFAULT",
        Takes::Switch => "False",
        _ => "None",
    }
}

fn arguments() -> Target {
    let defaults: String = keywords()
        .map(|row| format!("    \"{}\": {},\n", name_of(row), default_of(row)))
        .collect();
    let is_path = |row: &&Row| matches!(row.takes, Takes::Path | Takes::PathOrOff);
    let paths: String = keywords()
        .filter(is_path)
        .map(|row| format!("    \"{}\",\n", name_of(row)))
        .collect();
    // A library above this one says where a request goes, and what belongs to each request.
    let is_above =
        |row: &&Row| **row == BASE_URL || row.spelled(Language::Python, Scope::Request).is_some();
    let fields = |is_wanted: &dyn Fn(&&Row) -> bool| {
        let mut text = String::new();
        for row in keywords().filter(is_wanted) {
            write!(text, "\n    {}: {}\n", name_of(row), type_of(row)).expect("it is a text");
            let doc = format!("{}\"\"\"", doc_of(row));
            text.push_str(&wrapped(&doc, "    \"\"\"", "    ", WIDTH));
        }
        text
    };
    let text = format!(
        "\"\"\"The keyword arguments of a client.

{GENERATED}
\"\"\"

from __future__ import annotations

from os import PathLike
from typing import Any, Literal, TypedDict

from ._arguments import DEFAULT, HeaderArgument, Timeout

#: Every argument beside the key, with its default.
DEFAULTS: dict[str, Any] = {{
{defaults}}}
#: The arguments that name files.
PATHS = (
{paths})


class ConnectionArguments(TypedDict, total=False):
    \"\"\"The options of a client that a library above this package does not set itself.\"\"\"
{}

class ClientArguments(ConnectionArguments, total=False):
    \"\"\"The keyword arguments of ``Client`` beside the key.\"\"\"
{}",
        fields(&|row| !is_above(row)),
        fields(&is_above),
    );
    Target {
        path: "bindings-python/python/neura_ai/_client_arguments.py",
        text,
    }
}

/// The arguments in the docstring of `Client`, where marks of their own would be seen.
fn docstring() -> Target {
    let text: String = keywords()
        .map(|row| {
            let first = format!("    :param {}: ", name_of(row));
            wrapped(&doc_of(row), &first, "        ", WIDTH)
        })
        .collect();
    let path = "bindings-python/python/neura_ai/_client.py";
    let text = with_region(
        path,
        &text_of(path),
        "        credentials file, in this order.\n",
        "    :param default: called with",
        &text,
    );
    Target { path, text }
}
