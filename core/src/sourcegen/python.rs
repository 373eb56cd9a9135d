//! Python: the keyword arguments of a client and of a call, as types.

use super::docs::{Doc, Reader, of_client, of_request};
use super::{
    GENERATED, Language, Row, Scope, Target, ValueType, is_shared, rows, text_of, wrapped,
};
use crate::option_table::{ALL, BASE_URL, DEFAULT_HEADERS, DEFAULT_QUERY, ON_ATTEMPT, TIMEOUT};

/// The columns of a line, as ruff has them.
const WIDTH: usize = 100;

pub fn targets() -> Vec<Target> {
    vec![arguments(), request_arguments(), httpx2()]
}

/// The options that are arguments of their own; `api_key` is written by hand.
pub fn keywords() -> impl Iterator<Item = &'static Row> {
    rows(Language::Python, Scope::Client).filter(|row| {
        !is_shared(row, Language::Python, Scope::Client) && !name_of(row).contains('[')
    })
}

pub fn name_of(row: &Row) -> String {
    row.spelled(Language::Python, Scope::Client)
        .expect("Python has the option")
}

/// The options of any call that are plain values, the first of them Python's `timeout`; what
/// belongs to a named call or to a body alone is written by hand.
pub fn of_calls() -> impl Iterator<Item = &'static Row> {
    let is_plain = |row: &&Row| {
        !matches!(
            row.takes,
            ValueType::Pairs | ValueType::Members | ValueType::Token
        )
    };
    let is_whole = |row: &&Row| {
        let name = row.spelled(Language::Python, Scope::Request);
        name.is_some_and(|name| !name.contains('['))
    };
    ALL.into_iter().filter(is_plain).filter(is_whole)
}

const READER: Reader = Reader::Of(Language::Python);

/// In the markup of docstrings.
fn markup(doc: &Doc) -> String {
    doc.text().replace('`', "``")
}

/// A field of a `TypedDict`, and its documentation below it.
fn field(name: &str, row: &Row, doc: &Doc) -> String {
    let doc = format!("{}\"\"\"", markup(doc));
    let doc = wrapped(&doc, "    \"\"\"", "    ", WIDTH);
    format!("\n    {name}: {}\n{doc}", type_of(row))
}

/// An item of a dict of defaults.
fn default(name: &str, row: &Row) -> String {
    format!("    \"{name}\": {},\n", default_of(row))
}

pub fn type_of(row: &Row) -> &'static str {
    match row.takes {
        _ if *row == TIMEOUT => "Timeout",
        ValueType::Text => "str | None",
        ValueType::ProxyUrl => "str | Literal[False] | None",
        ValueType::Path => "str | PathLike[str] | None",
        ValueType::PathOrOff => "str | PathLike[str] | Literal[False] | None",
        ValueType::Time => "float | None",
        ValueType::Count | ValueType::Bytes => "int | None",
        ValueType::Switch => "bool",
        _ if *row == DEFAULT_QUERY => "QueryPairs | None",
        ValueType::Pairs => "HeaderArgument | None",
        ValueType::Callable if *row == ON_ATTEMPT => "Callable[[Attempt], object] | None",
        ValueType::Texts | ValueType::Callable | ValueType::Token | ValueType::Members => {
            panic!(
                "{} is an argument of a kind that has no type here",
                row.name
            )
        }
    }
}

pub fn default_of(row: &Row) -> &'static str {
    match row.takes {
        ValueType::Time => "...",
        ValueType::Switch => "False",
        _ => "None",
    }
}

fn arguments() -> Target {
    let defaults: String = keywords().map(|row| default(&name_of(row), row)).collect();
    let is_path = |row: &&Row| matches!(row.takes, ValueType::Path | ValueType::PathOrOff);
    let paths: String = keywords()
        .filter(is_path)
        .map(|row| format!("    \"{}\",\n", name_of(row)))
        .collect();
    // A library above this one says where a request goes, and what belongs to each request.
    let is_above = |row: &&Row| {
        [&BASE_URL, &DEFAULT_HEADERS, &DEFAULT_QUERY].contains(row)
            || row.spelled(Language::Python, Scope::Request).is_some()
    };
    let fields = |is_wanted: &dyn Fn(&&Row) -> bool| {
        let wanted = keywords().filter(is_wanted);
        let fields = wanted.map(|row| field(&name_of(row), row, &of_client(row, READER)));
        fields.collect::<String>()
    };
    let text = format!(
        "\"\"\"The keyword arguments of a client.

{GENERATED}
\"\"\"

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from ._arguments import HeaderArgument, QueryPairs, Timeout

if TYPE_CHECKING:
    from ._logging import Attempt

#: Every argument beside the key, with its default; ``...`` stands for that of a time limit.
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

/// The documentation of an option of a client, or else of a call.
pub fn field_doc(row: &Row, is_of_client: bool) -> String {
    markup(&match is_of_client {
        true => of_client(row, READER),
        false => of_request(row, READER),
    })
}

fn request_arguments() -> Target {
    let defaults: String = of_calls().map(|row| default(row.name, row)).collect();
    let fields: String = of_calls()
        .map(|row| field(row.name, row, &of_request(row, READER)))
        .collect();
    Target {
        path: "bindings-python/python/neura_ai/_request_arguments.py",
        text: format!(
            "\"\"\"The keyword arguments of any call that are plain values.

{GENERATED}
\"\"\"

from __future__ import annotations

{}from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from ._arguments import Timeout

#: Each with its default; ``...`` stands for that of a time limit.
REQUEST_DEFAULTS: dict[str, Any] = {{
{defaults}}}


class PlainArguments(TypedDict, total=False):
    \"\"\"The arguments of any call that need no code of their own.\"\"\"
{fields}",
            match fields.contains("PathLike[") {
                true => "from os import PathLike\n",
                false => "",
            }
        ),
    }
}

/// The adapter for `httpx2`, whose classes have the names of those of `httpx`.
fn httpx2() -> Target {
    const HTTPX: &str = "bindings-python/python/neura_ai/httpx.py";
    let text = text_of(HTTPX);
    let (_, code) = text
        .split_once("\n\"\"\"\n")
        .expect("a docstring stands first");
    let code = code
        .replace("httpx", "httpx2")
        .replace("_httpx2_transport", "_httpx_transport");
    Target {
        path: "bindings-python/python/neura_ai/httpx2.py",
        text: format!(
            "\"\"\"``httpx2`` over this package: its clients with our keys, connections and errors' reasons.

``NeuraTransport`` and ``NeuraAsyncTransport`` go where a client takes a transport::

    import httpx2
    from neura_ai.httpx2 import NeuraTransport

    transport = NeuraTransport()  # the key: as for neura_ai.Client
    with httpx2.Client(transport=transport, base_url=transport.client.base_url) as client:
        print(client.get(\"/models\").json())

All else is as ``neura_ai.httpx`` says of the library before this one.

Made from {HTTPX} by `make options`; edit there.
\"\"\"
{code}"
        ),
    }
}
