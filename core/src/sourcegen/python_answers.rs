//! Python: the answers of the API as classes, and the parameters of its calls as types, from
//! `conformance/shapes.json`.

use serde_json::Value;

use super::shapes::{MADE, members, types};
use super::{Target, wrapped};

const WIDTH: usize = 100;

/// The names of the types here, which are the SDK's where it has one that says enough.
fn name_of(of: &str) -> &str {
    match of {
        "ChatChoice" => "Choice",
        "ChatMessage" => "ChatCompletionMessage",
        "ToolCall" => "ChatCompletionMessageToolCall",
        "UrlCitation" => "AnnotationURLCitation",
        "Audio" => "ChatCompletionAudio",
        "ChatChunk" => "ChatCompletionChunk",
        "Delta" => "ChoiceDelta",
        "ToolCallDelta" => "ChoiceDeltaToolCall",
        "FunctionCallDelta" => "ChoiceDeltaFunctionCall",
        "AudioDelta" => "ChoiceDeltaAudio",
        "Logprobs" => "ChoiceLogprobs",
        "TokenLogprob" => "ChatCompletionTokenLogprob",
        "TokenUsage" => "CompletionUsage",
        "EmbeddingList" => "CreateEmbeddingResponse",
        other => other,
    }
}

pub fn targets() -> Vec<Target> {
    vec![answers(), parameters()]
}

fn answers() -> Target {
    let answers = types("answers");
    let mut names: Vec<&str> = answers.keys().map(|name| name_of(name)).collect();
    let in_order: String = names.iter().map(|name| format!("    {name},\n")).collect();
    names.sort_unstable();
    let names: String = names
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    let classes: String = answers
        .iter()
        .enumerate()
        .map(|(number, (name, of))| class(number, name, of))
        .collect();
    let text = format!(
        "\"\"\"The answers of the API: what calls return, and the objects inside.

Each is a ``neura_ai.Object`` whose members type checkers know. Services may send others, which are
read by ``[]``. A member that the API may leave out is None then.

{MADE}
\"\"\"

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Literal

from ._object import Answer, Object, ObjectList, WholeAnswer

__all__ = [
{names}]
{classes}

#: By the number of each, from 0; first what stands anywhere else.
_CLASSES: tuple[type[Object], ...] = (
    Object,
{in_order})
"
    );
    Target {
        path: "bindings-python/python/neura_ai/types.py",
        text,
    }
}

fn class(number: usize, name: &str, of: &Value) -> String {
    let is_list = name == "ModelList";
    let bases = match name {
        "ModelList" => "ObjectList, Answer",
        "ChatCompletion" => "WholeAnswer",
        _ => "Answer",
    };
    let mut doc = format!("    \"\"\"{}\n\n", sentence(&of["meaning"]));
    let mut fields = String::new();
    for (member, said) in members(of) {
        let ivar = format!("    :ivar {member}: {}.", words(&said["meaning"]));
        doc += &wrapped(&ivar, "", "        ", WIDTH);
        let of = type_of(said, Place::Answer);
        fields += &field(member, &of, said["absent_is_null"] == true);
    }
    if is_list {
        fields += "
    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Model]: ...  # type: ignore[override]

        def __aiter__(self) -> AsyncIterator[Model]: ...
";
    }
    format!(
        "\n\nclass {}({bases}):\n{doc}    \"\"\"\n\n    __slots__ = ()\n    _shape = {number}\n\n{fields}",
        name_of(name)
    )
}

/// In ruff's layout.
fn field(name: &str, of: &str, is_none: bool) -> String {
    let default = if is_none { " = None" } else { "" };
    let head = format!("    {name}: {of}");
    match head.len() {
        length if length + default.len() <= WIDTH => format!("{head}{default}\n"),
        length if is_none && length + " = (".len() <= WIDTH => {
            format!("{head} = (\n        None\n    )\n")
        }
        _ => format!("    {name}: (\n        {of}\n    ){default}\n"),
    }
}

fn parameters() -> Target {
    let mut classes = String::new();
    for (name, of) in types("parameters") {
        let mut doc = format!("    \"\"\"{}\n\n", sentence(&of["meaning"]));
        let mut fields = String::new();
        for (member, said) in members(&of) {
            // Declared by `create` itself.
            if matches!(member.as_str(), "model" | "messages" | "input" | "stream") {
                continue;
            }
            let ivar = format!("    :ivar {member}: {}.", words(&said["meaning"]));
            doc += &wrapped(&ivar, "", "        ", WIDTH);
            // `create` leaves out a parameter of that type; below, nothing does.
            let place = match name.as_str() {
                "ChatParameters" | "EmbeddingParameters" => Place::Parameter,
                _ => Place::Within,
            };
            fields += &field(member, &type_of(said, place), false);
        }
        classes +=
            &format!("\n\nclass {name}(TypedDict, total=False):\n{doc}    \"\"\"\n\n{fields}");
    }
    let text = format!(
        "\"\"\"The parameters of ``create``, for type checkers; a call does not import this.

{MADE}
\"\"\"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from ._omitted import Omitted
{classes}"
    );
    Target {
        path: "bindings-python/python/neura_ai/_parameters.py",
        text,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Answer,
    Parameter,
    Within,
}

/// The type of a member. What is given may be of any class with the methods that are needed.
fn type_of(said: &Value, place: Place) -> String {
    let of = said["type"].as_str().expect("a member has a type");
    // An answer has the first, unless the request asks for another.
    let most = if place == Place::Answer {
        1
    } else {
        usize::MAX
    };
    let mut each: Vec<String> = of
        .split(" | ")
        .take(most)
        .map(|of| one_type(of, &said["values"], place))
        .collect();
    if place == Place::Parameter {
        each.push("Omitted".to_owned());
    }
    if said["nullable"] == true {
        each.push("None".to_owned());
    }
    match each.iter().any(|of| of == "Any") {
        true => "Any".to_owned(),
        false => each.join(" | "),
    }
}

fn one_type(of: &str, values: &Value, place: Place) -> String {
    let (list, mapping) = match place {
        Place::Answer => ("list", "dict"),
        Place::Parameter | Place::Within => ("Sequence", "Mapping"),
    };
    if let Some(inner) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
        return format!("{list}[{}]", one_type(inner, values, place));
    }
    if let Some(inner) = of.strip_prefix('{').and_then(|of| of.strip_suffix('}')) {
        return format!("{mapping}[str, {}]", one_type(inner, values, place));
    }
    match (of, values.as_array()) {
        // Services have other words too.
        ("string", Some(values)) => {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("Literal[{}] | str", values.join(", "))
        }
        ("string", None) => "str".to_owned(),
        ("integer", _) => "int".to_owned(),
        ("number", _) => "float".to_owned(),
        ("boolean", _) => "bool".to_owned(),
        ("any", _) => "Any".to_owned(),
        (other, _) if place == Place::Parameter => format!("{other} | Mapping[str, Any]"),
        (other, _) => name_of(other).to_owned(),
    }
}

fn words(meaning: &Value) -> &str {
    meaning.as_str().expect("a meaning is a text")
}

fn sentence(meaning: &Value) -> String {
    let (first, rest) = words(meaning).split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}
