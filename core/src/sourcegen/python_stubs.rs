//! Python: the stubs of the native half, read from its source.
//!
//! A type follows from Rust's. Where that says too little, a comment above the function does:
//! `//: -> Headers`, or the whole signature as `//: (self, call: Call[_Given]) -> _Given`.

use std::fs;
use std::path::Path;

use super::python_types::{python_type, split};
use super::{Target, wrapped};
use crate::option_table::tests::root;

const PATH: &str = "bindings-python/python/neura_ai/_native.pyi";
const SOURCE: &str = "bindings-python/src";

pub fn targets() -> Vec<Target> {
    let mut found = Stubs::default();
    found.look_into(&root().join(SOURCE));
    found.functions.sort();
    found
        .classes
        .sort_by(|one, other| one.name.cmp(&other.name));
    let mut names: Vec<String> = CONSTANTS
        .lines()
        .map(|line| line.split(':').next())
        .map(|name| name.unwrap_or_default().to_owned())
        .collect();
    names.push("AttributeDict".to_owned());
    names.extend(found.classes.iter().map(|class| class.name.clone()));
    names.extend(found.functions.iter().map(|(name, _)| name.clone()));
    let names: String = names
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    let functions: String = found
        .functions
        .iter()
        .map(|(_, text)| text.as_str())
        .collect();
    let classes: String = found.classes.iter().map(Class::text).collect();
    let text = format!(
        "{HEAD}__all__ = [\n{names}]\n\n{CONSTANTS}\n{}\n{BY_HAND}{classes}",
        functions.trim_end()
    );
    vec![Target { path: PATH, text }]
}

#[derive(Default)]
struct Stubs {
    functions: Vec<(String, String)>,
    classes: Vec<Class>,
}

struct Class {
    /// In Rust, and in Python.
    of_rust: String,
    name: String,
    doc: String,
    is_generic: bool,
    is_base: bool,
    members: String,
}

impl Class {
    fn text(&self) -> String {
        let Class {
            name, doc, members, ..
        } = self;
        let decorator = if self.is_base {
            "disjoint_base"
        } else {
            "final"
        };
        let generic = if self.is_generic {
            "(Generic[_Given])"
        } else {
            ""
        };
        let item = match self.is_generic {
            true => "    def __class_getitem__(cls, key: Any) -> GenericAlias: ...\n",
            false => "",
        };
        let members = match members.is_empty() {
            true => String::new(),
            false => format!("\n{members}"),
        };
        format!(
            "\n@{decorator}\nclass {name}{generic}:\n{}{members}{item}",
            docstring(doc, "    ")
        )
    }
}

/// What stands above a function or a type.
#[derive(Default)]
struct Above {
    doc: String,
    /// What a comment says of its type.
    said: String,
    attributes: String,
}

impl Stubs {
    fn look_into(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).expect("the source is there");
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("it can be read").path())
            .collect();
        paths.sort();
        for path in paths {
            match path.is_dir() {
                true => self.look_into(&path),
                false => self.read(&fs::read_to_string(&path).expect("it can be read")),
            }
        }
    }

    fn read(&mut self, file: &str) {
        let mut above = Above::default();
        let mut of: Option<String> = None;
        let mut lines = file.lines();
        while let Some(line) = lines.next() {
            let text = line.trim();
            if let Some(doc) = text.strip_prefix("///") {
                above.doc.push_str(doc.trim());
                above.doc.push('\n');
            } else if let Some(said) = text.strip_prefix("//: ") {
                above.said.push_str(said);
                above.said.push(' ');
            } else if text.starts_with("#[") {
                let mut attribute = text.to_owned();
                while !attribute.ends_with(']') {
                    attribute.push_str(lines.next().expect("an attribute ends").trim());
                }
                above.attributes.push_str(&attribute);
            } else if let Some(name) = name_after(text, "struct ") {
                self.class(name, std::mem::take(&mut above));
            } else if let Some(name) = name_after(text, "impl ") {
                of = above
                    .attributes
                    .contains("#[pymethods]")
                    .then(|| name.to_owned());
                above = Above::default();
            } else if let Some(name) =
                name_after(text, "fn ").or_else(|| name_after(text, "const "))
            {
                let mut head = text.to_owned();
                while !head.ends_with('{') && !head.ends_with(';') {
                    head.push(' ');
                    head.push_str(lines.next().expect("a function has a body").trim());
                }
                let above = std::mem::take(&mut above);
                if above.attributes.contains("#[pyfunction]") {
                    let text = declared(name, &head, &above, None);
                    self.functions.push((name.to_owned(), text));
                } else if let Some(of) = &of {
                    let class = self.classes.iter_mut().find(|class| class.of_rust == *of);
                    let class = class.expect("a class stands above its methods");
                    let text = declared(name, &head, &above, Some(&class.name));
                    class.members.push_str(&text);
                }
            } else {
                if line == "}" {
                    of = None;
                }
                above = Above::default();
            }
        }
    }

    fn class(&mut self, of_rust: &str, above: Above) {
        let attribute = above.attributes;
        if !attribute.contains("#[pyclass") {
            return;
        }
        let named = attribute
            .split_once("name = \"")
            .and_then(|(_, rest)| rest.split('"').next());
        self.classes.push(Class {
            of_rust: of_rust.to_owned(),
            name: named.unwrap_or(of_rust).to_owned(),
            doc: above.doc,
            is_generic: attribute.contains("generic"),
            is_base: attribute.contains("subclass"),
            members: String::new(),
        });
    }
}

