//! Which key and which base URL are used, and whether they may go together.

use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use super::key_sources::{Candidate, Search, Sight};
use super::{
    FileVersion, Given, KEY_VARIABLE, KeyCommand, KeyInfo, Options, Place, URL_VARIABLE, UrlSource,
    config_error, variables,
};
use crate::error::{Error, ErrorKind};
use crate::key::ApiKey;
use crate::option_table;
use crate::pasted;
use crate::redact::{quoted, quoted_path, quoted_variable};
use crate::url::BaseUrl;

/// The keys and the base URL that a client uses.
pub(crate) struct Resolved {
    /// The preferred key first; none where a callable or a program is to be asked.
    pub keys: Vec<ApiKey>,
    pub base_url: BaseUrl,
    /// Where the keys came from; without mask and fingerprint.
    pub info: KeyInfo,
    /// Of the regular file that gave the keys.
    pub file_version: Option<FileVersion>,
}

/// Where the key comes from that a client with these options would use, without asking a
/// callable or running a program.
///
/// # Errors
/// `missing_api_key`, `malformed_api_key`, and `config` where an option, a variable or a
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
        let mut search = Search::new(self)?;
        let (mut file_url, mut expanded, mut added, mut file_version) = (None, false, None, None);
        let (keys, place) = match &self.given {
            Given::Both => {
                return Err(config_error(format!(
                    "keys ({}) and a callable ({}) were given: give either",
                    option_table::API_KEY,
                    option_table::API_KEY_CALLBACK
                )));
            }
            Given::Callback(_) => (Vec::new(), Place::Callback),
            Given::Texts(texts) if texts.is_empty() => {
                return Err(config_error(format!(
                    "the list of keys ({}) is empty: give at least one, or leave it out to have \
                     a key looked up",
                    option_table::API_KEYS
                )));
            }
            Given::Texts(texts) => {
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
                (keys, Place::Caller(self.option_of_key(0)))
            }
            Given::Nothing => match first_key(&mut search)? {
                Found::Command(command) => (Vec::new(), Place::Command(command)),
                Found::Key(found) => {
                    let keys = parse(&found.text, found.previous.as_ref(), &found.place)?;
                    (file_url, expanded, added) = (found.file_url, found.expanded, found.added);
                    file_version = found.version;
                    (keys, found.place)
                }
            },
        };
        let (url, source) = self.choose_url(&search, &place, file_url, expanded)?;
        let base_url = BaseUrl::parse(&url, self.allow_http, &source.to_string())?;
        let secrets = Arc::new(self.secrets());
        keys.iter().for_each(|key| secrets.add(key.secret()));
        Ok(Resolved {
            info: KeyInfo {
                place,
                profile: search.profile.name().map(str::to_owned),
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

    /// Where requests would go with a key of the caller's, for a look at the way there when
    /// no key was found.
    pub(crate) fn base_url_without_key(&self) -> Result<BaseUrl, Error> {
        let search = Search::new(self)?;
        let (url, source) =
            self.choose_url(&search, &Place::Caller(&option_table::API_KEY), None, false)?;
        BaseUrl::parse(&url, self.allow_http, &source.to_string())
    }

    /// A URL from the caller or the environment goes with any key, a file's only with that
    /// file's own key. A `.env` of a stranger's can thus send no key elsewhere.
    fn choose_url(
        &self,
        search: &Search<'_>,
        place: &Place,
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
        for variable in search.profile.url_variables() {
            if let Some(url) = variables::text(&variable)? {
                return Ok((url.to_string(), UrlSource::Environment { variable }));
            }
        }
        if let (Some(url), Some(path)) = (file_url, place.path()) {
            if expanded {
                return Err(config_error(format!(
                    "the API key from {place} was put together with the process environment, so \
                     it is not sent to the base URL that the same file names. Give {}, or set \
                     {URL_VARIABLE}, if that is where it belongs",
                    option_table::BASE_URL
                )));
            }
            let source = UrlSource::File {
                source: place.source(),
                path: path.to_owned(),
            };
            return Ok((url, source));
        }
        // The nearest file gave the key, and was seen to name no URL.
        if matches!(place, Place::EnvFile { .. }) && search.profile.name().is_none() {
            return Ok((String::new(), UrlSource::Default));
        }
        match search.nearest_url()? {
            Some(path) if place.path() != Some(&path) => Err(config_error(format!(
                "the API key came from {place}, but {} names a base URL. A file's URL goes with \
                 that file's key alone: give {} or set {URL_VARIABLE}, or read no .env file ({})",
                quoted_path(&path),
                option_table::BASE_URL,
                option_table::without_env_file()
            ))),
            _ => Ok((String::new(), UrlSource::Default)),
        }
    }
}

/// The keys of one place, the preferred one first.
pub(super) fn parse(
    key: &str,
    previous: Option<&Zeroizing<String>>,
    place: &Place,
) -> Result<Vec<ApiKey>, Error> {
    let key = ApiKey::parse(key).map_err(|problem| problem.error(&place.to_string()))?;
    let previous = previous.filter(|previous| !pasted::is_blank(previous));
    let previous = previous.map(|previous| {
        let place = format!("previous_api_key in {place}");
        ApiKey::parse(previous).map_err(|problem| problem.error(&place))
    });
    Ok(std::iter::once(key).chain(previous.transpose()?).collect())
}

enum Found {
    Key(Candidate),
    /// It is run when the key is needed.
    Command(KeyCommand),
}

fn first_key(search: &mut Search<'_>) -> Result<Found, Error> {
    let mut seen = vec![format!("{} (not given)", option_table::API_KEY.place())];
    for looked in search.by_ref() {
        seen.extend(
            looked
                .passed_over
                .iter()
                .map(|why| format!("{why} (passed over)")),
        );
        match looked.sight? {
            Sight::Key(found) => return Ok(Found::Key(found)),
            Sight::Command(command) => return Ok(Found::Command(command)),
            Sight::Blank => seen.push(format!("{} (empty)", looked.place)),
            Sight::Absent => seen.push(format!("{} (not set)", looked.place)),
        }
    }
    let advice = match search.profile.name() {
        None => format!("Set {KEY_VARIABLE}, or give {}", option_table::API_KEY),
        Some(profile) => format!(
            "Set {}: with the profile \"{}\" no key without a profile is used",
            quoted_variable(&search.profile.key_variable()),
            quoted(profile)
        ),
    };
    Err(Error::new(
        ErrorKind::MissingApiKey,
        format!(
            "no API key was found. Looked in: {}. {advice}; keys are made in the dashboard under \
             \"API Keys\"",
            seen.join(", ")
        ),
    ))
}
