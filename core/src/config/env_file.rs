//! Finding and reading `.env` files.

use std::path::{Path, PathBuf};

use super::file::{self, Pipes, Rules, Unusable};
use super::{EnvFile, Environment, FileVersion, Options, config_error, in_words};
use crate::dotenv::{self, TooLarge, Values};
use crate::error::Error;
use crate::option_table;
use crate::redact::quoted_path;

const RULES: Rules<'static> = Rules {
    pipes: Pipes::Read,
    largest: 1 << 20,
    own: true,
    private: false,
};

/// A `.env` file that was read.
pub(crate) struct EnvFileText {
    pub path: PathBuf,
    pub version: Option<FileVersion>,
    text: zeroize::Zeroizing<String>,
}

impl EnvFileText {
    fn new(path: PathBuf, contents: file::Contents<String>) -> Self {
        EnvFileText {
            path,
            version: contents.version,
            text: contents.data,
        }
    }

    /// The values of these names. `${...}` is expanded from `environment` too.
    ///
    /// # Errors
    /// `config` if they are too large.
    pub fn values(&self, wanted: &[String], environment: &Environment) -> Result<Values, Error> {
        let value = |name: &str| environment.get(name)?.into_string().ok();
        let values = Values::read(&self.text, wanted, value);
        values.map_err(|TooLarge| self.too_large())
    }

    /// The values of these names, not expanded from the process environment.
    ///
    /// # Errors
    /// As [`values`](Self::values).
    pub fn own_values(&self, wanted: &[String]) -> Result<Values, Error> {
        Values::read(&self.text, wanted, |_| None).map_err(|TooLarge| self.too_large())
    }

    fn too_large(&self) -> Error {
        let path = quoted_path(&self.path);
        config_error(format!(
            "the .env file {path} cannot be used: after expansion of its variables (${{NAME}}) \
             the values are larger than {}. Check for variables that repeat one another",
            in_words(dotenv::LARGEST)
        ))
    }
}

/// What the search for one file name found.
pub(crate) struct Outcome {
    pub found: Option<EnvFileText>,
    /// Files that were skipped, and why.
    pub skipped: Vec<String>,
}

/// The nearest usable file called `name`, or the file that the caller names.
pub(crate) fn find(options: &Options, name: &str) -> Result<Outcome, Error> {
    let mut outcome = Outcome {
        found: None,
        skipped: Vec::new(),
    };
    match &options.env_file {
        EnvFile::Off => {}
        // The caller names it, so it may belong to any user.
        EnvFile::Path(path) => {
            outcome.found = Some(read(
                &options.environment.absolute(path.clone()),
                false,
                Pipes::Read,
            )?)
        }
        EnvFile::Search => {
            for folder in folders(&options.environment) {
                let path = folder.join(name);
                match file::read(&path, RULES) {
                    Ok(contents) => {
                        outcome.found = Some(EnvFileText::new(path, contents));
                        break;
                    }
                    Err(Unusable::NotThere) => {}
                    Err(
                        why @ (Unusable::NotAFile
                        | Unusable::Socket
                        | Unusable::Foreign
                        | Unusable::NoWriter),
                    ) => {
                        outcome
                            .skipped
                            .push(format!("{} {why}", quoted_path(&path)));
                    }
                    Err(why) => return Err(unusable(&path, &why)),
                }
            }
        }
    }
    Ok(outcome)
}

/// Reads this file. With `own` it must belong to the user or to root.
pub(crate) fn read(path: &Path, own: bool, pipes: Pipes<'_>) -> Result<EnvFileText, Error> {
    let rules = Rules {
        own,
        pipes,
        ..RULES
    };
    let contents = file::read(path, rules).map_err(|why| unusable(path, &why))?;
    Ok(EnvFileText::new(path.to_owned(), contents))
}

fn unusable(path: &Path, why: &Unusable) -> Error {
    let advice = format!(
        "Fix it, name another file with {}, or read none ({})",
        option_table::ENV_FILE,
        option_table::without_env_file()
    );
    config_error(format!(
        "the .env file {} {}",
        quoted_path(path),
        why.advise(&advice)
    ))
}

/// The folders from the working directory upwards. The last is the root of a repository, the
/// home folder or the root of the file system, whichever comes first.
fn folders(environment: &Environment) -> Vec<PathBuf> {
    let Some(start) = environment.directory() else {
        return Vec::new();
    };
    let home = environment.home();
    let home = home.map(|home| home.canonicalize().unwrap_or(home));
    let mut folders = Vec::new();
    for folder in start.ancestors() {
        folders.push(folder.to_owned());
        if home.as_deref() == Some(folder) || folder.join(".git").exists() {
            break;
        }
    }
    folders
}
