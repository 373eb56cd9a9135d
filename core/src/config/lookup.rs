//! What one source of a key holds.

use std::time::SystemTime;

use zeroize::Zeroizing;

use super::{FileVersion, KeyCommand, KeySource};
use crate::error::Error;
use crate::pasted;

/// A key that was found and not checked yet.
pub(crate) struct Candidate {
    pub text: Zeroizing<String>,
    pub key_source: KeySource,
    /// The base URL in the same file, not expanded from the environment.
    pub file_url: Option<String>,
    /// It contains values of the process environment, by `${...}`.
    pub expanded: bool,
    /// The previous key, which the same source holds during a rotation.
    pub previous: Option<Zeroizing<String>>,
    /// The date of the key, if its source has one.
    pub added: Option<SystemTime>,
    /// The version of the regular file that holds it.
    pub version: Option<FileVersion>,
}

impl Candidate {
    pub(super) fn new(text: Zeroizing<String>, key_source: KeySource) -> Self {
        Candidate {
            text,
            key_source,
            file_url: None,
            expanded: false,
            previous: None,
            added: None,
            version: None,
        }
    }
}

/// What stands beside a program in the credentials file.
#[derive(Default)]
pub(crate) struct TableOfCommand {
    pub file_url: Option<String>,
    pub added: Option<SystemTime>,
}

/// What one source holds.
pub(crate) enum Lookup {
    Absent,
    Blank,
    Key(Candidate),
    /// A program that prints one when it is run, and what its table in the credentials file says.
    Command(KeyCommand, TableOfCommand),
}

/// One lookup: the place and what was found there.
pub(crate) struct SourceLookup {
    /// The place in words: "the environment variable NEURA_API_KEY".
    pub place: String,
    pub result: Result<Lookup, Error>,
    /// Files that were skipped on the way, and why.
    pub skipped: Vec<String>,
}

pub(super) fn lookup_of(found: Candidate) -> Lookup {
    match pasted::is_blank(&found.text) {
        true => Lookup::Blank,
        false => Lookup::Key(found),
    }
}

pub(super) fn lookup(place: String, result: Result<Lookup, Error>) -> SourceLookup {
    SourceLookup {
        place,
        result,
        skipped: Vec::new(),
    }
}
