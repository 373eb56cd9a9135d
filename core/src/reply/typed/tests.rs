//! The types are those of `conformance/shapes.json`, member by member, in both directions.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;

/// One member, as a type declares it.
#[derive(Debug, PartialEq)]
pub(super) struct Declared {
    pub name: &'static str,
    pub type_name: String,
    pub may_be_absent: bool,
}

/// A type whose members a test can compare.
pub(super) trait Shape: Serialize + DeserializeOwned {
    fn members() -> Vec<Declared>;
}

type Again = fn(&Value) -> Result<(Value, bool), serde_json::Error>;

/// Each type by its name: its members, and a value read and written again.
fn types() -> BTreeMap<&'static str, (Vec<Declared>, Again)> {
    /// The value after reading and writing, and whether all its members were known.
    fn again<T: Shape>(value: &Value) -> Result<(Value, bool), serde_json::Error> {
        let written = serde_json::to_value(serde_json::from_value::<T>(value.clone())?)?;
        let known = T::members().into_iter().map(|member| member.name);
        let known: Vec<&str> = known.collect();
        let members = written.as_object().cloned().unwrap_or_default();
        let all = members.keys().all(|name| known.contains(&name.as_str()));
        Ok((written, all))
    }
    macro_rules! by_name {
        ($($type:ident)+) => {
            BTreeMap::from([$((stringify!($type), ($type::members(), again::<$type> as Again))),+])
        };
    }
    by_name! {
        ChatCompletion ChatChoice ChatMessage ToolCall FunctionCall CustomCall Annotation
        UrlCitation Audio ChatChunk ChunkChoice Delta ToolCallDelta FunctionCallDelta AudioDelta
        Logprobs TokenLogprob TopLogprob TokenUsage CompletionTokensDetails PromptTokensDetails
        ModelList Model EmbeddingList Embedding EmbeddingUsage
    }
}

fn shapes() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/shapes.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn is_set(member: &Value, name: &str) -> bool {
    member[name].as_bool().unwrap_or_default()
}

/// The first of the types that a member may have: the one that is written.
fn first(type_name: &str) -> &str {
    type_name.split(" | ").next().unwrap_or_default()
}

/// A value of a type as the file writes it, with members as `wanted` says.
fn sample(shapes: &Value, type_name: &str, wanted: fn(&Value) -> bool) -> Value {
    let inner = |open, close| type_name.strip_prefix(open)?.strip_suffix(close);
    match type_name {
        "string" => json!("x"),
        "integer" => json!(7),
        "number" => json!(0.5),
        "boolean" => json!(true),
        "any" => json!({"any": [1, "x"]}),
        _ => match (inner('[', ']'), inner('{', '}')) {
            (Some(item), _) => json!([sample(shapes, item, wanted)]),
            (_, Some(value)) => json!({"key": sample(shapes, value, wanted)}),
            _ => {
                let members = shapes["answers"][type_name]["members"].as_object();
                let members = members.unwrap_or_else(|| panic!("{type_name} is not in the file"));
                let value_of = |member: &Value| match &member["values"][0] {
                    Value::Null => sample(shapes, first(member["type"].as_str().unwrap()), wanted),
                    value => value.clone(),
                };
                let members = members.iter().filter(|(_, member)| wanted(member));
                let members = members.map(|(name, member)| (name.clone(), value_of(member)));
                Value::Object(members.collect())
            }
        },
    }
}

#[test]
fn the_types_have_the_members_of_the_file_and_no_others() {
    let shapes = shapes();
    let types = types();
    let answers = shapes["answers"].as_object().unwrap();
    let names: Vec<&str> = answers.keys().map(String::as_str).collect();
    let mut known: Vec<&str> = types.keys().copied().collect();
    known.sort_by_key(|name| names.iter().position(|it| it == name));
    assert_eq!(known, names);
    for (name, (declared, _)) in &types {
        for member in answers[*name]["members"].as_object().unwrap() {
            let (member, of_file) = member;
            let declared = declared.iter().find(|it| it.name == member);
            let declared = declared.unwrap_or_else(|| panic!("{name} has no {member}"));
            let type_name = of_file["type"].as_str().unwrap();
            assert_eq!(declared.type_name, first(type_name), "{name}.{member}");
            let may_be_absent = is_set(of_file, "optional") || is_set(of_file, "nullable");
            assert_eq!(declared.may_be_absent, may_be_absent, "{name}.{member}");
            // Only what may be absent can read as null then.
            assert!(!is_set(of_file, "absent_is_null") || is_set(of_file, "optional"));
        }
        let in_file = answers[*name]["members"].as_object().unwrap().len();
        assert_eq!(
            declared.len(),
            in_file,
            "{name} has members that are not in the file"
        );
    }
    for endpoint in shapes["endpoints"].as_object().unwrap().values() {
        for part in ["answer", "chunk"] {
            if let Some(name) = endpoint[part].as_str() {
                assert!(types.contains_key(name), "{name}");
            }
        }
    }
}

