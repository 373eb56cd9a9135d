//! Profiles: which of several keys is used, and the names that follow from it.

use super::{KEY_VARIABLE, Options, URL_VARIABLE, config_error};
use crate::error::Error;
use crate::option_table;
use crate::pasted;
use crate::redact::{quoted, quoted_variable};

const PROFILE_VARIABLE: &str = "NEURA_PROFILE";

/// A checked profile, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile(Option<String>);

impl Profile {
    /// The caller's profile, else `NEURA_PROFILE`, else none. A blank one counts as none.
    pub fn of(options: &Options) -> Result<Self, Error> {
        let (name, place) = match &options.profile {
            Some(name) => (name.clone(), option_table::PROFILE.place()),
            None => match options.environment.text(PROFILE_VARIABLE)? {
                Some(name) => (
                    name.to_string(),
                    format!("the environment variable {PROFILE_VARIABLE}"),
                ),
                None => return Ok(Profile(None)),
            },
        };
        Self::parse(pasted::trim(&name), &place)
    }

    /// A name becomes part of variables and of a file's name, so only letters, digits, `-` and `_`
    /// are allowed. It must not end with `file` or `command`: its variable would be the
    /// `..._FILE` of another profile.
    fn parse(name: &str, place: &str) -> Result<Self, Error> {
        if name.is_empty() {
            return Ok(Profile(None));
        }
        let shown: String = quoted(name).chars().take(40).collect();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !name.chars().all(allowed) || name.len() > 64 {
            return Err(config_error(format!(
                "\"{shown}\" from {place} cannot be a profile: use up to 64 letters, digits, `-` \
                 and `_`"
            )));
        }
        let profile = Profile(Some(name.to_owned()));
        let upper = profile.suffix();
        for (ending, what) in [("_FILE", "a secret file"), ("_COMMAND", "a program")] {
            if upper.ends_with(ending) {
                return Err(config_error(format!(
                    "\"{shown}\" from {place} cannot be a profile: {} would name {what}. Choose \
                     another name",
                    quoted_variable(&profile.key_variable())
                )));
            }
        }
        Ok(profile)
    }

    /// A profile that was checked before.
    pub fn known(name: Option<String>) -> Self {
        Profile(name)
    }

    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// `NEURA_API_KEY`, or `NEURA_API_KEY_STAGING`.
    pub fn key_variable(&self) -> String {
        format!("{KEY_VARIABLE}{}", self.suffix())
    }

    /// The variables that may hold the base URL, the most specific first.
    pub fn url_variables(&self) -> Vec<String> {
        match self.0 {
            None => vec![URL_VARIABLE.to_owned()],
            Some(_) => vec![
                format!("{URL_VARIABLE}{}", self.suffix()),
                URL_VARIABLE.to_owned(),
            ],
        }
    }

    /// The table of the credentials file.
    pub fn table(&self) -> &str {
        self.name().unwrap_or("default")
    }

    /// The name of the profile's own `.env` file.
    pub fn env_file_name(&self) -> Option<String> {
        self.name().map(|name| format!(".env.{name}"))
    }

    fn suffix(&self) -> String {
        self.0
            .as_deref()
            .map(|name| format!("_{}", name.to_ascii_uppercase().replace('-', "_")))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_leave_its_place_is_refused() {
        for name in [
            "../prod",
            "a/b",
            "a b",
            "caf\u{e9}",
            "file",
            "my-file",
            "MY_FILE",
            "command",
            "my-command",
            "a\n",
            "a.b",
        ] {
            assert!(Profile::parse(name, "a test").is_err(), "{name}");
        }
        let profile = Profile::parse("eu-staging", "a test").unwrap();
        assert_eq!(profile.key_variable(), "NEURA_API_KEY_EU_STAGING");
        assert_eq!(profile.env_file_name().as_deref(), Some(".env.eu-staging"));
        assert_eq!(profile.table(), "eu-staging");
        assert_eq!(
            profile.url_variables(),
            ["NEURA_BASE_URL_EU_STAGING", "NEURA_BASE_URL"]
        );
    }

    #[test]
    fn without_a_profile_the_plain_names_hold() {
        let none = Profile::parse("", "a test").unwrap();
        assert_eq!(none.key_variable(), "NEURA_API_KEY");
        assert_eq!(none.env_file_name(), None);
        assert_eq!(none.table(), "default");
    }
}