/// The name behind a word, as of `pub fn name(`.
fn name_after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line
        .strip_prefix("pub ")
        .unwrap_or(line)
        .strip_prefix(word)?;
    let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_');
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// One function or method; `class` is that of a method.
fn declared(name: &str, head: &str, above: &Above, class: Option<&str>) -> String {
    let attributes = &above.attributes;
    let indent = if class.is_some() { "    " } else { "" };
    if attributes.contains("#[classattr]") {
        let name = between(attributes, "name = \"", "\"").unwrap_or(name);
        return format!(
            "{indent}{name}: {}\n",
            above.said.trim().trim_start_matches("-> ")
        );
    }
    if matches!(
        name,
        "__traverse__" | "__clear__" | "__repr__" | "__class__"
    ) {
        return String::new(); // As every class has them, or none of Python's business.
    }
    let is_getter = attributes.contains("#[getter");
    let is_setter = attributes.contains("#[setter");
    let shown = between(attributes, "etter(", ")").unwrap_or(name);
    let shown = match attributes.contains("#[new]") {
        true => "__new__",
        false => shown,
    };
    let said = above.said.trim();
    let (arguments, returns) = match said.split_once(") -> ") {
        Some((arguments, returns)) => (
            arguments.trim_start_matches('(').to_owned(),
            returns.to_owned(),
        ),
        None => {
            let returns = match said.strip_prefix("-> ") {
                Some(said) => said.to_owned(),
                None if shown == "__new__" => "Self".to_owned(),
                None => returned(head),
            };
            (arguments(head, attributes, class, shown), returns)
        }
    };
    let mut out = String::new();
    if is_getter {
        out.push_str(&format!("{indent}@property\n"));
    }
    if is_setter {
        out.push_str(&format!("{indent}@{shown}.setter\n"));
    }
    let one_line = format!("{indent}def {shown}({arguments}) -> {returns}:");
    let doc = docstring(&above.doc, &format!("{indent}    "));
    match one_line.len() <= 96 {
        true => out.push_str(&one_line),
        false => {
            let each = split(&arguments)
                .into_iter()
                .map(|it| format!("{indent}    {it},\n"));
            let each: String = each.collect();
            out.push_str(&format!(
                "{indent}def {shown}(\n{each}{indent}) -> {returns}:"
            ));
        }
    }
    match (doc.is_empty(), class) {
        (true, _) => out.push_str(" ...\n"),
        (false, Some(_)) => out.push_str(&format!("\n{doc}")),
        (false, None) => out.push_str(&format!("\n{doc}\n")),
    }
    out
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split(after).next()
}

/// The arguments of a function of Rust's, with the defaults that an attribute gives.
fn arguments(head: &str, attributes: &str, class: Option<&str>, shown: &str) -> String {
    let open = head.find('(').expect("a function has arguments");
    let close = head
        .rfind(") ->")
        .or_else(|| head.rfind(')'))
        .expect("they end");
    let defaults: Vec<&str> = between(attributes, "signature = (", ")]")
        .map_or_else(Vec::new, |it| split(it.trim_end_matches(')')));
    let mut out: Vec<String> = match (class, shown) {
        (None, _) => Vec::new(),
        (_, "__new__") => vec!["cls".to_owned()],
        _ => vec!["self".to_owned()],
    };
    for argument in split(&head[open + 1..close]) {
        let Some((name, of)) = argument.split_once(": ") else {
            continue; // `&self`
        };
        if matches!(name, "py" | "slf") {
            continue;
        }
        let of = python_type(of);
        let starred = defaults
            .iter()
            .find(|it| it.trim_start_matches('*') == name && it.starts_with('*'));
        let default = defaults
            .iter()
            .find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        out.push(match (starred, default) {
            (Some(starred), _) => format!("{starred}: Any"),
            (None, Some(default)) => format!("{name}: {of} = {default}"),
            (None, None) => format!("{name}: {of}"),
        });
    }
    if matches!(shown, "__eq__") {
        return "self, other: object, /".to_owned();
    }
    out.join(", ")
}

fn returned(head: &str) -> String {
    match head.rsplit_once(") -> ") {
        Some((_, returns)) => python_type(returns.trim_end_matches(['{', ' '])),
        None => "None".to_owned(),
    }
}

/// Comments as a docstring, in the markup of docstrings.
fn docstring(doc: &str, indent: &str) -> String {
    if doc.is_empty() {
        return String::new();
    }
    let doc = format!(
        "{}\"\"\"",
        doc.trim_end().replace('`', "``").replace('\n', " ")
    );
    wrapped(&doc, &format!("{indent}\"\"\""), indent, 100)
}

const HEAD: &str = "\"\"\"The native half: handles that the package's own classes stand on.

Made from bindings-python/src by `make options`; edit there.
\"\"\"

from collections.abc import Callable, Iterable
from datetime import timedelta
from types import GenericAlias
from typing import Any, Generic, TypeVar, final

from typing_extensions import Self, disjoint_base

from ._headers import Headers
from ._object import Object
from ._response import RequestInfo, Response
from ._source import Source
from .types import ChatCompletion

_Given = TypeVar(\"_Given\")
_Declared = TypeVar(\"_Declared\", bound=Callable[..., Any])
_Text = str | bytes

";
/// Made by hand there.
const BY_HAND: &str = "
class AttributeDict(dict[str, Any]):
    \"\"\"A dict whose members are attributes too: the base of ``neura_ai.Object``.\"\"\"

    def __getattribute__(self, name: str, /) -> Any: ...
    def __setattr__(self, name: str, value: Any, /) -> None: ...
    def __delattr__(self, name: str, /) -> None: ...
";
const CONSTANTS: &str = "CLOSED_BODY: str
CLOSED_STREAM: str
FOREIGN_CREDENTIALS: list[str]
UNPACKED_CODINGS: list[str]
VERSION: str
";
