//! Reads the fields of a JSON body, with errors that name the field. A null field
//! counts as missing, as in OpenAI's API.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::api_error::ApiError;

pub(super) type Object = Map<String, Value>;

pub(super) fn optional<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

pub(super) fn required<'a>(object: &'a Object, name: &str) -> Result<&'a Value, ApiError> {
    optional(object, name)
        .ok_or_else(|| ApiError::field(name, format!("You must provide `{name}`.")))
}

pub(super) fn boolean(object: &Object, name: &str) -> Result<Option<bool>, ApiError> {
    match optional(object, name) {
        None => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(other) => Err(ApiError::field(
            name,
            format!("`{name}` must be true or false, not {}.", type_name(other)),
        )),
    }
}

pub(super) fn integer(
    object: &Object,
    name: &str,
    range: RangeInclusive<u64>,
) -> Result<Option<u64>, ApiError> {
    let Some(value) = optional(object, name) else {
        return Ok(None);
    };
    match value.as_u64() {
        Some(number) if range.contains(&number) => Ok(Some(number)),
        _ => Err(ApiError::field(
            name,
            format!(
                "`{name}` must be a whole number from {} to {}.",
                range.start(),
                range.end()
            ),
        )),
    }
}

pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
