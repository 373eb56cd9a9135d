//! Where each object of an answer stands, from `conformance/shapes.json`.

use serde_json::{Map, Value};

use super::Target;
use crate::option_table::tests::text_of;

/// At the head of each file that is made from it, in the comment of its language.
pub const MADE: &str = "Made from conformance/shapes.json by `make options`; edit there.";

/// One part of the file: the types of `answers` or of `parameters`.
pub fn types(part: &str) -> Map<String, Value> {
    let mut file: Value = serde_json::from_str(&text_of("conformance/shapes.json"))
        .expect("conformance/shapes.json is JSON");
    serde_json::from_value(file[part].take()).expect("a part has types")
}

/// The members of a type.
pub fn members(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let members = of["members"].as_object();
    members.expect("a type has members").iter()
}

pub fn targets() -> Vec<Target> {
    let answers = types("answers");
    let names: String = answers.keys().map(|name| format!("{name}, ")).collect();
    let mut within = String::new();
    for (name, of) in &answers {
        for (member, said) in members(of) {
            let inner = said["type"].as_str().expect("a member has a type");
            let inner = inner.trim_matches(['[', ']']);
            if answers.contains_key(inner) {
                within += &format!("(Self::{name}, {member:?}) => Self::{inner},\n");
            }
        }
    }
    let all: String = answers
        .keys()
        .map(|name| format!("Self::{name}, "))
        .collect();
    let text = format!(
        "//! Which type an object of an answer has, by the place where it stands.
//!
//! {MADE}

/// A type of the answers, as `conformance/shapes.json` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The file describes them.
pub enum Shape {{ {names} }}

impl Shape {{
    /// All, in the order of their numbers.
    pub const ALL: [Self; {}] = [{all}];

    /// The type of a member, or of its items if it is a list.
    pub fn within(self, member: &str) -> Option<Self> {{
        Some(match (self, member) {{
            {within}
            _ => return None,
        }})
    }}
}}
",
        answers.len()
    );
    vec![Target {
        path: "core/src/bindings/shapes.rs",
        text,
    }]
}
