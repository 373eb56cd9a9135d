//! What must hold for the single pass over a reply's text.

use serde_json::Value;

use crate::reply::{Member, NoOutline, Outline};

/// A text: the single pass finds the same as a plain reading of its JSON.
pub fn answer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // The plain reader refuses more than 127 levels.
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let outline = match (Outline::of(text), &value) {
        (Ok(outline), Value::Object(_)) => outline,
        (Err(NoOutline::NotObject), value) if !value.is_object() => return,
        (found, _) => panic!("{found:?} of {text}"),
    };
    for member in [Member::Choices, Member::Data, Member::Id] {
        assert_eq!(outline.has(member), !value[member.name()].is_null());
        assert_eq!(outline.is_error(member), is_error(&value, member), "{text}");
    }
    let mut reasons = choices(&value).map(|choice| &choice["finish_reason"]);
    let finished = reasons.any(|reason| reason.as_str().is_some_and(|reason| !reason.is_empty()));
    assert_eq!(outline.is_finished(), finished, "{text}");
    assert_eq!(outline.listed(), value["data"].as_array().map(Vec::len));
}

fn choices(value: &Value) -> impl Iterator<Item = &Value> {
    value["choices"].as_array().into_iter().flatten()
}

fn is_error(value: &Value, member: Member) -> bool {
    let of_choice = |choice: &Value| {
        let inside = [choice, &choice["delta"], &choice["message"]];
        choice["finish_reason"] == "error" || inside.iter().any(|it| is_truthy(&it["error"]))
    };
    let number = |value: &Value| {
        let text = value.as_str().map(|text| text.parse().ok());
        let number: Option<f64> = text.unwrap_or_else(|| value.as_f64());
        number.is_some_and(|number| (400.0..600.0).contains(&number) && number.fract() == 0.0)
    };
    is_truthy(&value["error"])
        || choices(value).any(of_choice)
        || value[member.name()].is_null() && (number(&value["code"]) || number(&value["status"]))
}

fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim_ascii().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::{Strategy, prop_oneof};
    use proptest::sample::select;

    /// JSON with the members that the client looks for, in right and in wrong places.
    pub fn answers() -> impl Strategy<Value = Vec<u8>> {
        let word = select(vec![
            "null",
            "false",
            "true",
            "0",
            "0.0",
            "0.00001",
            "1",
            "429",
            "429.5",
            "\"\"",
            "\" \"",
            "\"\\n\"",
            "\"a\"",
            "\"503\"",
            "\"error\"",
            "\"stop\"",
            "[]",
            "{}",
            "[1]",
            "{\"message\":\"m\"}",
        ]);
        let name = select(vec![
            "error",
            "choices",
            "data",
            "id",
            "code",
            "status",
            "usage",
            "delta",
            "message",
            "finish_reason",
            "finish_r\\u0065ason",
            "other",
        ]);
        let value = word.prop_map(str::to_owned).boxed();
        let nested = (0..4).fold(value, |inner, _| {
            let member = (name.clone(), inner.clone());
            let members = proptest::collection::vec(member, 1..4).prop_map(|members| {
                let texts: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\" :{value}"))
                    .collect();
                format!("{{{}}}", texts.join(", "))
            });
            let list = inner
                .clone()
                .prop_map(|value| format!("[{value} ,{value}]"));
            prop_oneof![2 => inner, 3 => members, 1 => list].boxed()
        });
        nested.prop_map(String::into_bytes)
    }
}
