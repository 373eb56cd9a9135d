//! Python: the methods that the native half runs, declared with every option as an argument of its
//! own. Help, completion and type checkers show what the table says.

use super::python::{default_of, field_doc, keywords, name_of, of_calls, type_of};
use super::python_texts::*;
use super::{Target, wrapped};

const VERBS: &str = "bindings-python/python/neura_ai/_verbs.py";
const SESSION_VERBS: &str = "bindings-python/python/neura_ai/_session_verbs.py";
const MODULE_VERBS: &str = "bindings-python/python/neura_ai/_module_verbs.py";
/// The columns of a line, as ruff has them.
const WIDTH: usize = 100;

pub fn targets() -> Vec<Target> {
    verbs()
}

/// An argument: its name, its type, and its default if it has one.
pub struct Argument(pub String, pub &'static str, pub Option<&'static str>);

fn argument(name: &str, of: &'static str, default: &'static str) -> Argument {
    Argument(name.to_owned(), of, Some(default))
}

fn wanted(name: &str, of: &'static str) -> Argument {
    Argument(name.to_owned(), of, None)
}

/// The arguments of a verb of HTTP, by whether they may stand second and third.
fn body_arguments(by_position: &[&str]) -> (Vec<Argument>, Vec<Argument>) {
    let all = [
        ("json", "Any"),
        ("data", "Data | None"),
        ("files", "Files | None"),
        ("params", "Params | None"),
        ("headers", "HeaderArgument | None"),
    ];
    let of = |name: &str| all.iter().find(|(known, _)| *known == name);
    let first = by_position.iter().filter_map(|name| of(name));
    let first = first.map(|(name, of)| argument(name, of, "None")).collect();
    let rest = all
        .iter()
        .filter(|(name, _)| !by_position.contains(name))
        .map(|(name, of)| argument(name, of, "None"));
    (first, rest.collect())
}

/// The options that every call takes.
pub fn call_options() -> impl Iterator<Item = Argument> {
    of_calls().map(|row| {
        let default = match default_of(row) {
            "..." => "DEFAULT",
            default => default,
        };
        argument(row.name, type_of(row), default)
    })
}

/// Where the types of a verb's arguments are, and those of a client's.
const OF_A_VERB: &str =
    "    from ._arguments import Data, Default, Files, HeaderArgument, Params, Progress, Timeout\n";
const OF_A_CLIENT: &str = "    from collections.abc import Callable
    from os import PathLike
    from typing import Literal

    from ._arguments import (
        Data,
        Default,
        Files,
        HeaderArgument,
        Params,
        Progress,
        QueryPairs,
        Timeout,
    )
    from ._logging import Attempt
";
/// What the verbs of `requests` take besides.
const OF_REQUESTS: [(&str, &str); 7] = [
    ("allow_redirects", "bool | None"),
    ("auth", "Any"),
    ("cert", "Any"),
    ("cookies", "Any"),
    ("hooks", "Any"),
    ("proxies", "Any"),
    ("verify", "Any"),
];

/// The verbs, and which arguments may stand behind the path.
const OF_HTTP: [(&str, &[&str]); 7] = [
    ("get", &["params"]),
    ("options", &[]),
    ("head", &[]),
    ("post", &["data", "json"]),
    ("put", &["data"]),
    ("patch", &["data"]),
    ("delete", &[]),
];

/// Where verbs are declared.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Of both clients.
    Clients,
    /// Of what is like `requests`.
    Session,
    /// Of the module.
    Module,
}

/// A function whose body runs in the native half.
fn function(
    place: Place,
    name: &str,
    (by_position, by_name): (Vec<Argument>, Vec<Argument>),
    returns: &str,
    doc: &str,
) -> String {
    let indent = if place == Place::Module { "" } else { "    " };
    let mut out = format!("\n{indent}@method\n{indent}def {name}(\n");
    let mut line = |text: &str| out.push_str(&format!("{indent}    {text},\n"));
    if place != Place::Module {
        line("self");
    }
    let written = |Argument(name, of, default): &Argument| match default {
        Some(default) => format!("{name}: {of} = {default}"),
        None => format!("{name}: {of}"),
    };
    by_position.iter().for_each(|it| line(&written(it)));
    if !by_name.is_empty() {
        line("*");
    }
    by_name.iter().for_each(|it| line(&written(it)));
    out.push_str(&format!("{indent}) -> {returns}:\n"));
    out.push_str(&format!("{indent}    \"\"\"{doc}\"\"\"\n"));
    out.push_str(&format!("{indent}    raise NotImplementedError\n"));
    if place == Place::Module {
        out.insert(0, '\n');
    }
    out
}

