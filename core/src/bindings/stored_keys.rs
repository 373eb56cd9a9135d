//! Keys outside a client, for the command `neura`: those that it stores, and those that must be in
//! no repository.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::config::{
    CommandOrigin, KEY_VARIABLE, KeyCommand, KeySource, KeySources, Lookup, Options, Profile,
    credentials,
};
use crate::error::Error;
use crate::key::ApiKey;

/// A text that is a well-formed key. Debug shows its mask.
pub struct CheckedKey(ApiKey);

impl CheckedKey {
    /// Cleans and checks a text from `place`, which a message names.
    ///
    /// # Errors
    /// `malformed_api_key`.
    ///
    /// ```
    /// use neura::bindings::CheckedKey;
    ///
    /// let key = CheckedKey::parse(" nk-fake-0123456789abcdef\n", "the terminal")?;
    /// assert_eq!((key.secret(), key.mask()), ("nk-fake-0123456789abcdef", "…cdef".to_owned()));
    /// assert!(CheckedKey::parse("<your key>", "the terminal").is_err());
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn parse(text: &str, place: &str) -> Result<Self, Error> {
        let key = ApiKey::parse(text).map_err(|problem| problem.error(place));
        key.map(CheckedKey)
    }

    /// The key itself.
    pub fn secret(&self) -> &str {
        self.0.secret()
    }

    /// `…` and at most its last four characters.
    pub fn mask(&self) -> String {
        self.0.mask()
    }

    /// The first 12 hex digits of its SHA-256.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }
}

impl fmt::Debug for CheckedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a client with these options looks for the credentials file, which may not exist; `None`
/// without a home folder.
///
/// # Errors
/// `config` if the variable that names it cannot be used.
pub fn credentials_path(options: &Options) -> Result<Option<PathBuf>, Error> {
    let path = credentials::path(&options.environment)?;
    Ok(path.map(|(path, _)| path))
}

/// The table of the credentials file that a client with these options uses.
///
/// # Errors
/// `config` if the profile cannot be used.
pub fn credentials_table(options: &Options) -> Result<String, Error> {
    Profile::of(options).map(|profile| profile.table().to_owned())
}

/// Checks that the text can be an `api_key_command` of this table in the credentials file.
///
/// # Errors
/// `config` if it cannot be split into words, or has none.
pub fn check_key_command(text: &str, table: &str, path: PathBuf) -> Result<(), Error> {
    let table = table.to_owned();
    match KeyCommand::parse(CommandOrigin::Table { table, path }, text)? {
        Some(_) => Ok(()),
        None => Err(crate::config::config_error("the command is empty")),
    }
}

/// A key that clients on this machine use, and the place that has it.
pub struct KnownKey {
    /// The key.
    pub key: CheckedKey,
    /// In words.
    pub place: String,
}

/// The keys that clients with these options would find, in every source and for every profile that
/// the environment or the credentials file names. Runs no program. A source that cannot be used is
/// in the second list, with the reason.
pub fn known_keys(options: &Options) -> (Vec<KnownKey>, Vec<String>) {
    let (mut keys, mut problems) = (Vec::<KnownKey>::new(), BTreeSet::new());
    let mut profiles = vec![options.profile.clone(), Some(String::new())];
    profiles.extend(profiles_of(options).into_iter().map(Some));
    for profile in profiles {
        let mut options = options.clone();
        options.profile = profile;
        let sources = match KeySources::new(&options) {
            Ok(sources) => sources,
            Err(error) => {
                problems.insert(error.message().to_owned());
                continue;
            }
        };
        for source in sources {
            let found = match source.result {
                Ok(Lookup::Key(found)) => found,
                Ok(Lookup::Command(command, _)) => {
                    problems.insert(format!(
                        "{command} is not run; set {KEY_VARIABLE} to what it prints to have that found"
                    ));
                    continue;
                }
                Ok(Lookup::Absent | Lookup::Blank) => continue,
                Err(error) => {
                    problems.insert(error.message().to_owned());
                    continue;
                }
            };
            let place = found.key_source.to_string();
            for text in std::iter::once(&found.text).chain(&found.previous) {
                add(&mut keys, text, &found.key_source, &place);
            }
        }
    }
    (keys, problems.into_iter().collect())
}

/// The texts of a malformed key are no secret of the service: they would be found everywhere.
fn add(keys: &mut Vec<KnownKey>, text: &Zeroizing<String>, source: &KeySource, place: &str) {
    let Ok(key) = CheckedKey::parse(text, &source.to_string()) else {
        return;
    };
    if keys.iter().all(|known| known.key.secret() != key.secret()) {
        let place = place.to_owned();
        keys.push(KnownKey { key, place });
    }
}

/// The profiles that the environment and the credentials file name.
fn profiles_of(options: &Options) -> BTreeSet<String> {
    let found = credentials::find(&options.environment, "");
    let mut profiles: BTreeSet<String> = found
        .map(|found| found.tables.into_iter().collect())
        .unwrap_or_default();
    let variables = options.environment.names();
    profiles.extend(variables.iter().filter_map(|name| {
        let suffix = name.strip_prefix(KEY_VARIABLE)?.strip_prefix('_')?;
        let is_other = suffix == "FILE" || suffix == "COMMAND" || suffix.is_empty();
        let suffix = suffix
            .strip_suffix("_FILE")
            .or_else(|| suffix.strip_suffix("_COMMAND"))
            .unwrap_or(suffix);
        (!is_other).then(|| suffix.to_lowercase())
    }));
    // Without a profile it is looked at anyway.
    profiles.remove("default");
    profiles
}
