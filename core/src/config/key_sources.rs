//! Every place where a key may lie, in order, one look at a time.

use std::env::VarError;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::credentials;
use super::env_file::{self, Found};
use super::file::{self, Pipes, Rules, Unusable, absolute};
use super::profile::Profile;
use super::{
    EnvFile, FileVersion, KEY_VARIABLE, KeyCommand, Options, Place, config_error, variables,
};
use crate::error::Error;
use crate::key::Problem;
use crate::pasted;
use crate::redact::{quoted, quoted_path, quoted_variable};

/// A mounted secret may belong to anybody, and is small.
pub(super) const SECRET_FILE: Rules<'static> = Rules {
    pipes: Pipes::Read,
    largest: 64 << 10,
    own: false,
    private: false,
};

/// A key that was found, not yet judged.
pub(crate) struct Candidate {
    pub text: Zeroizing<String>,
    pub place: Place,
    /// The base URL that the same file names, without anything of the environment in it.
    pub file_url: Option<String>,
    /// Something of it was taken from the process environment by `${...}`.
    pub expanded: bool,
    /// The key before it, which the same place holds while keys are being rotated.
    pub previous: Option<Zeroizing<String>>,
    /// Since when the place holds it, where that is said.
    pub added: Option<SystemTime>,
    /// Of the regular file that holds it.
    pub version: Option<FileVersion>,
}

impl Candidate {
    fn new(text: Zeroizing<String>, place: Place) -> Self {
        Candidate {
            text,
            place,
            file_url: None,
            expanded: false,
            previous: None,
            added: None,
            version: None,
        }
    }
}

/// What one look saw.
pub(crate) enum Sight {
    Absent,
    Blank,
    Key(Candidate),
    /// A program that prints one when it is asked.
    Command(KeyCommand),
}

/// One look: where, and what was there.
pub(crate) struct Looked {
    /// The place in words: "the environment variable NEURA_API_KEY".
    pub place: String,
    pub sight: Result<Sight, Error>,
    /// Files on the way that were passed over, and why.
    pub passed_over: Vec<String>,
}

/// The places in order.
#[derive(Clone, Copy)]
enum Step {
    Environment,
    SecretFile,
    Command,
    ProfileEnvFile,
    EnvFile,
    Credentials,
}

/// Looks into one place after another. It ends after the last; whoever wants the first
/// key stops there.
pub(crate) struct Search<'o> {
    options: &'o Options,
    pub profile: Profile,
    steps: std::vec::IntoIter<Step>,
}

