//! The sources of a key, in order, one lookup at a time.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::credentials;
use super::env_file::{self, EnvFileText};
use super::file::{self, Pipes, Rules, Unusable};
use super::lookup::{Candidate, Lookup, SourceLookup, TableOfCommand, lookup, lookup_of};
use super::profile::Profile;
use super::{
    CommandOrigin, EnvFile, Environment, KEY_VARIABLE, KeyCommand, KeySource, Options, config_error,
};
use crate::error::Error;
use crate::key::Problem;
use crate::pasted;
use crate::redact::{quoted, quoted_path, quoted_variable};

/// A mounted secret may belong to any user, and is small.
pub(super) const SECRET_FILE: Rules<'static> = Rules {
    pipes: Pipes::Read,
    largest: 64 << 10,
    own: false,
    private: false,
};

/// The sources in order.
#[derive(Clone, Copy)]
enum Step {
    Environment,
    SecretFile,
    Command,
    ProfileEnvFile,
    EnvFile,
    Credentials,
}

/// Looks up one source after another, to the last one. To get the first key, stop there.
pub(crate) struct KeySources<'o> {
    options: &'o Options,
    pub profile: Profile,
    steps: std::vec::IntoIter<Step>,
}

impl<'o> KeySources<'o> {
    pub fn new(options: &'o Options) -> Result<Self, Error> {
        let profile = Profile::of(options)?;
        let mut steps = vec![Step::Environment, Step::SecretFile, Step::Command];
        match &options.env_file {
            EnvFile::Off => {}
            EnvFile::Path(_) => steps.push(Step::EnvFile),
            EnvFile::Search => {
                if profile.name().is_some() {
                    steps.push(Step::ProfileEnvFile);
                }
                steps.push(Step::EnvFile);
            }
        }
        steps.push(Step::Credentials);
        Ok(KeySources {
            options,
            profile,
            steps: steps.into_iter(),
        })
    }

    fn environment(&self) -> SourceLookup {
        let variable = self.profile.key_variable();
        let key_source = KeySource::Environment {
            variable: variable.clone(),
        };
        let value = self.options.environment.get(&variable);
        let result = match value.map(OsString::into_string).transpose() {
            Ok(Some(text)) => Ok(lookup_of(Candidate::new(text.into(), key_source.clone()))),
            Ok(None) => Ok(Lookup::Absent),
            Err(_) => Err(Problem::NonAscii.error(&key_source.to_string())),
        };
        lookup(key_source.to_string(), result)
    }

    fn secret_file(&self) -> SourceLookup {
        let variable = format!("{}_FILE", self.profile.key_variable());
        let path = match self.options.environment.path(&variable) {
            Ok(Some(path)) => path,
            other => {
                let variable = quoted_variable(&variable);
                let place = format!("the file that the environment variable {variable} names");
                return lookup(place, other.map(|_| Lookup::Absent));
            }
        };
        // The variable may hold the key itself, which must not be shown as a path.
        let is_path = Path::new(&path).components().count() > 1;
        let path = self.options.environment.absolute(path);
        let read = file::read(&path, SECRET_FILE);
        let advice = format!(
            "Set {} to a file that holds the key and that this user can read",
            quoted_variable(&variable)
        );
        let key_source = KeySource::SecretFile { variable, path };
        let words = match &read {
            Err(Unusable::NotThere | Unusable::Quoted) if !is_path => {
                format!(
                    "the file that {} names",
                    quoted_variable(key_source.variable().unwrap_or_default())
                )
            }
            _ => key_source.to_string(),
        };
        let result = match read {
            Ok(contents) => Ok(lookup_of(Candidate {
                version: contents.version,
                ..Candidate::new(contents.data, key_source)
            })),
            Err(why) => Err(config_error(format!("{words} {}", why.advise(&advice)))),
        };
        lookup(words, result)
    }

