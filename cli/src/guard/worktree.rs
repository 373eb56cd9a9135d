//! Tracked files as they are on the disk, and what the next commit takes.

use std::fs::File;
use std::io::{self, Read};

use super::git::{Object, Repository, is_there};
use super::needles::Needles;
use super::scan::search;
use super::{Place, Report, path_of, shown};
use crate::failure::Failure;

/// A submodule: it is a repository of its own.
const SUBMODULE: &str = "160000";
const LINK: &str = "120000";

/// Searches all tracked files.
///
/// # Errors
/// If git fails.
pub(crate) fn files(
    repository: &Repository,
    needles: &Needles,
    report: &mut Report,
) -> Result<(), Failure> {
    let listed = repository.run(&["ls-files", "--stage", "--full-name", "-z"])?;
    let mut before: &[u8] = b"";
    for (mode, _, name) in listed.split(|byte| *byte == 0).filter_map(entry) {
        // During a merge a file has several entries.
        if name == before {
            continue;
        }
        before = name;
        let file = needles.mask(&shown(name));
        names(needles, name, &file, &Place::Worktree, report);
        if mode == SUBMODULE {
            report
                .skipped
                .insert(format!("{file} is a submodule: search it by itself"));
            continue;
        }
        let path = repository.root.join(path_of(name));
        if mode == LINK || !is_there(&path) {
            continue;
        }
        report.files += 1;
        match open(&path).and_then(|file| search(needles, file)) {
            Ok(found) => report.add(&Place::Worktree, &file, found),
            Err(error) => {
                report
                    .skipped
                    .insert(format!("{file} cannot be read: {error}"));
            }
        }
    }
    Ok(())
}

/// Only a regular file: opening a pipe would wait for its writer.
fn open(path: &std::path::Path) -> io::Result<Box<dyn Read>> {
    match path.symlink_metadata()?.is_file() {
        true => Ok(Box::new(File::open(path)?)),
        false => Ok(Box::new(io::empty())),
    }
}

/// A name may have a key in it.
pub(super) fn names(
    needles: &Needles,
    name: &[u8],
    file: &str,
    place: &Place,
    report: &mut Report,
) {
    if let Ok(mut found) = search(needles, name) {
        found.iter_mut().for_each(|found| found.line = 0);
        report.add(place, file, found);
    }
}

/// Searches what the next commit takes: the files that differ from the last one.
///
/// # Errors
/// If git fails.
pub(crate) fn staged(
    repository: &Repository,
    needles: &Needles,
    report: &mut Report,
) -> Result<(), Failure> {
    let head = repository
        .command(&["rev-parse", "--verify", "--quiet", "HEAD"])
        .output();
    let base = match head {
        Ok(output) if output.status.success() => "HEAD".to_owned(),
        // Before the first commit: the tree without files.
        _ => {
            let tree = ["hash-object", "-t", "tree", "--stdin"];
            let made = repository.run_with(&tree, Vec::new())?;
            String::from_utf8_lossy(&made.stdout).trim().to_owned()
        }
    };
    let changed = repository.run(&[
        "diff-index",
        "--cached",
        "-z",
        "--no-renames",
        "--diff-filter=AMT",
        &base,
    ])?;
    let mut parts = changed.split(|byte| *byte == 0);
    let (mut ids, mut files) = (Vec::new(), Vec::new());
    while let (Some(head), Some(name)) = (parts.next(), parts.next()) {
        // `:100644 100644 old new M`
        let head = String::from_utf8_lossy(head);
        let mut words = head.split(' ').skip(1);
        let (mode, id) = (
            words.next().unwrap_or_default(),
            words.nth(1).unwrap_or_default(),
        );
        if mode == SUBMODULE || id.is_empty() {
            continue;
        }
        ids.push(id.to_owned());
        files.push(name);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let mut objects = repository.objects(ids.iter().map(String::as_str))?;
    for name in files {
        let file = needles.mask(&shown(name));
        names(needles, name, &file, &Place::Staged, report);
        report.files += 1;
        match objects.next(|_, contents| search(needles, contents))? {
            Object::Read(_, found) => report.add(&Place::Staged, &file, found),
            Object::Missing => {
                report
                    .skipped
                    .insert(format!("{file} is staged, but git does not have it"));
            }
        }
    }
    Ok(())
}

/// Mode, object and name of an entry of `ls-files --stage`.
fn entry(line: &[u8]) -> Option<(&str, &str, &[u8])> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = head.split(' ');
    Some((words.next()?, words.next()?, &line[tab + 1..]))
}

/// Whether git ignores the `.env` of the repository's root, and whether there is one.
///
/// # Errors
/// If git fails.
pub(crate) fn env_file(repository: &Repository) -> Result<(bool, bool), Failure> {
    let asked = repository.run_with(
        &["check-ignore", "--quiet", "--no-index", "--stdin", "-z"],
        b".env\0".to_vec(),
    )?;
    Ok((
        asked.status.success(),
        is_there(&repository.root.join(".env")),
    ))
}
