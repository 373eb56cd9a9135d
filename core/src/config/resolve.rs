//! Which key and which base URL are used, and whether they may go together.

use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use super::key_sources::KeySources;
use super::lookup::{Candidate, Lookup, TableOfCommand};
use super::{
    FileVersion, KEY_VARIABLE, KeyCommand, KeyInfo, KeyOption, KeySource, Options, URL_VARIABLE,
    UrlSource, config_error,
};
use crate::error::{Error, ErrorKind};
use crate::key::ApiKey;
use crate::option_table::{self, Language};
use crate::pasted;
use crate::redact::{quoted, quoted_path, quoted_variable};
use crate::url::BaseUrl;

/// The keys and the base URL that a client uses.
pub(crate) struct Resolved {
    /// The preferred key first. Empty if a callable or a program gives the key later.
    pub keys: Vec<ApiKey>,
    pub base_url: BaseUrl,
    /// Where the keys came from, without mask and fingerprint.
    pub info: KeyInfo,
    /// The version of the regular file that gave the keys.
    pub file_version: Option<FileVersion>,
}

/// Where a client with these options would take its key from. Calls no callable and runs no
/// program.
///
/// # Errors
/// `missing_api_key`, `malformed_api_key`, and `config` if an option, a variable or a
/// file cannot be used.
///
/// ```
/// let mut options = neura::Options::new();
/// options.set_api_key("nk-fake-0123456789abcdef");
/// options.set_base_url("https://gw.example/v1");
/// let key = neura::resolve(&options)?;
/// assert_eq!((key.source(), key.mask()), ("caller", Some("…cdef")));
/// assert_eq!(key.base_url(), "https://gw.example/v1");
/// # Ok::<(), neura::Error>(())
/// ```
pub fn resolve(options: &Options) -> Result<KeyInfo, Error> {
    let resolved = options.resolve().map_err(|error| {
        let secrets = options.secrets();
        error.map_message(|message| secrets.clean_message(message))
    })?;
    Ok(match resolved.keys.first() {
        Some(key) => resolved.info.of_key(key),
        None => resolved.info,
    })
}

impl Options {
    pub(crate) fn resolve(&self) -> Result<Resolved, Error> {
        let mut sources = KeySources::new(self)?;
        let (mut file_url, mut expanded, mut added, mut file_version) = (None, false, None, None);
        let (keys, key_source) = match &self.key {
            KeyOption::Both => {
                return Err(config_error(format!(
                    "keys ({}) and a callable ({}) were given: give only one of them",
                    option_table::API_KEY,
                    option_table::API_KEY_CALLBACK
                )));
            }
            KeyOption::Callback(_) => (Vec::new(), KeySource::Callback),
            KeyOption::Keys(texts) if texts.is_empty() => {
                return Err(config_error(format!(
                    "the list of keys ({}) is empty: give at least one, or leave it out to have \
                     a key looked up",
                    option_table::API_KEYS
                )));
            }
            KeyOption::Keys(texts) => {
                let parse = |(index, text): (usize, &Zeroizing<String>)| {
                    let place = self.option_of_key(index).place();
                    ApiKey::parse(text).map_err(|problem| match texts.len() {
                        1 => problem.error(&place),
                        count => {
                            problem.error(&format!("{place} (number {} of {count})", index + 1))
                        }
                    })
                };
                let keys = texts
                    .iter()
                    .enumerate()
                    .map(parse)
                    .collect::<Result<_, _>>()?;
                (keys, KeySource::Caller(self.option_of_key(0)))
            }
            KeyOption::Unset => match first_key(&mut sources)? {
                FirstKey::Command(command, beside) => {
                    (file_url, added) = (beside.file_url, beside.added);
                    (Vec::new(), KeySource::Command(command))
                }
                FirstKey::Key(found) => {
                    let keys = parse(&found.text, found.previous.as_ref(), &found.key_source)?;
                    (file_url, expanded, added) = (found.file_url, found.expanded, found.added);
                    file_version = found.version;
                    (keys, found.key_source)
                }
            },
        };
        let (url, source) = self.choose_url(&sources, &key_source, file_url, expanded)?;
        let base_url = BaseUrl::parse(&url, self.allow_http, &source.to_string())?;
        let secrets = Arc::new(self.secrets());
        keys.iter().for_each(|key| secrets.add(key.secret()));
        Ok(Resolved {
            info: KeyInfo {
                key_source,
                profile: sources.profile.name().map(str::to_owned),
                mask: None,
                fingerprint: None,
                added,
                base_url: base_url.to_string(),
                shown_url: OnceLock::new(),
                base_url_source: source.source(),
                secrets,
            },
            keys,
            base_url,
            file_version,
        })
    }

