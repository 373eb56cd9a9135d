//! What can be told without a network: places, keys, files, options.

use std::path::Path;
use std::sync::Arc;

use super::{Check, CheckStatus, files};
use crate::client::check_options;
use crate::config::{
    Given, KeyInfo, Options, Place, Profile, Search, Sight, URL_VARIABLE, is_loopback,
};
use crate::error::{Error, ErrorKind};
use crate::key::ApiKey;
use crate::option_table;
use crate::redact::{Secrets, quoted, quoted_path};
use crate::url::{BaseUrl, DEFAULT_BASE_URL, endpoint_in_base};

/// What the local part found.
pub(super) struct Local {
    pub checks: Vec<Check>,
    pub key: Option<KeyInfo>,
    pub base_url: Option<BaseUrl>,
    /// Why no client can be made.
    pub problem: Option<Error>,
    pub secrets: Arc<Secrets>,
}

/// A place that holds something, in words, and the key's fingerprint where it is one.
struct Holding {
    words: String,
    fingerprint: Option<String>,
    /// Why it cannot be used.
    error: Option<Error>,
}

impl Local {
    pub fn look(options: &Options) -> Self {
        let mut local = Local {
            checks: Vec::new(),
            key: None,
            base_url: None,
            problem: None,
            secrets: Arc::new(options.secrets()),
        };
        let search = match Search::new(options) {
            Ok(search) => search,
            Err(error) => {
                local.checks.push(failed("profile", &error));
                for code in ["key_source", "key_shadowed", "key_form"] {
                    let why = "it depends on the profile";
                    local.checks.push(Check::skipped(code, why));
                }
                local.problem = Some(error);
                local.last_checks(options, &Profile::default());
                return local;
            }
        };
        let profile = search.profile.clone();
        let resolved = options.resolve();
        let (mut seen, mut holding) = (Vec::new(), Vec::new());
        local.given(options, &mut seen, &mut holding);
        local.places(search, &mut seen, &mut holding);
        local
            .checks
            .push(profile_check(&profile, &resolved.as_ref().err()));
        let problem = resolved.as_ref().err().cloned();
        local.source_checks(&seen, &holding, problem.as_ref());
        local.form_check(options, &holding, problem.as_ref());
        match resolved {
            Ok(resolved) => {
                resolved
                    .keys
                    .iter()
                    .for_each(|key| local.secrets.add(key.secret()));
                local.key = Some(match resolved.keys.first() {
                    Some(key) => resolved.info.of_key(key),
                    None => resolved.info,
                });
                local.base_url = Some(resolved.base_url);
            }
            Err(error) => {
                local.base_url = options.base_url_without_key().ok();
                local.problem = Some(error);
            }
        }
        local.last_checks(options, &profile);
        local
    }

    /// What the caller gave as a key.
    fn given(&mut self, options: &Options, seen: &mut Vec<String>, holding: &mut Vec<Holding>) {
        let place = option_table::API_KEY.place();
        match &options.given {
            Given::Nothing => seen.push(format!("{place} (not given)")),
            Given::Callback(_) => {
                seen.push(format!("{place} (a callable)"));
                holding.push(Holding {
                    words: option_table::API_KEY_CALLBACK.place(),
                    fingerprint: None,
                    error: None,
                });
            }
            Given::Both => seen.push(format!("{place} (keys and a callable)")),
            Given::Texts(texts) => {
                for (index, text) in texts.iter().enumerate() {
                    let place = options.option_of_key(index).place();
                    let (told, fingerprint) = self.tell(text);
                    seen.push(format!("{place} ({told})"));
                    holding.push(Holding {
                        words: format!("{place} ({told})"),
                        fingerprint,
                        error: None,
                    });
                }
            }
        }
    }

    fn places(&mut self, search: Search<'_>, seen: &mut Vec<String>, holding: &mut Vec<Holding>) {
        for looked in search {
            seen.extend(
                looked
                    .passed_over
                    .iter()
                    .map(|why| format!("{why} (passed over)")),
            );
            let told = match &looked.sight {
                Ok(Sight::Absent) => "not set".to_owned(),
                Ok(Sight::Blank) => "empty".to_owned(),
                Ok(Sight::Command(_)) => {
                    let told = "run when the key is needed";
                    holding.push(Holding {
                        words: format!("{} ({told})", looked.place),
                        fingerprint: None,
                        error: None,
                    });
                    told.to_owned()
                }
                Ok(Sight::Key(found)) => {
                    let (told, fingerprint) = self.tell(&found.text);
                    if let Some(previous) = &found.previous {
                        self.tell(previous);
                    }
                    holding.push(Holding {
                        words: format!("{} ({told})", looked.place),
                        fingerprint,
                        error: None,
                    });
                    told
                }
                Err(error) => {
                    let told = "cannot be used";
                    holding.push(Holding {
                        words: format!("{} ({told})", looked.place),
                        fingerprint: None,
                        error: Some(error.clone()),
                    });
                    told.to_owned()
                }
            };
            seen.push(format!("{} ({told})", looked.place));
        }
    }

    /// A key in words: its mask, or what is wrong with it.
    fn tell(&mut self, text: &str) -> (String, Option<String>) {
        match ApiKey::parse(text) {
            Ok(key) => {
                self.secrets.add(key.secret());
                (key.mask(), Some(key.fingerprint()))
            }
            Err(problem) => (format!("malformed: {}", problem.name()), None),
        }
    }

