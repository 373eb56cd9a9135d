//! The parts of a JSON object from the service that the client needs, read in one pass over its
//! text: the members of an answer, an error, the end of a stream, the tokens used.

use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::keys::Tokens;

/// The numbers in a body that mean an error, like an HTTP status.
pub(crate) const ERROR_NUMBERS: RangeInclusive<u16> = 400..=599;

/// The member that an answer to a named call must have. Source: design.md, Requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// Of a chat completion and of its chunks.
    Choices,
    /// Of a list of models and of embeddings.
    Data,
    /// Of one model.
    Id,
}

impl Member {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Member::Choices => "choices",
            Member::Data => "data",
            Member::Id => "id",
        }
    }
}

/// The known parts of an object; everything else is only checked to be JSON.
#[derive(Debug, Default)]
pub(crate) struct Outline<'a> {
    error: Option<&'a RawValue>,
    code: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    usage: Option<&'a RawValue>,
    choices: Choices,
    data: Length,
    id: bool,
}

/// Why a text has no outline.
#[derive(Debug)]
pub(crate) enum NoOutline {
    /// It is not JSON.
    NotJson(serde_json::Error),
    /// It is JSON, but not an object.
    NotObject,
}

impl<'a> Outline<'a> {
    /// Reads the text of an object.
    pub fn of(text: &'a str) -> Result<Self, NoOutline> {
        // Only an object has members: serde would take the elements of a list for them.
        if text.trim_ascii_start().starts_with('{') {
            return serde_json::from_str(text).map_err(NoOutline::NotJson);
        }
        match serde_json::from_str(text) {
            Ok(IgnoredAny) => Err(NoOutline::NotObject),
            Err(error) => Err(NoOutline::NotJson(error)),
        }
    }

    /// Whether the object is an error instead of an answer: it has an `error` that is not falsy,
    /// also in one of its choices, or a choice that ended with an error; or it lacks `member` and
    /// has a `code` or `status` of 400 to 599.
    pub fn is_error(&self, member: Member) -> bool {
        let numbered = || {
            [self.code, self.status]
                .into_iter()
                .flatten()
                .any(is_error_number)
        };
        self.error.is_some_and(is_truthy) || self.choices.failed || !self.has(member) && numbered()
    }

    /// Whether a text that is a JSON list holds such an error: `[{"error": ...}]`.
    pub fn of_list(text: &'a str, member: Member) -> bool {
        let list: Result<Vec<Self>, _> = serde_json::from_str(text);
        list.is_ok_and(|list| list.iter().any(|outline| outline.is_error(member)))
    }

    /// A JSON object with the parts that identify the error, in at most `most` bytes: for a larger
    /// error only its numbers.
    pub fn essence(&self, most: usize) -> String {
        let member = |(name, value): (&str, Option<&RawValue>)| {
            let value = value.filter(|value| value.get().len() <= most)?;
            Some(format!("\"{name}\":{}", value.get()))
        };
        let object = |members: Vec<String>| format!("{{{}}}", members.join(","));
        let mut members: Vec<String> = self.numbers().into_iter().filter_map(member).collect();
        match self.error {
            Some(error) if error.get().len() > most => {
                let inner = Outline::of(error.get()).unwrap_or_default();
                let inner = inner.numbers().into_iter().filter_map(member).collect();
                members.push(format!("\"error\":{}", object(inner)));
            }
            error => members.extend(member(("error", error))),
        }
        object(members)
    }

    fn numbers(&self) -> [(&'static str, Option<&'a RawValue>); 2] {
        [("code", self.code), ("status", self.status)]
    }

    /// Whether it has the member; null counts as absent.
    pub fn has(&self, member: Member) -> bool {
        match member {
            Member::Choices => self.choices.present,
            Member::Data => self.data != Length::Absent,
            Member::Id => self.id,
        }
    }

    /// Whether a choice has a `finish_reason`: a text that is not empty.
    pub fn is_finished(&self) -> bool {
        self.choices.finished
    }

    /// The tokens in its `usage`.
    pub fn tokens(&self) -> Option<Tokens> {
        let usage = self.usage?;
        serde_json::from_str(usage.get()).ok().flatten()
    }

    /// How many elements `data` has; `None` if it is not a list.
    pub fn listed(&self) -> Option<usize> {
        match self.data {
            Length::List(length) => Some(length),
            Length::Absent | Length::Other => None,
        }
    }
}

/// Whether a value is not falsy. Falsy JSON values (null, false, 0, "", {}, []) are not an error.
fn is_truthy(value: &RawValue) -> bool {
    let visible = value.get().chars().filter(|c| !c.is_ascii_whitespace());
    let text: String = visible.take("false".len() + 1).collect();
    let zero = || text.parse().is_ok_and(|number: f64| number == 0.0);
    !matches!(text.as_str(), "null" | "false" | "\"\"" | "{}" | "[]") && !zero()
}

/// Whether a number, or a text with a number, means an error.
fn is_error_number(value: &RawValue) -> bool {
    error_number(value.get().trim_matches('"')).is_some()
}