    /// Never from a `.env`: a file in a cloned folder must not start a program.
    fn command(&self) -> SourceLookup {
        let variable = format!("{}_COMMAND", self.profile.key_variable());
        let shown = quoted_variable(&variable);
        let place = format!("the program that the environment variable {shown} names");
        let environment = &self.options.environment;
        let result = match environment.raw(&variable) {
            Ok(Some(text)) => {
                let origin = CommandOrigin::Variable(variable);
                command_of(origin, &text, environment, TableOfCommand::default())
            }
            other => other.map(|_| Lookup::Absent),
        };
        lookup(place, result)
    }

    /// The first of `variables` that is set in the file called `name`.
    fn env_file(&self, name: &str, variables: &[String]) -> SourceLookup {
        let words = match &self.options.env_file {
            EnvFile::Path(path) => format!("the file {}", quoted_path(path)),
            _ => format!("a {} file from the working directory upwards", quoted(name)),
        };
        match env_file::find(self.options, name) {
            Err(error) => lookup(words, Err(error)),
            Ok(outcome) => {
                let result = match &outcome.found {
                    None => Ok(Lookup::Absent),
                    Some(found) => self.in_env_file(found, variables),
                };
                let place = match &outcome.found {
                    None => words,
                    Some(found) => {
                        let variables: Vec<_> =
                            variables.iter().map(|name| quoted_variable(name)).collect();
                        format!("{} in {}", variables.join(" or "), quoted_path(&found.path))
                    }
                };
                SourceLookup {
                    place,
                    result,
                    skipped: outcome.skipped,
                }
            }
        }
    }

    fn in_env_file(&self, found: &EnvFileText, variables: &[String]) -> Result<Lookup, Error> {
        let values = found.values(variables, &self.options.environment)?;
        let mut blank = false;
        for variable in variables {
            let Some((text, expanded)) = values.get(variable) else {
                continue;
            };
            if pasted::is_blank(text) {
                blank = true;
                continue;
            }
            let key_source = KeySource::EnvFile {
                variable: variable.clone(),
                path: found.path.clone(),
            };
            return Ok(Lookup::Key(Candidate {
                file_url: url_in(&self.profile, found)?,
                expanded,
                version: found.version,
                ..Candidate::new(Zeroizing::new(text.to_owned()), key_source)
            }));
        }
        Ok(if blank { Lookup::Blank } else { Lookup::Absent })
    }

    /// Which variables of a `.env` file may hold the key. The profile's own file may use the plain
    /// name. In any other file the plain name is the key of another environment.
    fn variables_of(&self, file_name: &str) -> Vec<String> {
        let mut variables = vec![self.profile.key_variable()];
        if self.profile.env_file_name().as_deref() == Some(file_name) {
            variables.push(KEY_VARIABLE.to_owned());
        }
        variables
    }

    fn credentials(&self) -> SourceLookup {
        let table = self.profile.table();
        let words = |path: &Option<PathBuf>| match path {
            Some(path) => format!("the table [{}] of {}", quoted(table), quoted_path(path)),
            None => "the credentials file".to_owned(),
        };
        match credentials::find(&self.options.environment, table) {
            Err(error) => lookup(
                words(
                    &credentials::path(&self.options.environment)
                        .ok()
                        .flatten()
                        .map(|(path, _)| path),
                ),
                Err(error),
            ),
            Ok(outcome) => {
                let words = words(&outcome.path);
                let result = match (outcome.path, outcome.entry) {
                    (Some(path), Some(entry)) => match (entry.api_key, entry.api_key_command) {
                        (None, None) => Lookup::Absent,
                        (None, Some(text)) => {
                            let table = table.to_owned();
                            let beside = TableOfCommand {
                                file_url: entry.base_url.filter(|url| !pasted::is_blank(url)),
                                added: entry.added,
                            };
                            let origin = CommandOrigin::Table { table, path };
                            let environment = &self.options.environment;
                            match command_of(origin, &text, environment, beside) {
                                Ok(lookup) => lookup,
                                Err(error) => return self::lookup(words, Err(error)),
                            }
                        }
                        (Some(text), _) => {
                            let key_source = KeySource::CredentialsFile {
                                table: table.to_owned(),
                                path,
                            };
                            lookup_of(Candidate {
                                file_url: entry.base_url.filter(|url| !pasted::is_blank(url)),
                                previous: entry.previous_api_key,
                                added: entry.added,
                                version: outcome.version,
                                ..Candidate::new(text, key_source)
                            })
                        }
                    },
                    _ => Lookup::Absent,
                };
                lookup(words, Ok(result))
            }
        }
    }

