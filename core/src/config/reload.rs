//! Looking once more into the file that a key came from.

use std::path::Path;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::file::{Pipes, Rules};
use super::key_sources::{SECRET_FILE, url_in};
use super::profile::Profile;
use super::resolve::parse;
use super::{EnvFile, KeyInfo, Options, Place, config_error, credentials, env_file, file};
use crate::error::Error;
use crate::key::ApiKey;
use crate::pasted;
use crate::url::BaseUrl;

/// The keys that a place holds now.
pub(crate) struct Looked {
    /// The preferred one first.
    pub keys: Vec<ApiKey>,
    /// Since when it holds that one, where it says so.
    pub added: Option<SystemTime>,
}

impl Looked {
    /// One key, of a place that tells no more.
    pub fn of(key: ApiKey) -> Self {
        Looked {
            keys: vec![key],
            added: None,
        }
    }
}

/// What the file says now.
#[derive(Default)]
struct Now {
    key: Option<Zeroizing<String>>,
    previous: Option<Zeroizing<String>>,
    added: Option<SystemTime>,
    url: Option<String>,
    /// Something of the key was taken from the process environment.
    expanded: bool,
}

/// The keys that stand in their file now, if they may still be used: the file's base URL must
/// be what it was. No other place is looked into, whatever the environment and the working
/// directory have become since.
///
/// # Errors
/// `config` and `malformed_api_key` where the file does not give a key any more.
pub(crate) fn look_again(
    options: &Options,
    old: &KeyInfo,
    pipes: Pipes<'_>,
) -> Result<Option<Looked>, Error> {
    let now = read(options, old, pipes)?;
    if !same_url(options, old, &now) {
        return Ok(None);
    }
    match now.key.filter(|text| !pasted::is_blank(text)) {
        None => Err(config_error(format!(
            "there is no key in {} any more",
            old.place
        ))),
        Some(text) => Ok(Some(Looked {
            keys: parse(&text, now.previous.as_ref(), &old.place)?,
            added: now.added,
        })),
    }
}

fn read(options: &Options, old: &KeyInfo, pipes: Pipes<'_>) -> Result<Now, Error> {
    let profile = Profile::known(old.profile.clone());
    Ok(match &old.place {
        Place::SecretFile { path, .. } => Now {
            key: Some(
                file::read(
                    path,
                    Rules {
                        pipes,
                        ..SECRET_FILE
                    },
                )
                .map_err(|why| config_error(format!("{} {why}", old.place)))?
                .data,
            ),
            ..Now::default()
        },
        Place::EnvFile { variable, path } => {
            let found = env_file::read(path, options.env_file == EnvFile::Search, pipes)?;
            let values = found.values(std::slice::from_ref(variable))?;
            let value = values.get(variable);
            Now {
                key: value.map(|(text, _)| Zeroizing::new(text.to_owned())),
                url: url_in(&profile, &found)?,
                expanded: value.is_some_and(|(_, expanded)| expanded),
                ..Now::default()
            }
        }
        Place::CredentialsFile { table, path } => {
            let entry = credentials::read(path, table, pipes)?.unwrap_or_default();
            Now {
                key: entry.api_key,
                previous: entry.previous_api_key,
                added: entry.added,
                url: entry.base_url.filter(|url| !pasted::is_blank(url)),
                expanded: false,
            }
        }
        _ => Now::default(),
    })
}

/// Whether requests would still go where they go.
fn same_url(options: &Options, old: &KeyInfo, now: &Now) -> bool {
    let from_file = matches!(old.base_url_source, "env_file" | "credentials_file");
    match (&now.url, old.base_url_source) {
        (Some(url), _) if from_file => {
            let place = old.place.path().unwrap_or_else(|| Path::new("")).display();
            let parsed = BaseUrl::parse(url, options.allow_http, &place.to_string());
            !now.expanded && parsed.is_ok_and(|url| url.to_string() == old.base_url)
        }
        (None, _) if from_file => false,
        (Some(_), "default") => false,
        _ => true,
    }
}
