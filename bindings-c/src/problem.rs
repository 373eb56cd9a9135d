//! Setters return nothing, so their errors are kept here for the call that can return one.

use neura_core::Error;

use crate::boundary::invalid_argument;
use crate::text::Text;

/// What a call of a setter is about. A later call about the same corrects an earlier one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The one value of a setter.
    Setter(&'static str),
    /// The header, in lower case, that a setter sets.
    Header(&'static str, String),
    /// One of several values, which no later call replaces.
    OneOf(&'static str),
}

impl Subject {
    /// What a setter of headers is about.
    pub fn of_header(setter: &'static str, name: Text<'_>) -> Self {
        match name.needed("name") {
            Ok(name) => Subject::Header(setter, name.to_ascii_lowercase()),
            Err(_) => Subject::OneOf(setter),
        }
    }

    fn setter(&self) -> &'static str {
        match self {
            Subject::Setter(setter) | Subject::Header(setter, _) | Subject::OneOf(setter) => setter,
        }
    }

    /// Whether a value for this makes an error about `other` obsolete.
    fn corrects(&self, other: &Subject) -> bool {
        match self {
            Subject::OneOf(_) => false,
            // The first key replaces all that were given before, the added ones too.
            Subject::Setter("neura_options_set_api_key") => {
                self == other || other.setter() == "neura_options_add_api_key"
            }
            _ => self == other,
        }
    }
}

/// The errors of the setters of one object that no later call corrected, in order.
#[derive(Default)]
pub(crate) struct Problem(Vec<(Subject, Error)>);

impl Problem {
    /// Runs a setter and keeps its error with the setter's name. An earlier error about the same
    /// subject is obsolete.
    pub fn note(&mut self, subject: Subject, set: impl FnOnce() -> Result<(), Error>) {
        let outcome = set();
        self.0.retain(|(other, _)| !subject.corrects(other));
        if let Err(error) = outcome {
            let message = format!("{}: {}", subject.setter(), error.message());
            self.0.push((subject, invalid_argument(message)));
        }
    }

    /// Drops the errors of a setter, whose values were all taken back.
    pub fn forget(&mut self, setter: &str) {
        self.0.retain(|(subject, _)| subject.setter() != setter);
    }

    /// The error that the call must fail with: the first.
    pub fn check(&self) -> Result<(), Error> {
        self.0
            .first()
            .map_or(Ok(()), |(_, error)| Err(error.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(calls: &[(Subject, bool)]) -> Option<String> {
        let mut problem = Problem::default();
        for (subject, works) in calls {
            problem.note(subject.clone(), || match works {
                true => Ok(()),
                false => Err(invalid_argument("x is NULL")),
            });
        }
        problem
            .check()
            .err()
            .map(|error| error.message().to_owned())
    }

    #[test]
    fn a_later_value_corrects_an_error_about_the_same() {
        let url = || Subject::Setter("neura_options_set_base_url");
        let header = |name: &str| Subject::Header("neura_options_set_header", name.to_owned());
        let key = || Subject::Setter("neura_options_set_api_key");
        let more = || Subject::OneOf("neura_options_add_api_key");
        assert_eq!(noted(&[(url(), false), (url(), true)]), None);
        let wrong = Some("neura_options_set_base_url: x is NULL".to_owned());
        assert_eq!(noted(&[(url(), true), (url(), false)]), wrong);
        assert_eq!(noted(&[(url(), false), (key(), true)]), wrong);
        assert_eq!(noted(&[(url(), false), (key(), false)]), wrong);
        assert_eq!(noted(&[(header("a"), false), (header("a"), true)]), None);
        let wrong = Some("neura_options_set_header: x is NULL".to_owned());
        assert_eq!(noted(&[(header("a"), false), (header("b"), true)]), wrong);
        assert_eq!(noted(&[(more(), false), (key(), true)]), None);
        let wrong = Some("neura_options_add_api_key: x is NULL".to_owned());
        assert_eq!(noted(&[(more(), false), (more(), true)]), wrong);
    }
}