/// The error number in a text: `429`, `429.0`.
pub(crate) fn error_number(text: &str) -> Option<u16> {
    let number: f64 = text.trim().parse().ok()?;
    let status = number as u16;
    (f64::from(status) == number && ERROR_NUMBERS.contains(&status)).then_some(status)
}

/// The known parts of all choices together.
#[derive(Debug, Default)]
struct Choices {
    present: bool,
    finished: bool,
    failed: bool,
}

/// The length of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Length {
    #[default]
    Absent,
    /// The value is not a list.
    Other,
    List(usize),
}

impl<'de: 'a, 'a> Deserialize<'de> for Outline<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(field_identifier, rename_all = "snake_case")]
        enum Field {
            Error,
            Code,
            Status,
            Usage,
            Choices,
            Data,
            Id,
            #[serde(other)]
            Other,
        }

        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Outline<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline<'de>, A::Error> {
                let mut found = Outline::default();
                // If a member occurs twice, the last one counts, as usual in JSON.
                while let Some(field) = map.next_key()? {
                    match field {
                        Field::Error => found.error = Some(map.next_value()?),
                        Field::Code => found.code = Some(map.next_value()?),
                        Field::Status => found.status = Some(map.next_value()?),
                        Field::Usage => found.usage = Some(map.next_value()?),
                        Field::Choices => found.choices = map.next_value()?,
                        Field::Data => found.data = map.next_value()?,
                        Field::Id => found.id = map.next_value::<Option<IgnoredAny>>()?.is_some(),
                        Field::Other => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(found)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Reads a list; null becomes `$null` and any other value `$other`, without an error.
macro_rules! reads_a_list {
    ($type:ident, $null:expr, $other:expr, |$list:ident| $read:block) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Any;
                impl<'de> Visitor<'de> for Any {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a list")
                    }

                    fn visit_unit<E>(self) -> Result<$type, E> {
                        Ok($null)
                    }

                    fn visit_bool<E>(self, _: bool) -> Result<$type, E> {
                        Ok($other)
                    }

                    fn visit_i64<E>(self, _: i64) -> Result<$type, E> {
                        Ok($other)
                    }

                    fn visit_u64<E>(self, _: u64) -> Result<$type, E> {
                        Ok($other)
                    }

                    fn visit_f64<E>(self, _: f64) -> Result<$type, E> {
                        Ok($other)
                    }

                    fn visit_str<E>(self, _: &str) -> Result<$type, E> {
                        Ok($other)
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                        Ok($other)
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, mut $list: A) -> Result<$type, A::Error> {
                        $read
                    }
                }
                deserializer.deserialize_any(Any)
            }
        }
    };
}

reads_a_list! { Length, Length::Absent, Length::Other, |list| {
    let mut length = 0;
    while list.next_element::<IgnoredAny>()?.is_some() {
        length += 1;
    }
    Ok(Length::List(length))
} }

reads_a_list! { Choices, Choices::default(), Choices { present: true, ..Choices::default() }, |list| {
    let mut choices = Choices { present: true, ..Choices::default() };
    while let Some(choice) = list.next_element::<&RawValue>()? {
        choices.add(choice.get());
    }
    Ok(choices)
} }

impl Choices {
    fn add(&mut self, choice: &str) {
        // A choice that is not an object is ignored.
        if !choice.starts_with('{') {
            return;
        }
        let Ok(choice) = serde_json::from_str::<Choice<'_>>(choice) else {
            return;
        };
        let reason = choice.finish_reason.unwrap_or_default();
        self.finished |= !reason.is_empty();
        self.failed |= reason == "error"
            || choice.error.is_some_and(is_truthy)
            || [choice.delta, choice.message]
                .into_iter()
                .flatten()
                .any(holds_error);
    }
}

/// Whether the content of a choice is an object with an `error`.
fn holds_error(inner: &RawValue) -> bool {
    let text = inner.get();
    // Errors are rare here, and a search is cheaper than parsing.
    text.starts_with('{')
        && text.contains("\"error\"")
        && serde_json::from_str::<Choice<'_>>(text)
            .is_ok_and(|inner| inner.error.is_some_and(is_truthy))
}

/// The known members of a choice or its content.
#[derive(Default)]
struct Choice<'a> {
    finish_reason: Option<String>,
    error: Option<&'a RawValue>,
    delta: Option<&'a RawValue>,
    message: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Choice<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(field_identifier, rename_all = "snake_case")]
        enum Field {
            FinishReason,
            Error,
            Delta,
            Message,
            #[serde(other)]
            Other,
        }

        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Choice<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Choice<'de>, A::Error> {
                let mut found = Choice::default();
                while let Some(field) = map.next_key()? {
                    match field {
                        Field::FinishReason => found.finish_reason = text_of(map.next_value()?),
                        Field::Error => found.error = Some(map.next_value()?),
                        Field::Delta => found.delta = Some(map.next_value()?),
                        Field::Message => found.message = Some(map.next_value()?),
                        Field::Other => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(found)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The value, if it is a text. Most values are null.
fn text_of(value: &RawValue) -> Option<String> {
    match value.get().starts_with('"') {
        true => serde_json::from_str(value.get()).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests;