impl<'o> Search<'o> {
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
        Ok(Search {
            options,
            profile,
            steps: steps.into_iter(),
        })
    }

    fn environment(&self) -> Looked {
        let variable = self.profile.key_variable();
        let place = Place::Environment {
            variable: variable.clone(),
        };
        let sight = match std::env::var(&variable) {
            Ok(text) => Ok(sight_of(Candidate::new(text.into(), place.clone()))),
            Err(VarError::NotPresent) => Ok(Sight::Absent),
            Err(VarError::NotUnicode(_)) => Err(Problem::NonAscii.error(&place.to_string())),
        };
        looked(place.to_string(), sight)
    }

    fn secret_file(&self) -> Looked {
        let variable = format!("{}_FILE", self.profile.key_variable());
        let path = match variables::path(&variable) {
            Ok(Some(path)) => path,
            other => {
                let variable = quoted_variable(&variable);
                let place = format!("the file that the environment variable {variable} names");
                return looked(place, other.map(|_| Sight::Absent));
            }
        };
        // Somebody may have put the key itself there, which must not be told as a path.
        let is_path = Path::new(&path).components().count() > 1;
        let path = absolute(path);
        let read = file::read(&path, SECRET_FILE);
        let place = Place::SecretFile { variable, path };
        let words = match &read {
            Err(Unusable::NotThere | Unusable::Quoted) if !is_path => {
                format!(
                    "the file that {} names",
                    quoted_variable(place.variable().unwrap_or_default())
                )
            }
            _ => place.to_string(),
        };
        let sight = match read {
            Ok(contents) => Ok(sight_of(Candidate {
                version: contents.version,
                ..Candidate::new(contents.data, place)
            })),
            Err(why) => Err(config_error(format!("{words} {why}"))),
        };
        looked(words, sight)
    }

    /// From the environment alone: a file in a folder that was cloned must start nothing.
    fn command(&self) -> Looked {
        let variable = format!("{}_COMMAND", self.profile.key_variable());
        let shown = quoted_variable(&variable);
        let place = format!("the program that the environment variable {shown} names");
        let sight = match variables::raw(&variable) {
            Ok(Some(text)) => KeyCommand::parse(&variable, &text)
                .map(|command| command.map_or(Sight::Blank, Sight::Command)),
            other => other.map(|_| Sight::Absent),
        };
        looked(place, sight)
    }

    /// The file called `name`, and in it the first of `variables` that is set.
    fn env_file(&self, name: &str, variables: &[String]) -> Looked {
        let words = match &self.options.env_file {
            EnvFile::Path(path) => format!("the file {}", quoted_path(path)),
            _ => format!("a {} file from the working directory upwards", quoted(name)),
        };
        match env_file::find(&self.options.env_file, name) {
            Err(error) => looked(words, Err(error)),
            Ok(outcome) => {
                let sight = match &outcome.found {
                    None => Ok(Sight::Absent),
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
                Looked {
                    place,
                    sight,
                    passed_over: outcome.passed_over,
                }
            }
        }
    }

    fn in_env_file(&self, found: &Found, variables: &[String]) -> Result<Sight, Error> {
        let values = found.values(variables)?;
        let mut blank = false;
        for variable in variables {
            let Some((text, expanded)) = values.get(variable) else {
                continue;
            };
            if pasted::is_blank(text) {
                blank = true;
                continue;
            }
            let place = Place::EnvFile {
                variable: variable.clone(),
                path: found.path.clone(),
            };
            return Ok(Sight::Key(Candidate {
                file_url: url_in(&self.profile, found)?,
                expanded,
                version: found.version,
                ..Candidate::new(Zeroizing::new(text.to_owned()), place)
            }));
        }
        Ok(if blank { Sight::Blank } else { Sight::Absent })
    }

    /// Which variables of a `.env` file may hold the key. A file of the profile's own may
    /// use the plain name; in any other, that is another environment's key.
    fn variables_of(&self, file_name: &str) -> Vec<String> {
        let mut variables = vec![self.profile.key_variable()];
        if self.profile.env_file_name().as_deref() == Some(file_name) {
            variables.push(KEY_VARIABLE.to_owned());
        }
        variables
    }

    fn credentials(&self) -> Looked {
        let table = self.profile.table();
        let words = |path: &Option<PathBuf>| match path {
            Some(path) => format!("the table [{}] of {}", quoted(table), quoted_path(path)),
            None => "the credentials file".to_owned(),
        };
        match credentials::find(table) {
            Err(error) => looked(
                words(&credentials::path().ok().flatten().map(|(path, _)| path)),
                Err(error),
            ),
            Ok(outcome) => {
                let words = words(&outcome.path);
                let sight = match (outcome.path, outcome.entry) {
                    (Some(path), Some(entry)) => match entry.api_key {
                        None => Sight::Absent,
                        Some(text) => {
                            let place = Place::CredentialsFile {
                                table: table.to_owned(),
                                path,
                            };
                            sight_of(Candidate {
                                file_url: entry.base_url.filter(|url| !pasted::is_blank(url)),
                                previous: entry.previous_api_key,
                                added: entry.added,
                                version: outcome.version,
                                ..Candidate::new(text, place)
                            })
                        }
                    },
                    _ => Sight::Absent,
                };
                looked(words, Ok(sight))
            }
        }
    }

    /// The first file of the nearest `.env` files that names a URL.
    ///
    /// # Errors
    /// `config` where the URL that one names is too large after expansion.
    pub fn nearest_url(&self) -> Result<Option<PathBuf>, Error> {
        let own = self.profile.env_file_name();
        for name in own.iter().map(String::as_str).chain([".env"]) {
            // A file that cannot be read names nothing: it can send no key anywhere.
            let Ok(outcome) = env_file::find(&self.options.env_file, name) else {
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

impl Iterator for Search<'_> {
    type Item = Looked;

    fn next(&mut self) -> Option<Looked> {
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

fn sight_of(found: Candidate) -> Sight {
    match pasted::is_blank(&found.text) {
        true => Sight::Blank,
        false => Sight::Key(found),
    }
}

fn looked(place: String, sight: Result<Sight, Error>) -> Looked {
    Looked {
        place,
        sight,
        passed_over: Vec::new(),
    }
}

/// The base URL that a `.env` file names for this profile.
///
/// # Errors
/// `config` where it is too large after expansion.
pub(super) fn url_in(profile: &Profile, found: &Found) -> Result<Option<String>, Error> {
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