    /// Where a key of OpenAI is set, which is never used: in words, if there is one.
    pub fn openai_key(&self) -> Option<String> {
        const VARIABLE: &str = "OPENAI_API_KEY";
        if self.options.environment.is_set(VARIABLE) {
            return Some(format!("{VARIABLE} in the environment"));
        }
        let file = env_file::find(self.options, ".env").ok()?.found?;
        let values = file.own_values(&[VARIABLE.to_owned()]).ok()?;
        let (key, _) = values.get(VARIABLE)?;
        let is_set = !pasted::is_blank(key);
        is_set.then(|| format!("{VARIABLE} in {}", quoted_path(&file.path)))
    }

    /// The first of the nearest `.env` files that has a base URL.
    ///
    /// # Errors
    /// `config` if a URL is too large after expansion.
    pub fn nearest_url(&self) -> Result<Option<PathBuf>, Error> {
        let own = self.profile.env_file_name();
        for name in own.iter().map(String::as_str).chain([".env"]) {
            // A file that cannot be read gives no URL, so it can send no key anywhere.
            let Ok(outcome) = env_file::find(self.options, name) else {
                continue;
            };
            if let Some(found) = outcome.found
                && url_in(&self.profile, &found)?.is_some()
            {
                return Ok(Some(found.path));
            }
        }
        Ok(None)
    }
}

impl Iterator for KeySources<'_> {
    type Item = SourceLookup;

    fn next(&mut self) -> Option<SourceLookup> {
        Some(match self.steps.next()? {
            Step::Environment => self.environment(),
            Step::SecretFile => self.secret_file(),
            Step::Command => self.command(),
            Step::ProfileEnvFile => {
                let name = self.profile.env_file_name().unwrap_or_default();
                self.env_file(&name, &self.variables_of(&name))
            }
            Step::EnvFile => {
                let name = match &self.options.env_file {
                    EnvFile::Path(path) => path.file_name().and_then(|name| name.to_str()),
                    _ => None,
                };
                self.env_file(".env", &self.variables_of(name.unwrap_or(".env")))
            }
            Step::Credentials => self.credentials(),
        })
    }
}

fn command_of(
    origin: CommandOrigin,
    text: &str,
    environment: &Environment,
    beside: TableOfCommand,
) -> Result<Lookup, Error> {
    let is_table = matches!(origin, CommandOrigin::Table { .. });
    let Some(command) = KeyCommand::parse(origin, text)? else {
        return Ok(Lookup::Blank);
    };
    if is_table && CommandOrigin::is_in_command(environment) {
        return Err(config_error(format!(
            "{command} asks for the key that it should print. Name a program that needs no key \
             of neura, such as that of a password manager"
        )));
    }
    Ok(Lookup::Command(command.in_environment(environment), beside))
}

/// The base URL in a `.env` file for this profile.
///
/// # Errors
/// `config` if it is too large after expansion.
pub(super) fn url_in(profile: &Profile, found: &EnvFileText) -> Result<Option<String>, Error> {
    let name = found.path.file_name().and_then(|name| name.to_str());
    let Some(name) = name else {
        return Ok(None);
    };
    let mut variables = profile.url_variables();
    if profile.name().is_some() && profile.env_file_name().as_deref() != Some(name) {
        variables.truncate(1);
    }
    let values = found.own_values(&variables)?;
    Ok(variables
        .iter()
        .filter_map(|variable| values.get(variable))
        .map(|(url, _)| pasted::trim(url).to_owned())
        .find(|url| !url.is_empty()))
}