#[test]
fn each_type_reads_what_the_file_describes_and_writes_the_same() {
    let shapes = shapes();
    let all: fn(&Value) -> bool = |_| true;
    let required: fn(&Value) -> bool = |member| !is_set(member, "optional");
    for (name, (_, again)) in types() {
        for wanted in [all, required] {
            let value = sample(&shapes, name, wanted);
            let (written, known) = again(&value).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(written, value, "{name}");
            assert!(known, "{name} keeps a member of the file as an unknown one");
        }
    }
}

#[test]
fn members_may_be_missing_or_null_and_others_are_kept() {
    let shapes = shapes();
    for (name, (declared, again)) in types() {
        again(&json!({})).unwrap_or_else(|error| panic!("{name}: {error}"));
        let nulls: Map<String, Value> = declared
            .iter()
            .map(|member| (member.name.to_owned(), Value::Null))
            .collect();
        again(&nulls.into()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut value = sample(&shapes, name, |_| true);
        value["of_another_service"] = json!({"a": [1, null]});
        assert_eq!(again(&value).unwrap().0, value, "{name}");
    }
}

#[test]
fn an_assistants_message_can_be_sent_back() {
    let message = json!({
        "role": "assistant",
        "content": null,
        "tool_calls": [{
            "id": "call-1",
            "type": "function",
            "function": {"name": "now", "arguments": ""},
            "extra_content": {"signature": "s"},
        }],
    });
    let answer = json!({"choices": [{"message": message}]});
    let answer: ChatCompletion = serde_json::from_value(answer).unwrap();
    let back = serde_json::to_value(answer.message().unwrap()).unwrap();
    let mut wanted = message;
    wanted.as_object_mut().unwrap().remove("content");
    assert_eq!(back, wanted);
    let bare: ChatMessage = serde_json::from_value(json!({"content": "Hi"})).unwrap();
    let back = serde_json::to_value(bare).unwrap();
    assert_eq!(back, json!({"role": "assistant", "content": "Hi"}));
}

#[test]
fn numbers_and_vectors_are_read_in_the_forms_that_services_use() {
    let model: Model = serde_json::from_value(json!({"id": "m", "created": 1.79e9})).unwrap();
    assert_eq!(model.created, 1_790_000_000);
    for (form, floats) in [
        (json!([0.5, -1, 2.0]), vec![0.5, -1.0, 2.0]),
        (json!("AAAAPwAAgL8="), vec![0.5, -1.0]),
        (json!("AAAAPwAAgL8"), vec![0.5, -1.0]),
        (json!(""), vec![]),
        (json!(null), vec![]),
    ] {
        let read: Embedding = serde_json::from_value(json!({"embedding": form})).unwrap();
        assert_eq!(read.embedding, floats);
    }
    for form in [
        json!("A"),
        json!("AAAA"),
        json!("AA AA=="),
        json!({}),
        json!(["x"]),
    ] {
        let value = json!({"embedding": form});
        assert!(
            serde_json::from_value::<Embedding>(value).is_err(),
            "{form}"
        );
    }
}

#[test]
fn the_words_of_the_first_choice_are_at_hand() {
    for (answer, words) in [
        (
            json!({"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}),
            "a",
        ),
        (json!({"choices": [{"message": {"content": null}}]}), ""),
        (json!({"choices": []}), ""),
        (json!({}), ""),
    ] {
        let answer: ChatCompletion = serde_json::from_value(answer).unwrap();
        assert_eq!(answer.text(), words);
    }
    let chunk = json!({"choices": [
        {"index": 1, "delta": {"content": "b"}},
        {"index": 0, "delta": {"content": "a"}},
    ]});
    let chunk: ChatChunk = serde_json::from_value(chunk).unwrap();
    assert_eq!(chunk.text(), "a");
}
