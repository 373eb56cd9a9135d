//! What has to be known of a chunk, read in one pass over its text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::usage::Tokens;

/// What has to be known of a chunk; everything else is only checked to be JSON.
#[derive(Default, serde::Deserialize)]
pub(super) struct Peek<'a> {
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(default)]
    choices: Choices,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
}

impl<'a> Peek<'a> {
    /// Fails where `data` is not JSON. Any JSON may be a chunk.
    pub fn of(data: &'a str) -> serde_json::Result<Self> {
        // Only an object has fields: serde would take the elements of a list for them.
        if data.trim_start().starts_with('{')
            && let Ok(peek) = serde_json::from_str(data)
        {
            return Ok(peek);
        }
        serde_json::from_str(data).map(|IgnoredAny| Peek::default())
    }

    /// Whether it is an error. What a language without types takes for no value is none.
    pub fn says_error(&self) -> bool {
        self.error.is_some_and(|error| {
            !matches!(error.get(), "null" | "false" | "0" | "\"\"" | "{}" | "[]")
        })
    }

    /// Whether a choice has its `finish_reason`.
    pub fn is_finished(&self) -> bool {
        self.choices.0
    }

    /// The tokens that it tells.
    pub fn tokens(&self) -> Option<Tokens> {
        let usage = self.usage?;
        serde_json::from_str(usage.get()).ok().flatten()
    }
}

/// Whether one of the choices has its `finish_reason`.
#[derive(Default)]
struct Choices(bool);

/// Whether this choice has it.
struct Choice(bool);

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    FinishReason,
    #[serde(other)]
    Other,
}

/// Whatever else than `$expected` stands there has no `finish_reason`, and is no fault.
macro_rules! reads_any {
    ($type:ident, $expected:literal, $($visit:item)*) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Any;
                impl<'de> Visitor<'de> for Any {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_unit<E>(self) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    fn visit_bool<E>(self, _: bool) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    fn visit_i64<E>(self, _: i64) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    fn visit_u64<E>(self, _: u64) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    fn visit_f64<E>(self, _: f64) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    fn visit_str<E>(self, _: &str) -> Result<$type, E> {
                        Ok($type(false))
                    }

                    $($visit)*
                }
                deserializer.deserialize_any(Any)
            }
        }
    };
}

reads_any! {
    Choices, "a list",

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Choices, A::Error> {
        let mut finished = false;
        while let Some(Choice(reason)) = list.next_element()? {
            finished |= reason;
        }
        Ok(Choices(finished))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Choices, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Choices(false))
    }
}

reads_any! {
    Choice, "an object",

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Choice, A::Error> {
        let mut finished = false;
        while let Some(field) = map.next_key()? {
            match field {
                Field::FinishReason => finished = map.next_value::<Option<IgnoredAny>>()?.is_some(),
                Field::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Choice(finished))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Choice, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Choice(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finish_reason_is_found_in_any_choice_and_nowhere_else() {
        for (data, wanted) in [
            (r#"{"choices":[{"finish_reason":"stop"}]}"#, true),
            (
                r#" {"choices":[{"finish_reason":null},{"finish_reason":"length"}]}"#,
                true,
            ),
            (
                r#"{"choices":[{"delta":{},"finish_reason":"stop","index":0}],"x":1}"#,
                true,
            ),
            (r#"{"choices":[{"finish_\u0072eason":"stop"}]}"#, true),
            (
                r#"{"choices":[1,"a",null,[],true,1.5,{"finish_reason":0}]}"#,
                true,
            ),
            (r#"{"choices":[{"finish_reason":null}]}"#, false),
            (
                r#"{"choices":[["finish_reason"]],"finish_reason":"stop"}"#,
                false,
            ),
            (r#"{"choices":{"finish_reason":"stop"}}"#, false),
            (r#"{"choices":[{"delta":{"finish_reason":"stop"}}]}"#, false),
            (r#"{"choices":"stop"}"#, false),
            (r#"{"choices":null}"#, false),
            (r#"{"choices":[]}"#, false),
            (r#"[null,[{"finish_reason":"stop"}]]"#, false),
            (r#""stop""#, false),
            ("1", false),
        ] {
            assert_eq!(Peek::of(data).unwrap().is_finished(), wanted, "{data}");
        }
    }

    #[test]
    fn whatever_is_json_is_a_chunk_and_nothing_else() {
        let deep = format!(
            "{{\"choices\":{}{}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        for data in [
            &deep,
            r#"{"choices":[1e999],"usage":7}"#,
            r#"{"usage":1,"usage":2}"#,
        ] {
            assert!(!Peek::of(data).unwrap().is_finished(), "{data}");
        }
        for data in ["", "{", "{}x", "{\"choices\":[}", "hello", "{\"a\":01}"] {
            assert!(Peek::of(data).is_err(), "{data}");
        }
    }

    #[test]
    fn an_error_that_is_nothing_is_none() {
        for nothing in ["null", "false", "0", "\"\"", "{}", "[]"] {
            let data = format!("{{\"error\":{nothing}}}");
            assert!(!Peek::of(&data).unwrap().says_error(), "{data}");
        }
        for error in ["true", "\"no\"", "{\"message\":\"no\"}", "1", "[0]"] {
            let data = format!("{{\"error\":{error},\"choices\":3}}");
            assert!(Peek::of(&data).unwrap().says_error(), "{data}");
        }
    }
}
