//! The credentials file: a table for each profile.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::file::{self, Pipes, Rules, Unusable};
use super::{Environment, FileVersion, config_error};
use crate::error::Error;
use crate::iso_date;
use crate::redact::{quoted, quoted_path};

const VARIABLE: &str = "NEURA_CREDENTIALS_FILE";
const RULES: Rules<'static> = Rules {
    pipes: Pipes::Read,
    largest: 1 << 20,
    own: true,
    private: true,
};

/// What a table holds.
#[derive(Default)]
pub(crate) struct Entry {
    pub api_key: Option<Zeroizing<String>>,
    /// A program that prints the key, and its arguments.
    pub api_key_command: Option<Zeroizing<String>>,
    pub base_url: Option<String>,
    /// The previous key, which is tried if the service refuses `api_key`.
    pub previous_api_key: Option<Zeroizing<String>>,
    /// The date of `api_key`.
    pub added: Option<SystemTime>,
}

/// What was found in the file.
pub(crate) struct Outcome {
    /// The path of the file, which may not exist; `None` if there is no home folder.
    pub path: Option<PathBuf>,
    /// `None` without a file, or without a table of that name.
    pub entry: Option<Entry>,
    pub version: Option<FileVersion>,
    /// The names of its tables.
    pub tables: Vec<String>,
}

/// The file that `NEURA_CREDENTIALS_FILE` names (and true), else the one in its usual place.
///
/// # Errors
/// `config` if the variable cannot be used.
pub(crate) fn path(environment: &Environment) -> Result<Option<(PathBuf, bool)>, Error> {
    if let Some(named) = environment.path(VARIABLE)? {
        return Ok(Some((environment.absolute(named), true)));
    }
    #[cfg(windows)]
    let folder = environment.get("APPDATA").map(PathBuf::from);
    #[cfg(not(windows))]
    let folder = environment.home().map(|home| home.join(".config"));
    Ok(folder.map(|folder| (folder.join("neura").join("credentials.toml"), false)))
}

/// The table of this name.
pub(crate) fn find(environment: &Environment, table: &str) -> Result<Outcome, Error> {
    let mut outcome = Outcome {
        path: None,
        entry: None,
        version: None,
        tables: Vec::new(),
    };
    let Some((path, named)) = path(environment)? else {
        return Ok(outcome);
    };
    outcome.path = Some(path.clone());
    let Some((tables, version)) = tables(&path, named, Pipes::Read)? else {
        return Ok(outcome);
    };
    outcome.version = version;
    outcome.tables = tables.keys().cloned().collect();
    outcome.entry = entry(&path, &tables, table)?;
    Ok(outcome)
}

/// The table of this name in a file that must exist.
pub(crate) fn read(path: &Path, table: &str, pipes: Pipes<'_>) -> Result<Option<Entry>, Error> {
    match tables(path, true, pipes)? {
        Some((tables, _)) => entry(path, &tables, table),
        None => Ok(None),
    }
}

fn wrong(path: &Path, why: &str) -> Error {
    config_error(format!("the credentials file {} {why}", quoted_path(path)))
}

/// All tables. `None` if the file is missing and not `needed`.
fn tables(
    path: &Path,
    needed: bool,
    pipes: Pipes<'_>,
) -> Result<Option<(toml::Table, Option<FileVersion>)>, Error> {
    let file::Contents {
        data: text,
        version,
    } = match file::read(path, Rules { pipes, ..RULES }) {
        Ok(contents) => contents,
        Err(Unusable::NotThere) if !needed => return Ok(None),
        Err(why) => {
            let advice = format!("Fix it, or name another file with {VARIABLE}");
            return Err(wrong(path, &why.advise(&advice)));
        }
    };
    toml::from_str(&text)
        .map(|tables| Some((tables, version)))
        .map_err(|error: toml::de::Error| {
            // The parser's message quotes the line, which may hold the key.
            let before = error.span().map_or(0, |span| span.start.min(text.len()));
            let breaks = text.as_bytes()[..before]
                .iter()
                .filter(|byte| **byte == b'\n');
            let line = breaks.count() + 1;
            wrong(
                path,
                &format!("is not TOML (line {line}). Correct it there"),
            )
        })
}

fn entry(path: &Path, tables: &toml::Table, table: &str) -> Result<Option<Entry>, Error> {
    let Some(found) = tables.get(table) else {
        return Ok(None);
    };
    let shown = quoted(table);
    let fields = Fields::of(found.clone()).ok_or_else(|| {
        let why = format!(
            "has a table [{shown}] whose api_key, api_key_command, previous_api_key or base_url is \
             not text, or [{shown}] is not a table. Write it as [{shown}] and api_key = \"...\""
        );
        wrong(path, &why)
    })?;
    if fields.api_key.is_some() && fields.api_key_command.is_some() {
        let why = format!(
            "has a table [{shown}] with both api_key and api_key_command. Remove one of them"
        );
        return Err(wrong(path, &why));
    }
    let added = fields.added.map(|added| {
        date(&added).ok_or_else(|| {
            let why = format!(
                "has a table [{shown}] in which `added` is not a date. Write it as 2026-11-29 or \
                 2026-11-29T10:00:00Z"
            );
            wrong(path, &why)
        })
    });
    Ok(Some(Entry {
        api_key: fields.api_key.map(Zeroizing::new),
        api_key_command: fields.api_key_command.map(Zeroizing::new),
        base_url: fields.base_url,
        previous_api_key: fields.previous_api_key.map(Zeroizing::new),
        added: added.transpose()?,
    }))
}

#[derive(Deserialize)]
struct Fields {
    api_key: Option<String>,
    api_key_command: Option<String>,
    base_url: Option<String>,
    previous_api_key: Option<String>,
    added: Option<toml::Value>,
}

impl Fields {
    fn of(value: toml::Value) -> Option<Self> {
        value.try_into().ok()
    }
}

/// An RFC 3339 date, with or without a time, as text or as a TOML date. Without an offset it is
/// in UTC.
fn date(value: &toml::Value) -> Option<SystemTime> {
    let text = match value {
        toml::Value::String(text) => text.trim().to_owned(),
        toml::Value::Datetime(date) => date.to_string(),
        _ => return None,
    };
    iso_date::parse(&text)
}