    /// Where requests would go with the caller's key, to diagnose the connection
    /// when no key was found.
    pub(crate) fn base_url_without_key(&self) -> Result<BaseUrl, Error> {
        let sources = KeySources::new(self)?;
        let (url, source) = self.choose_url(
            &sources,
            &KeySource::Caller(&option_table::API_KEY),
            None,
            false,
        )?;
        BaseUrl::parse(&url, self.allow_http, &source.to_string())
    }

    /// A URL from the caller or the environment is used with any key, a file's URL only with that
    /// file's own key. So a stranger's `.env` can send no other key elsewhere.
    fn choose_url(
        &self,
        sources: &KeySources<'_>,
        key_source: &KeySource,
        file_url: Option<String>,
        expanded: bool,
    ) -> Result<(String, UrlSource), Error> {
        if let Some(url) = &self.base_url {
            // An empty one means the default, whatever the environment says.
            return Ok(match pasted::is_blank(url) {
                true => (String::new(), UrlSource::Default),
                false => (url.clone(), UrlSource::Caller),
            });
        }
        for variable in sources.profile.url_variables() {
            if let Some(url) = self.environment.text(&variable)? {
                return Ok((url.to_string(), UrlSource::Environment { variable }));
            }
        }
        if let (Some(url), Some(path)) = (file_url, key_source.path()) {
            if expanded {
                return Err(config_error(format!(
                    "the API key from {key_source} contains values of the process environment, so \
                     it is not sent to the base URL of the same file. If it belongs there, give \
                     {} or set {URL_VARIABLE}",
                    option_table::BASE_URL
                )));
            }
            let source = UrlSource::File {
                source: key_source.file(),
                path: path.to_owned(),
            };
            return Ok((url, source));
        }
        // The nearest file gave the key and names no URL.
        if matches!(key_source, KeySource::EnvFile { .. }) && sources.profile.name().is_none() {
            return Ok((String::new(), UrlSource::Default));
        }
        match sources.nearest_url()? {
            Some(path) if key_source.path() != Some(&path) => Err(config_error(format!(
                "the API key came from {key_source}, but {} names a base URL. A file's URL is used \
                 only with that file's key: give {} or set {URL_VARIABLE}, or read no .env file \
                 ({})",
                quoted_path(&path),
                option_table::BASE_URL,
                option_table::without_env_file()
            ))),
            _ => Ok((String::new(), UrlSource::Default)),
        }
    }
}

/// The keys of one source, the preferred one first.
pub(super) fn parse(
    key: &str,
    previous: Option<&Zeroizing<String>>,
    key_source: &KeySource,
) -> Result<Vec<ApiKey>, Error> {
    let key = ApiKey::parse(key).map_err(|problem| problem.error(&key_source.to_string()))?;
    let previous = previous.filter(|previous| !pasted::is_blank(previous));
    let previous = previous.map(|previous| {
        let place = format!("previous_api_key in {key_source}");
        ApiKey::parse(previous).map_err(|problem| problem.error(&place))
    });
    Ok(std::iter::once(key).chain(previous.transpose()?).collect())
}

/// What the first source gave that has anything.
enum FirstKey {
    Key(Candidate),
    /// It is run when the key is needed.
    Command(KeyCommand, TableOfCommand),
}

fn first_key(sources: &mut KeySources<'_>) -> Result<FirstKey, Error> {
    let mut places = Vec::new();
    if option_table::API_KEY.is_option() {
        places.push(format!("{} (not given)", option_table::API_KEY.place()));
    }
    for found in sources.by_ref() {
        places.extend(found.skipped.iter().map(|why| format!("{why} (skipped)")));
        match found.result? {
            Lookup::Key(key) => return Ok(FirstKey::Key(key)),
            Lookup::Command(command, beside) => {
                return Ok(FirstKey::Command(command, beside));
            }
            Lookup::Blank => places.push(format!("{} (empty)", found.place)),
            Lookup::Absent => places.push(format!("{} (not set)", found.place)),
        }
    }
    let advice = match sources.profile.name() {
        None => {
            let give = Language::current().give_api_key();
            format!("Set {KEY_VARIABLE}, or {give}")
        }
        Some(profile) => {
            let profile = quoted(profile);
            let keep = Language::current().keep_api_key(&profile);
            format!(
                "Set {}{}: with the profile \"{profile}\", a key without a profile is not used",
                quoted_variable(&sources.profile.key_variable()),
                keep.map_or_else(String::new, |keep| format!(", or {keep}"))
            )
        }
    };
    let openai = sources.openai_key().map_or_else(String::new, |place| {
        format!(". {place} is set, but is not used: it is a key of another service")
    });
    Err(Error::new(
        ErrorKind::MissingApiKey,
        format!(
            "no API key was found. Looked in: {}{openai}. {advice}; create keys in the dashboard \
             under \"API Keys\"",
            places.join(", ")
        ),
    ))
}
