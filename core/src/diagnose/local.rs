//! The checks that need no network: sources, keys, files, options.

use std::path::Path;
use std::sync::Arc;

use super::{Check, CheckStatus, files};
use crate::client::check_options;
use crate::config::{
    KeyInfo, KeyOption, KeySource, KeySources, Lookup, Options, Profile, Resolved, URL_VARIABLE,
};
use crate::error::{Error, ErrorKind};
use crate::key::ApiKey;
use crate::option_table;
use crate::redact::{Secrets, quoted, quoted_path};
use crate::url::{BaseUrl, DEFAULT_BASE_URL, endpoint_in_base, is_loopback};

/// The age in days after which a key should be replaced. Source: the service's page.
const OLD: u64 = 90;

/// The result of the local checks.
pub(super) struct Local {
    pub checks: Vec<Check>,
    pub key: Option<KeyInfo>,
    pub base_url: Option<BaseUrl>,
    /// Why no client can be made.
    pub problem: Option<Error>,
    pub secrets: Arc<Secrets>,
}

/// A source that is not empty, as text, and the fingerprint of its key if it is well-formed.
struct KeyFound {
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
        let sources = match KeySources::new(options) {
            Ok(sources) => sources,
            Err(error) => {
                local.checks.push(failed("profile", &error));
                for code in ["key_source", "key_shadowed", "key_form", "key_age"] {
                    let why = "the profile cannot be used";
                    local.checks.push(Check::skipped(code, why));
                }
                local.problem = Some(error);
                local.last_checks(options, &Profile::default());
                return local;
            }
        };
        let profile = sources.profile.clone();
        let resolved = options.resolve();
        let (mut seen, mut holding) = (Vec::new(), Vec::new());
        local.given(options, &mut seen, &mut holding);
        local.places(sources, &mut seen, &mut holding);
        local
            .checks
            .push(profile_check(options, &profile, &resolved.as_ref().err()));
        let problem = resolved.as_ref().err().cloned();
        local.source_checks(&seen, &holding, problem.as_ref());
        local.form_check(options, &holding, problem.as_ref());
        local.checks.push(age_check(resolved.as_ref().ok()));
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

    /// The key that the caller gave.
    fn given(&mut self, options: &Options, seen: &mut Vec<String>, holding: &mut Vec<KeyFound>) {
        let place = option_table::API_KEY.place();
        match &options.key {
            KeyOption::Unset if !option_table::API_KEY.is_option() => {}
            KeyOption::Unset => seen.push(format!("{place} (not given)")),
            KeyOption::Callback(_) => {
                seen.push(format!("{place} (a callable)"));
                holding.push(KeyFound {
                    words: option_table::API_KEY_CALLBACK.place(),
                    fingerprint: None,
                    error: None,
                });
            }
            KeyOption::Both => seen.push(format!("{place} (keys and a callable)")),
            KeyOption::Keys(texts) => {
                for (index, text) in texts.iter().enumerate() {
                    let place = options.option_of_key(index).place();
                    let (shown, fingerprint) = self.shown_key(text);
                    seen.push(format!("{place} ({shown})"));
                    holding.push(KeyFound {
                        words: format!("{place} ({shown})"),
                        fingerprint,
                        error: None,
                    });
                }
            }
        }
    }

    fn places(
        &mut self,
        sources: KeySources<'_>,
        seen: &mut Vec<String>,
        holding: &mut Vec<KeyFound>,
    ) {
        for source in sources {
            seen.extend(source.skipped.iter().map(|why| format!("{why} (skipped)")));
            let shown = match &source.result {
                Ok(Lookup::Absent) => "not set".to_owned(),
                Ok(Lookup::Blank) => "empty".to_owned(),
                Ok(Lookup::Command(..)) => {
                    let shown = "run when the key is needed";
                    holding.push(KeyFound {
                        words: format!("{} ({shown})", source.place),
                        fingerprint: None,
                        error: None,
                    });
                    shown.to_owned()
                }
                Ok(Lookup::Key(found)) => {
                    let (shown, fingerprint) = self.shown_key(&found.text);
                    if let Some(previous) = &found.previous {
                        self.shown_key(previous);
                    }
                    holding.push(KeyFound {
                        words: format!("{} ({shown})", source.place),
                        fingerprint,
                        error: None,
                    });
                    shown
                }
                Err(error) => {
                    let shown = "cannot be used";
                    holding.push(KeyFound {
                        words: format!("{} ({shown})", source.place),
                        fingerprint: None,
                        error: Some(error.clone()),
                    });
                    shown.to_owned()
                }
            };
            seen.push(format!("{} ({shown})", source.place));
        }
    }

    /// A key as a report shows it: its mask, or what is wrong with it; and its fingerprint.
    fn shown_key(&mut self, text: &str) -> (String, Option<String>) {
        match ApiKey::parse(text) {
            Ok(key) => {
                self.secrets.add(key.secret());
                (key.mask(), Some(key.fingerprint()))
            }
            Err(problem) => (format!("malformed: {}", problem.name()), None),
        }
    }