fn request(place: Place, name: &str, doc: &str) -> String {
    let path = if place == Place::Clients {
        "path"
    } else {
        "url"
    };
    let (_, mut rest) = body_arguments(&[]);
    if name != "stream" {
        rest.push(argument("stream", "bool", "False"));
        rest.push(argument("progress", "Progress | None", "None"));
    }
    rest.push(argument("default", "Default | None", "None"));
    let first = vec![wanted("method", "str"), wanted(path, "str")];
    let returns = match (place, name) {
        (Place::Clients, "stream") => "_Events",
        (Place::Clients, _) => "_Reply",
        _ => "Response",
    };
    function(
        place,
        name,
        (first, with_options(place, rest)),
        returns,
        doc,
    )
}

fn with_options(place: Place, mut arguments: Vec<Argument>) -> Vec<Argument> {
    arguments.extend(call_options());
    if place != Place::Clients {
        let more = OF_REQUESTS.iter();
        arguments.extend(more.map(|(name, of)| argument(name, of, "None")));
    }
    arguments
}

fn of_http(place: Place) -> String {
    let path = if place == Place::Clients {
        "path"
    } else {
        "url"
    };
    let returns = if place == Place::Clients {
        "_Reply"
    } else {
        "Response"
    };
    let verb = |(name, by_position): &(&str, &[&str])| {
        let (more, mut rest) = body_arguments(by_position);
        rest.push(argument("stream", "bool", "False"));
        rest.push(argument("progress", "Progress | None", "None"));
        rest.push(argument("default", "Default | None", "None"));
        let mut first = vec![wanted(path, "str")];
        first.extend(more);
        let doc = match place {
            Place::Module => format!("``Client.{name}`` on the default client."),
            _ => format!("``request(\"{}\", {path}, ...)``.", name.to_uppercase()),
        };
        function(
            place,
            name,
            (first, with_options(place, rest)),
            returns,
            &doc,
        )
    };
    OF_HTTP.iter().map(verb).collect()
}

/// The lines that explain arguments of the table.
fn params(docs: impl Iterator<Item = (String, String)>) -> String {
    docs.map(|(name, doc)| {
        wrapped(
            &doc,
            &format!("        :param {name}: "),
            "            ",
            WIDTH,
        )
    })
    .collect()
}

fn init() -> String {
    let mut options: Vec<Argument> = keywords()
        .map(|row| {
            let default = match default_of(row) {
                "..." => "DEFAULT",
                default => default,
            };
            Argument(name_of(row), type_of(row), Some(default))
        })
        .collect();
    options.push(argument("default", "Default | None", "None"));
    let docs = params(keywords().map(|row| (name_of(row), field_doc(row, true))));
    let doc = format!("{INIT}{docs}{INIT_ENDS}");
    let key = vec![argument("api_key", "_Key | None", "None")];
    function(Place::Clients, "__init__", (key, options), "None", &doc)
}

fn verbs() -> Vec<Target> {
    let docs = params(of_calls().map(|row| (row.name.to_owned(), field_doc(row, false))));
    let clients = [
        init(),
        request(
            Place::Clients,
            "request",
            &format!("{REQUEST}{docs}{REQUEST_ENDS}"),
        ),
        of_http(Place::Clients),
        request(Place::Clients, "stream", STREAM),
    ];
    let head = |what: &str, typing: &str, imports: &str| {
        format!(
            "\"\"\"{what}: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
\"\"\"

from __future__ import annotations

from typing import TYPE_CHECKING, Any{typing}

from ._arguments import DEFAULT
from ._native import method

if TYPE_CHECKING:
{imports}"
        )
    };
    let of_clients = format!(
        "{}
_Key = TypeVar(\"_Key\")
_Reply = TypeVar(\"_Reply\")
_Events = TypeVar(\"_Events\")


class Verbs(Generic[_Key, _Reply, _Events]):
    \"\"\"What a client is made of, and the requests that it sends.\"\"\"
{}",
        head("The verbs of clients", ", Generic, TypeVar", OF_A_CLIENT,),
        clients.concat(),
    );
    let of_session = format!(
        "{}    from ._response import Response


class SessionVerbs:
    \"\"\"Those of a client, with the arguments that those of ``requests`` have.\"\"\"
{}{}",
        head("The verbs of a session", "", OF_A_VERB),
        request(Place::Session, "request", SESSION),
        of_http(Place::Session),
    );
    let of_module = format!(
        "{}    from ._response import Response

__all__: list[str] = [\"delete\", \"get\", \"head\", \"options\", \"patch\", \"post\", \"put\", \"request\"]
{}{}",
        head("The verbs of the module", "", OF_A_VERB),
        request(Place::Module, "request", MODULE),
        of_http(Place::Module),
    );
    let files = [
        (VERBS, of_clients),
        (SESSION_VERBS, of_session),
        (MODULE_VERBS, of_module),
    ];
    files
        .into_iter()
        .map(|(path, text)| Target { path, text })
        .collect()
}
