//! A tool call in a chat's answer.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::replay::script_error::{expected, read};
use crate::service::count_words;

/// A tool call, in short form (`{"name", "arguments"}`) or as the API writes it.
#[derive(Clone, Debug)]
pub(super) struct ToolCall {
    id: String,
    tool: Tool,
    /// Other members of the API's form: an `index`, a signature.
    members: Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Tool {
    Function {
        name: String,
        arguments: String,
    },
    /// A call of another type: the member with the type's name is sent unchanged.
    Other {
        kind: String,
        what: Value,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShortFields {
    id: Option<String>,
    #[serde(rename = "type")]
    _kind: Option<String>,
    name: Option<String>,
    arguments: Option<Value>,
}

#[derive(Deserialize)]
struct FullFields {
    id: Option<String>,
    #[serde(rename = "type")]
    _kind: Option<String>,
    function: Function,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Function {
    name: String,
    arguments: Option<Value>,
}

impl ToolCall {
    pub(super) fn parse(json: &Value, place: &str, index: usize) -> Result<Self, String> {
        let Value::Object(given) = json else {
            return Err(expected(place, "an object", json));
        };
        let kind = given.get("type").and_then(Value::as_str);
        let (id, tool, members) = match kind.unwrap_or("function") {
            "function" if given.contains_key("function") => {
                if given.contains_key("name") || given.contains_key("arguments") {
                    return Err(format!(
                        "{place}: give name and arguments, or function, not both"
                    ));
                }
                let fields: FullFields = read(json, place)?;
                let tool = function(fields.function.name, fields.function.arguments);
                (fields.id, tool, others(given, "function"))
            }
            "function" => {
                let fields: ShortFields = read(json, place)?;
                let name = fields
                    .name
                    .ok_or_else(|| format!("{place}: give the name of the function"))?;
                (fields.id, function(name, fields.arguments), Map::new())
            }
            kind => {
                let Some(what) = given.get(kind) else {
                    return Err(format!("{place}.type: expected \"function\", not {kind:?}"));
                };
                let id = given.get("id").and_then(Value::as_str).map(str::to_owned);
                let tool = Tool::Other {
                    kind: kind.to_owned(),
                    what: what.clone(),
                };
                (id, tool, others(given, kind))
            }
        };
        Ok(Self {
            id: id.unwrap_or_else(|| format!("call_{}", index + 1)),
            tool,
            members,
        })
    }

    pub(super) fn json(&self) -> Value {
        let (kind, what) = match &self.tool {
            Tool::Function { name, arguments } => {
                ("function", json!({"name": name, "arguments": arguments}))
            }
            Tool::Other { kind, what } => (kind.as_str(), what.clone()),
        };
        let mut call = self.members.clone();
        call.insert("id".into(), self.id.as_str().into());
        call.insert("type".into(), kind.into());
        call.insert(kind.into(), what);
        call.into()
    }

    /// The call as deltas of a stream: for a function first its name, then its arguments.
    pub(super) fn deltas(&self, index: usize) -> Vec<Value> {
        let mut first = self.json();
        first["index"] = index.into();
        let mut calls = vec![first];
        if let Tool::Function { arguments, .. } = &self.tool {
            calls[0]["function"]["arguments"] = "".into();
            calls.push(json!({"index": index, "function": {"arguments": arguments}}));
        }
        let deltas = calls.into_iter().map(|call| json!({"tool_calls": [call]}));
        deltas.collect()
    }

    pub(super) fn words(&self) -> u64 {
        match &self.tool {
            Tool::Function { name, arguments } => count_words(name) + count_words(arguments),
            Tool::Other { what, .. } => count_words(&what.to_string()),
        }
    }
}

fn function(name: String, arguments: Option<Value>) -> Tool {
    Tool::Function {
        name,
        arguments: match arguments {
            None => "{}".into(),
            // Unchanged, so that a script can send arguments that are not JSON.
            Some(Value::String(text)) => text,
            Some(value) => value.to_string(),
        },
    }
}

/// The members of a call besides its id, its type and its tool.
fn others(given: &Map<String, Value>, tool: &str) -> Map<String, Value> {
    let given = given.iter();
    let others = given.filter(|(name, _)| !["id", "type", tool].contains(&name.as_str()));
    others
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
