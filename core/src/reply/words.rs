//! Finds the server's words in the body of an error, whatever its shape.

use serde_json::{Map, Value};

use crate::error::ServerError;

/// Members whose texts are words for people. Source: faults.md, 74.
const WORDS: [&str; 9] = [
    "message",
    "msg",
    "detail",
    "details",
    "error_description",
    "description",
    "reason",
    "title",
    "text",
];
/// Members that are words if they are texts, and hold words otherwise.
const ERRORS: [&str; 2] = ["error", "errors"];
/// Members whose texts are for programs, also in lists.
const NEVER: [&str; 5] = ["code", "type", "param", "status", "loc"];
/// Members in which a service quotes the request, including the caller's prompts.
const QUOTED: [&str; 6] = ["input", "ctx", "request", "messages", "prompt", "url"];
/// Members whose object describes the error.
const HOLDERS: [&str; 3] = ["error", "errors", "detail"];
/// The most labels that are used to find the kind.
const MOST_LABELS: usize = 8;

/// The words of a body.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub said: ServerError,
    /// The `status` of the error, a number or a word: `RESOURCE_EXHAUSTED`. Some services
    /// call it `error`.
    pub status: Option<String>,
    /// Texts for people that were not chosen, such as `Unauthorized` next to a sentence.
    pub labels: Vec<String>,
}

/// A text for people. `shown` is what a message shows: for a list, all its texts.
struct Found {
    text: String,
    shown: String,
}

impl Found {
    fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Found {
            text: text.to_owned(),
            shown: text.to_owned(),
        })
    }

    /// A text with a space is a sentence and ranks above a label; among equals the longest is best.
    fn rank(&self) -> (bool, usize) {
        (
            self.text.contains(char::is_whitespace),
            self.text.chars().count(),
        )
    }

    /// The better of two.
    fn or(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) if second.rank() > first.rank() => Some(second),
            (first, second) => first.or(second),
        }
    }
}

/// Reads the JSON of a body.
pub(super) fn read(body: &Value) -> Words {
    let mut labels = Vec::new();
    let found = best(body, "error", &mut labels);
    let message = message_of_error(body).or(found).map(|found| found.shown);
    let holders = holders(body);
    let field = |name: &str| {
        let mut values = holders.iter().filter_map(|holder| holder.get(name));
        values.find_map(text_or_number)
    };
    Words {
        status: field("status").or_else(|| field("error")),
        said: ServerError {
            message,
            code: field("code"),
            type_: field("type"),
            param: field("param"),
        },
        labels,
    }
}

/// An `error.message` at any depth; it takes precedence over all other words.
fn message_of_error(value: &Value) -> Option<Found> {
    let message = value.get("error").and_then(|error| error.get("message"));
    if let Some(found) = message.and_then(Value::as_str).and_then(Found::new) {
        return Some(found);
    }
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(name, _)| !is_quoted(name))
            .find_map(|(_, value)| message_of_error(value)),
        Value::Array(list) => list.iter().find_map(message_of_error),
        _ => None,
    }
}

/// The best words in `value`, the value of a member `name`.
fn best(value: &Value, name: &str, labels: &mut Vec<String>) -> Option<Found> {
    match value {
        Value::String(text) if is_for_people(name) => {
            if labels.len() < MOST_LABELS {
                labels.push(text.clone());
            }
            Found::new(text)
        }
        Value::Object(object) => best_of_object(object, name, labels),
        // A text in a list is words, whatever the list's name.
        Value::Array(list) => best_of_list(list, name_in_list(name), labels),
        _ => None,
    }
}

/// The best words of an object's members. For a validation error only `msg` is used. Under `errors`
/// the members are often named like the fields of the request.
fn best_of_object(
    object: &Map<String, Value>,
    name: &str,
    labels: &mut Vec<String>,
) -> Option<Found> {
    if let (Some(_), Some(Value::String(text))) = (object.get("loc"), object.get("msg")) {
        return Found::new(text);
    }
    let mut found = None;
    for (member, value) in object {
        if is_quoted(member) {
            continue;
        }
        let name = match name == "errors" && !is_for_programs(member) {
            true => name,
            false => member,
        };
        found = Found::or(found, best(value, name, labels));
    }
    found
}

/// Whether the texts of a member are words for people.
pub(super) fn is_for_people(name: &str) -> bool {
    WORDS.contains(&name) || ERRORS.contains(&name)
}

/// Whether the texts of a member are for programs.
pub(super) fn is_for_programs(name: &str) -> bool {
    NEVER.contains(&name)
}

/// Whether a service quotes the request in a member.
pub(super) fn is_quoted(name: &str) -> bool {
    QUOTED.contains(&name)
}

/// Whether an object in this member describes the error.
pub(super) fn holds_error(name: &str) -> bool {
    HOLDERS.contains(&name)
}

/// The name by which the elements of such a list are judged.
pub(super) fn name_in_list(name: &str) -> &str {
    match is_for_programs(name) {
        true => name,
        false => "errors",
    }
}

/// The best words of a list, shown with those of all its elements.
fn best_of_list(list: &[Value], name: &str, labels: &mut Vec<String>) -> Option<Found> {
    let mut shown = Vec::new();
    let mut found = None;
    for value in list {
        // An error in a list has its own members, not fields of the request.
        let name = if value.is_object() { "" } else { name };
        let Some(words) = best(value, name, labels) else {
            continue;
        };
        shown.push(match place(value) {
            Some(place) => format!("{place}: {}", words.shown),
            None => words.shown.clone(),
        });
        found = Found::or(found, Some(words));
    }
    let shown = shown.join("; ");
    found.map(|found| Found { shown, ..found })
}

/// The place of the error in the request: `{"loc": ["body", "model"]}`, as FastAPI writes it.
fn place(value: &Value) -> Option<String> {
    let names: Vec<String> = value
        .get("loc")?
        .as_array()?
        .iter()
        .filter_map(text_or_number)
        .collect();
    (!names.is_empty()).then(|| names.join("."))
}

/// The objects whose `code`, `type` and `param` are about the error, the nearest first: the values
/// of `error`, `errors` and `detail`, and the objects around them.
fn holders(body: &Value) -> Vec<&Map<String, Value>> {
    let mut holders = Vec::new();
    collect(body, true, &mut holders);
    holders
}

fn collect<'v>(value: &'v Value, speaks: bool, holders: &mut Vec<&'v Map<String, Value>>) {
    let object = match value {
        Value::Array(list) => {
            return list
                .iter()
                .for_each(|value| collect(value, speaks, holders));
        }
        // A validation error: its `type` names the failed check, not the kind of error.
        Value::Object(object) if ["loc", "msg"].iter().all(|it| object.contains_key(*it)) => return,
        Value::Object(object) => object,
        _ => return,
    };
    for name in HOLDERS {
        if let Some(value) = object.get(name) {
            collect(value, true, holders);
        }
    }
    if speaks {
        holders.push(object);
    }
    let others = object.iter().filter(|(name, _)| !holds_error(name));
    others.for_each(|(_, value)| collect(value, false, holders));
}

fn text_or_number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
