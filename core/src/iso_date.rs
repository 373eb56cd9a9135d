//! ISO 8601 dates, including RFC 3339.

use std::time::SystemTime;

use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// Reads a date, with or without a time. Without an offset it is in UTC.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    // RFC 3339 also allows a space in place of the T, and lower case.
    let text = text.replacen(' ', "T", 1).to_ascii_uppercase();
    let format = &Iso8601::DEFAULT;
    OffsetDateTime::parse(&text, format)
        .or_else(|_| PrimitiveDateTime::parse(&text, format).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(&text, format).map(|date| date.midnight().assume_utc()))
        .map(SystemTime::from)
        .ok()
}
