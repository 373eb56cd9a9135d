//! Reading the file again that a key came from.

use std::path::Path;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::file::{Pipes, Rules};
use super::key_sources::{SECRET_FILE, url_in};
use super::profile::Profile;
use super::resolve::parse;
use super::{EnvFile, KeyInfo, KeySource, Options, config_error, credentials, env_file, file};
use crate::error::Error;
use crate::key::ApiKey;
use crate::pasted;
use crate::url::BaseUrl;

/// The keys that a source gives now.
pub(crate) struct Reloaded {
    /// The preferred key first.
    pub keys: Vec<ApiKey>,
    /// The date of the preferred key, if the source has one.
    pub added: Option<SystemTime>,
}

impl Reloaded {
    /// One key without a date.
    pub fn of(key: ApiKey) -> Self {
        Reloaded {
            keys: vec![key],
            added: None,
        }
    }
}

/// What the file holds now.
#[derive(Default)]
struct Contents {
    key: Option<Zeroizing<String>>,
    previous: Option<Zeroizing<String>>,
    added: Option<SystemTime>,
    url: Option<String>,
    /// The key contains values of the process environment.
    expanded: bool,
}

/// The keys that their file holds now. `None` if the file's base URL changed: then its keys
/// must not be used. No other source is searched, even if the environment or the working
/// directory changed.
///
/// # Errors
/// `config` and `malformed_api_key` if the file no longer gives a key.
pub(crate) fn reload(
    options: &Options,
    old: &KeyInfo,
    pipes: Pipes<'_>,
) -> Result<Option<Reloaded>, Error> {
    let now = read(options, old, pipes)?;
    if !same_url(options, old, &now) {
        return Ok(None);
    }
    match now.key.filter(|text| !pasted::is_blank(text)) {
        None => Err(config_error(format!(
            "there is no longer a key in {}. Put one there",
            old.key_source
        ))),
        Some(text) => Ok(Some(Reloaded {
            keys: parse(&text, now.previous.as_ref(), &old.key_source)?,
            added: now.added,
        })),
    }
}

fn read(options: &Options, old: &KeyInfo, pipes: Pipes<'_>) -> Result<Contents, Error> {
    let profile = Profile::known(old.profile.clone());
    Ok(match &old.key_source {
        KeySource::SecretFile { path, .. } => Contents {
            key: Some(
                file::read(
                    path,
                    Rules {
                        pipes,
                        ..SECRET_FILE
                    },
                )
                .map_err(|why| config_error(format!("{} {why}", old.key_source)))?
                .data,
            ),
            ..Contents::default()
        },
        KeySource::EnvFile { variable, path } => {
            let found = env_file::read(path, options.env_file == EnvFile::Search, pipes)?;
            let values = found.values(std::slice::from_ref(variable), &options.environment)?;
            let value = values.get(variable);
            Contents {
                key: value.map(|(text, _)| Zeroizing::new(text.to_owned())),
                url: url_in(&profile, &found)?,
                expanded: value.is_some_and(|(_, expanded)| expanded),
                ..Contents::default()
            }
        }
        KeySource::CredentialsFile { table, path } => {
            let entry = credentials::read(path, table, pipes)?.unwrap_or_default();
            Contents {
                key: entry.api_key,
                previous: entry.previous_api_key,
                added: entry.added,
                url: entry.base_url.filter(|url| !pasted::is_blank(url)),
                expanded: false,
            }
        }
        _ => Contents::default(),
    })
}

/// Whether the file's keys still belong to the base URL in use.
fn same_url(options: &Options, old: &KeyInfo, now: &Contents) -> bool {
    let from_file = matches!(old.base_url_source, "env_file" | "credentials_file");
    match (&now.url, old.base_url_source) {
        (Some(url), _) if from_file => {
            let place = old
                .key_source
                .path()
                .unwrap_or_else(|| Path::new(""))
                .display();
            let parsed = BaseUrl::parse(url, options.allow_http, &place.to_string());
            !now.expanded && parsed.is_ok_and(|url| url.to_string() == old.base_url)
        }
        (None, _) if from_file => false,
        (Some(_), "default") => false,
        _ => true,
    }
}
