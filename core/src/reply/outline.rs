//! The parts of a JSON object from the service that the client needs, read in one pass over its
//! text: the members of an answer, an error, the end of a stream, the tokens used.

use std::ops::RangeInclusive;

use crate::json::{self, NotJson, Walk};
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

/// The known parts of an object, as they are written; everything else is only checked to be JSON.
#[derive(Debug, Default)]
pub(crate) struct Outline<'a> {
    error: Option<&'a str>,
    code: Option<&'a str>,
    status: Option<&'a str>,
    tokens: Option<Tokens>,
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
        let found = json::read(text, |walk| match walk.peek() {
            Some(b'{') => Outline::read(walk).map(Some),
            _ => walk.skip().map(|()| None),
        });
        found
            .map_err(NoOutline::NotJson)?
            .ok_or(NoOutline::NotObject)
    }

    fn read(walk: &mut Walk<'a>) -> Result<Self, NotJson> {
        let mut found = Outline::default();
        walk.object(|name, walk| {
            // If a member occurs twice, the last one counts, as usual in JSON.
            match name {
                b"error" => found.error = not_null(walk.value()?),
                b"code" => found.code = not_null(walk.value()?),
                b"status" => found.status = not_null(walk.value()?),
                b"usage" => found.tokens = Tokens::read(walk)?,
                b"choices" => found.choices = Choices::read(walk)?,
                b"data" => found.data = Length::read(walk)?,
                b"id" => found.id = not_null(walk.value()?).is_some(),
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        Ok(found)
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

    /// Whether a text that is a JSON list of objects holds such an error: `[{"error": ...}]`.
    pub fn of_list(text: &'a str, member: Member) -> bool {
        let is_error = json::read(text, |walk| {
            let mut is_error = false;
            walk.list(|walk| {
                is_error |= Outline::read(walk)?.is_error(member);
                Ok(())
            })?;
            Ok(is_error)
        });
        is_error.unwrap_or(false)
    }

    /// A JSON object with the parts that identify the error, in at most `most` bytes: for a larger
    /// error only its numbers.
    pub fn essence(&self, most: usize) -> String {
        let member = |(name, value): (&str, Option<&str>)| {
            let value = value.filter(|value| value.len() <= most)?;
            Some(format!("\"{name}\":{value}"))
        };
        let object = |members: Vec<String>| format!("{{{}}}", members.join(","));
        let mut members: Vec<String> = self.numbers().into_iter().filter_map(member).collect();
        match self.error {
            Some(error) if error.len() > most => {
                let inner = Outline::of(error).unwrap_or_default();
                let inner = inner.numbers().into_iter().filter_map(member).collect();
                members.push(format!("\"error\":{}", object(inner)));
            }
            error => members.extend(member(("error", error))),
        }
        object(members)
    }

    fn numbers(&self) -> [(&'static str, Option<&'a str>); 2] {
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
        self.tokens
    }

    /// How many elements `data` has; `None` if it is not a list.
    pub fn listed(&self) -> Option<usize> {
        match self.data {
            Length::List(length) => Some(length),
            Length::Absent | Length::Other => None,
        }
    }
}

fn not_null(value: &str) -> Option<&str> {
    (value != "null").then_some(value)
}

/// Whether a value is not falsy. Falsy JSON values (null, false, 0, "", {}, []) are not an error.
fn is_truthy(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => value.parse() != Ok(0.0),
        Some(b'"') => json::string(value).is_none_or(|text| !text.trim_ascii().is_empty()),
        _ => {
            let visible = value.chars().filter(|c| !c.is_ascii_whitespace());
            let text: String = visible.take("false".len() + 1).collect();
            !matches!(text.as_str(), "null" | "false" | "{}" | "[]")
        }
    }
}

/// Whether a number, or a text with a number, means an error.
fn is_error_number(value: &str) -> bool {
    error_number(value.trim_matches('"')).is_some()
}

/// The error number in a text: `429`, `429.0`.
pub(crate) fn error_number(text: &str) -> Option<u16> {
    let number: f64 = text.trim().parse().ok()?;
    let status = number as u16;
    (f64::from(status) == number && ERROR_NUMBERS.contains(&status)).then_some(status)
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

impl Length {
    fn read(walk: &mut Walk<'_>) -> Result<Self, NotJson> {
        if walk.peek() != Some(b'[') {
            let value = not_null(walk.value()?);
            return Ok(value.map_or(Length::Absent, |_| Length::Other));
        }
        let mut length = 0;
        walk.list(|walk| {
            length += 1;
            walk.skip()
        })?;
        Ok(Length::List(length))
    }
}

/// The known parts of all choices together.
#[derive(Debug, Default)]
struct Choices {
    present: bool,
    finished: bool,
    failed: bool,
}

impl Choices {
    fn read(walk: &mut Walk<'_>) -> Result<Self, NotJson> {
        let mut choices = Choices::default();
        if walk.peek() != Some(b'[') {
            choices.present = not_null(walk.value()?).is_some();
            return Ok(choices);
        }
        choices.present = true;
        walk.list(|walk| {
            // A choice that is not an object is ignored.
            match walk.peek() {
                Some(b'{') => choices.add(&Choice::read(walk)?),
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        Ok(choices)
    }

    fn add(&mut self, choice: &Choice<'_>) {
        let reason = choice.finish_reason.and_then(json::string);
        let reason = reason.unwrap_or_default();
        self.finished |= !reason.is_empty();
        self.failed |= reason == "error"
            || [choice.error, choice.delta_error, choice.message_error]
                .into_iter()
                .flatten()
                .any(is_truthy);
    }
}

/// The known members of a choice, as they are written.
#[derive(Default)]
struct Choice<'a> {
    finish_reason: Option<&'a str>,
    error: Option<&'a str>,
    /// The `error` in its content.
    delta_error: Option<&'a str>,
    message_error: Option<&'a str>,
}

impl<'a> Choice<'a> {
    fn read(walk: &mut Walk<'a>) -> Result<Self, NotJson> {
        let mut found = Choice::default();
        walk.object(|name, walk| {
            match name {
                b"finish_reason" => found.finish_reason = Some(walk.value()?),
                b"error" => found.error = Some(walk.value()?),
                b"delta" => found.delta_error = error_within(walk)?,
                b"message" => found.message_error = error_within(walk)?,
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// Passes a value; returns its member `error` if it is an object.
fn error_within<'a>(walk: &mut Walk<'a>) -> Result<Option<&'a str>, NotJson> {
    let mut error = None;
    if walk.peek() != Some(b'{') {
        walk.value()?;
        return Ok(error);
    }
    walk.object(|name, walk| {
        match name {
            b"error" => error = Some(walk.value()?),
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    Ok(error)
}

#[cfg(test)]
mod tests;