    fn source_checks(&mut self, seen: &[String], holding: &[KeyFound], problem: Option<&Error>) {
        let places = format!("looked in: {}", seen.join(", "));
        self.checks.push(match (holding.first(), problem) {
            (None, Some(error)) => failed("key_source", error),
            (None, None) => Check::failed("key_source", places),
            (Some(first), _) if first.error.is_some() => Check::failed(
                "key_source",
                format!(
                    "{}; {places}",
                    first.error.as_ref().map_or("", Error::message)
                ),
            ),
            (Some(first), _) => Check::ok(
                "key_source",
                format!("the key comes from {}; {places}", first.words),
            ),
        });
        let others = holding.get(1..).unwrap_or_default();
        let words: Vec<&str> = others.iter().map(|other| other.words.as_str()).collect();
        let found = format!("not used: {}", words.join(", "));
        self.checks.push(if others.is_empty() {
            Check::ok("key_shadowed", "no other source has a key")
        } else if others.iter().all(|other| other.error.is_some()) {
            // Whether they have keys is not known, and their own checks say why.
            Check::skipped("key_shadowed", &found)
        } else {
            let same = others.iter().all(|other| {
                other.fingerprint.is_some() && other.fingerprint == holding[0].fingerprint
            });
            match same {
                true => Check::ok("key_shadowed", format!("{found}; it is the same key")),
                false => Check::warning("key_shadowed", found).advise(format!(
                    "If you meant one of these, remove the source before it, or choose it with \
                     {} or {}",
                    option_table::PROFILE,
                    option_table::ENV_FILE
                )),
            }
        });
    }

    fn form_check(&mut self, options: &Options, holding: &[KeyFound], problem: Option<&Error>) {
        self.checks.push(match problem {
            Some(error) if error.kind() == ErrorKind::MalformedApiKey => failed("key_form", error),
            _ if matches!(options.key, KeyOption::Callback(_)) => {
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
                Check::skipped("key_form", "there is no key to check")
            }
            _ => Check::ok("key_form", "the key is well-formed"),
        });
    }

    /// Files, options and the base URL.
    fn last_checks(&mut self, options: &Options, profile: &Profile) {
        files::checks(options, profile, &mut self.checks);
        let wrong = check_options(options, self.base_url.as_ref()).err();
        self.checks.push(match &wrong {
            None => Check::ok("options", "all options are valid"),
            Some(error) => failed("options", error),
        });
        self.checks.push(match (&self.base_url, &self.problem) {
            (Some(url), _) => base_url_check(url, self.key.as_ref()),
            (None, Some(error)) => failed("base_url", error),
            (None, None) => Check::skipped("base_url", "it depends on where the key comes from"),
        });
        self.problem = self.problem.take().or(wrong);
    }
}

/// How old the key is, where its source tells its date.
fn age_check(resolved: Option<&Resolved>) -> Check {
    let code = "key_age";
    let info = resolved.map(|resolved| &resolved.info);
    let Some(days) = info.and_then(KeyInfo::key_age_days) else {
        return Check::skipped(code, "the date of the key is not known");
    };
    let is_stored =
        info.is_some_and(|info| matches!(info.key_source, KeySource::CredentialsFile { .. }));
    let found = format!("the key is {days} days old");
    match days > OLD {
        false => Check::ok(code, found),
        true => Check::warning(code, found).advise(match is_stored {
            true => format!(
                "Replace a key every {OLD} days: `neura keys rotate` does it without downtime"
            ),
            false => format!(
                "Replace a key every {OLD} days, where the program that prints it has it from"
            ),
        }),
    }
}

/// Where requests go. A `.env` may belong to somebody else's project, and its URL gets not only the
/// key but every prompt.
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
    // A file's URL is used only with that file's key.
    let of_env_file = matches!(key.key_source, KeySource::EnvFile { .. });
    if of_env_file && key.base_url_source == key.source() && !is_known {
        let path = quoted_path(key.key_source.path().unwrap_or_else(|| Path::new(".env")));
        let host = quoted(host);
        let found = format!("{found}: prompts go to {host}, which is set in {path}");
        return Check::warning("base_url", found).advise(format!(
            "If you do not know that host, remove the line with {URL_VARIABLE} from the file, or \
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

fn profile_check(options: &Options, profile: &Profile, problem: &Option<&Error>) -> Check {
    let missing = problem.is_some_and(|error| error.kind() == ErrorKind::MissingApiKey);
    match profile.name() {
        None => Check::ok("profile", "no profile is chosen"),
        Some(name) if missing => Check::failed(
            "profile",
            format!(
                "\"{}\" is chosen, and no source has a key for it",
                quoted(name)
            ),
        )
        .advise(files::known_profiles(options)),
        Some(name) => Check::ok("profile", format!("\"{}\" is chosen", quoted(name))),
    }
}

/// A failed check with the message of an error, which ends with advice already.
fn failed(code: &'static str, error: &Error) -> Check {
    Check::new(code, CheckStatus::Failed, error.message())
}