    fn source_checks(&mut self, seen: &[String], holding: &[Holding], problem: Option<&Error>) {
        let looked = format!("looked in: {}", seen.join(", "));
        self.checks.push(match (holding.first(), problem) {
            (None, Some(error)) => failed("key_source", error),
            (None, None) => Check::failed("key_source", looked),
            (Some(first), _) if first.error.is_some() => Check::failed(
                "key_source",
                format!(
                    "{}; {looked}",
                    first.error.as_ref().map_or("", Error::message)
                ),
            ),
            (Some(first), _) => Check::ok(
                "key_source",
                format!("the key comes from {}; {looked}", first.words),
            ),
        });
        let others = holding.get(1..).unwrap_or_default();
        self.checks.push(if others.is_empty() {
            Check::ok("key_shadowed", "no other place holds a key")
        } else {
            let words: Vec<&str> = others.iter().map(|other| other.words.as_str()).collect();
            let found = format!("not used: {}", words.join(", "));
            let same = others
                .iter()
                .all(|other| other.fingerprint == holding[0].fingerprint);
            match same {
                true => Check::ok("key_shadowed", format!("{found}; it is the same key")),
                false => Check::warning("key_shadowed", found).advise(format!(
                    "If one of these was meant, take away the one that comes before it, or name \
                     it with {} or {}",
                    option_table::PROFILE,
                    option_table::ENV_FILE
                )),
            }
        });
    }

    fn form_check(&mut self, options: &Options, holding: &[Holding], problem: Option<&Error>) {
        self.checks.push(match problem {
            Some(error) if error.kind() == ErrorKind::MalformedApiKey => failed("key_form", error),
            _ if matches!(options.given, Given::Callback(_)) => {
                Check::skipped("key_form", "a callable gives the key when it is needed")
            }
            None if holding
                .first()
                .is_some_and(|first| first.fingerprint.is_none()) =>
            {
                Check::skipped("key_form", "a program gives the key when it is needed")
            }
            Some(_)
                if holding
                    .first()
                    .is_none_or(|first| first.fingerprint.is_none()) =>
            {
                Check::skipped("key_form", "there is no key to look at")
            }
            _ => Check::ok("key_form", "the key has the form of one"),
        });
    }

    /// Files, options and the base URL.
    fn last_checks(&mut self, options: &Options, profile: &Profile) {
        files::checks(options, profile, &mut self.checks);
        let wrong = check_options(options, self.base_url.as_ref()).err();
        self.checks.push(match &wrong {
            None => Check::ok("options", "every option can be used"),
            Some(error) => failed("options", error),
        });
        self.checks.push(match (&self.base_url, &self.problem) {
            (Some(url), _) => base_url_check(url, self.key.as_ref()),
            (None, Some(error)) => failed("base_url", error),
            (None, None) => Check::skipped("base_url", "it depends on the key's place"),
        });
        self.problem = self.problem.take().or(wrong);
    }
}

/// Where requests go. A `.env` may have come with a folder of somebody else's, and what goes
/// to its URL is not the key alone, but every prompt.
fn base_url_check(url: &BaseUrl, key: Option<&KeyInfo>) -> Check {
    let Some(key) = key else {
        return Check::ok("base_url", quoted(&url.to_string()));
    };
    let (_, host, _) = url.endpoint();
    let found = format!(
        "{} (from: {})",
        quoted(&url.to_string()),
        key.base_url_source
    );
    let is_known = is_loopback(host) || host == service_host();
    // A file's URL goes with that file's key alone.
    let of_env_file = matches!(key.place, Place::EnvFile { .. });
    if of_env_file && key.base_url_source == key.source() && !is_known {
        let path = quoted_path(key.place.path().unwrap_or_else(|| Path::new(".env")));
        let host = quoted(host);
        let found = format!("{found}: prompts go to {host}, which {path} names");
        return Check::warning("base_url", found).advise(format!(
            "If you do not know that host, take the line with {URL_VARIABLE} out of the file, or \
             give {}",
            option_table::BASE_URL
        ));
    }
    match endpoint_in_base(&url.to_string()) {
        Some(what) => {
            Check::warning("base_url", found).advise(format!("The base URL {}", quoted(&what)))
        }
        None => Check::ok("base_url", found),
    }
}

fn service_host() -> String {
    BaseUrl::parse(DEFAULT_BASE_URL, false, "the defaults")
        .map(|url| url.endpoint().1.to_owned())
        .unwrap_or_default()
}

fn profile_check(profile: &Profile, problem: &Option<&Error>) -> Check {
    let missing = problem.is_some_and(|error| error.kind() == ErrorKind::MissingApiKey);
    match profile.name() {
        None => Check::ok("profile", "none is chosen"),
        Some(name) if missing => Check::failed(
            "profile",
            format!(
                "\"{}\" is chosen, and no place holds anything for it",
                quoted(name)
            ),
        )
        .advise(files::known_profiles()),
        Some(name) => Check::ok("profile", format!("\"{}\" is chosen", quoted(name))),
    }
}

/// A failed check in the words of an error, whose last sentence is its advice already.
fn failed(code: &'static str, error: &Error) -> Check {
    Check::new(code, CheckStatus::Failed, error.message())
}
