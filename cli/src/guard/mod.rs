//! What `neura guard` searches, and for what.

pub(crate) mod assignment;
pub(crate) mod env_files;
pub(crate) mod git;
pub(crate) mod history;
pub(crate) mod hook;
pub(crate) mod needles;
pub(crate) mod scan;
pub(crate) mod worktree;
pub(crate) mod wrapped;

use std::collections::BTreeSet;
use std::path::PathBuf;

use scan::Found;

use crate::usage::is_direction;

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In a tracked file as it is on the disk.
    Worktree,
    /// In what the next commit takes.
    Staged,
    /// In this commit.
    Commit(String),
}

/// A key in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub place: Place,
    /// The path from the root of the repository; control characters are escaped.
    pub file: String,
    pub found: Found,
}

/// What was found, and what could not be searched.
#[derive(Default)]
pub(crate) struct Report {
    pub found: BTreeSet<Finding>,
    /// In words.
    pub skipped: BTreeSet<String>,
    pub files: u64,
    pub commits: u64,
}

impl Report {
    /// Adds what was found in a file. What is staged as it is on the disk is told once.
    pub fn add(&mut self, place: &Place, file: &str, found: Vec<Found>) {
        for found in found {
            let finding = Finding {
                place: place.clone(),
                file: file.to_owned(),
                found,
            };
            let on_disk = Finding {
                place: Place::Worktree,
                ..finding.clone()
            };
            if finding.place != Place::Staged || !self.found.contains(&on_disk) {
                self.found.insert(finding);
            }
        }
    }
}

/// A path of git, which may have any bytes but NUL.
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(bytes).into()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(bytes).into_owned().into()
    }
}

/// A path in one line: control characters, marks that change the direction of writing, and bytes that
/// are no UTF-8 are escaped.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for piece in bytes.utf8_chunks() {
        for c in piece.valid().chars() {
            match c.is_control() || is_direction(c) || c == '\\' {
                true => text.extend(c.escape_default()),
                false => text.push(c),
            }
        }
        for byte in piece.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}
