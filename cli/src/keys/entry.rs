//! What the credentials file says of one profile.

use neura::bindings::CheckedKey;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};
use toml_edit::{Item, TableLike, Value};

/// The age in days after which a key should be replaced. Source: the service's page.
pub(crate) const OLD: i64 = 90;

/// What a table says.
pub(crate) struct Entry {
    pub key: KeyOfEntry,
    /// The key before, while a rotation is under way.
    pub previous: Option<CheckedKey>,
    pub added: Option<OffsetDateTime>,
    pub base_url: Option<String>,
}

/// Where the key of a table is.
pub(crate) enum KeyOfEntry {
    Key(CheckedKey),
    /// A program prints it.
    Command,
    /// There is none, or none that can be used; and why.
    Unusable(String),
}

impl Entry {
    /// One without a key, and why.
    pub fn unusable(why: String) -> Self {
        Entry {
            key: KeyOfEntry::Unusable(why),
            previous: None,
            added: None,
            base_url: None,
        }
    }

    pub fn of(table: &dyn TableLike, place: &str) -> Self {
        let text = |name: &str| table.get(name).and_then(Item::as_str);
        let parse = |text: &str, place: &str| CheckedKey::parse(text, place);
        let key = match (table.get("api_key"), table.get("api_key_command")) {
            (Some(_), Some(_)) => KeyOfEntry::Unusable(format!(
                "{place} has both api_key and api_key_command: remove one of them"
            )),
            (Some(Item::Value(Value::String(key))), None) => match parse(key.value(), place) {
                Ok(key) => KeyOfEntry::Key(key),
                Err(error) => KeyOfEntry::Unusable(error.message().to_owned()),
            },
            (Some(_), None) => KeyOfEntry::Unusable(format!("api_key in {place} is not text")),
            (None, Some(_)) => KeyOfEntry::Command,
            (None, None) => KeyOfEntry::Unusable(format!("{place} has no api_key")),
        };
        let previous = text("previous_api_key").filter(|key| !key.trim().is_empty());
        Entry {
            key,
            previous: previous.and_then(|key| parse(key, place).ok()),
            added: table.get("added").and_then(date),
            base_url: text("base_url").map(str::to_owned),
        }
    }

    /// The age of the key in days.
    pub fn age_days(&self) -> Option<i64> {
        let age = OffsetDateTime::now_utc() - self.added?;
        Some(age.whole_days().max(0))
    }

    /// The base URL for people to read. A login in it, which the client refuses, is not shown.
    pub fn shown_url(&self) -> Option<String> {
        let url = self.base_url.as_deref()?;
        let place = url.find("://").map_or(0, |scheme| scheme + 3);
        let end = url[place..]
            .find(['/', '?', '#'])
            .unwrap_or(url.len() - place);
        let login = url[place..place + end].rfind('@');
        let hidden = login.map(|login| format!("{}…{}", &url[..place], &url[place + login..]));
        Some(neura::bindings::quoted(hidden.as_deref().unwrap_or(url)))
    }

    pub fn is_old(&self) -> bool {
        self.age_days().is_some_and(|days| days > OLD)
    }
}

/// As the client reads it: a date, with or without a time, as text or as TOML's own.
fn date(item: &Item) -> Option<OffsetDateTime> {
    let text = match item.as_value()? {
        Value::String(text) => text.value().trim().to_owned(),
        Value::Datetime(date) => date.value().to_string(),
        _ => return None,
    };
    let text = text.replacen(' ', "T", 1).to_ascii_uppercase();
    let format = &Iso8601::DEFAULT;
    OffsetDateTime::parse(&text, format)
        .or_else(|_| PrimitiveDateTime::parse(&text, format).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(&text, format).map(|date| date.midnight().assume_utc()))
        .ok()
}

/// RFC 3339, to the second.
pub(crate) fn rfc3339(time: OffsetDateTime) -> String {
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    whole.format(&Rfc3339).unwrap_or_default()
}
