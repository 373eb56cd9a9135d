//! All commits: each version of a file is searched once, whatever the number of commits that have
//! it, and messages too.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use super::git::{Object, Repository};
use super::needles::Needles;
use super::scan::{Found, search};
use super::{Place, Report, shown, worktree};
use crate::failure::Failure;

/// An object of the history.
struct Listed {
    id: String,
    /// One of its names, or as much of it as git tells. A hint: it may have others.
    name: Vec<u8>,
}

/// Searches everything that a branch, a tag or the stash leads to. Of each key in each file the
/// commit is told in which it came in.
///
/// # Errors
/// If git fails.
pub(crate) fn search_all(
    repository: &Repository,
    needles: &Needles,
    report: &mut Report,
) -> Result<(), Failure> {
    let roots = roots(repository);
    let (listed, mut missing) = list(repository, &roots)?;
    if listed.is_empty() {
        return Ok(());
    }
    let mut objects = repository.objects(listed.iter().map(|object| object.id.as_str()))?;
    let mut with_keys = Vec::new();
    for object in &listed {
        let read = objects.next(|kind, contents| match kind {
            "blob" => search(needles, contents),
            "tree" => Ok(Vec::new()),
            _ => search(needles, message(contents)?.as_slice()),
        })?;
        match read {
            Object::Missing => missing += 1,
            Object::Read(kind, found) if kind == "blob" => {
                if !found.is_empty() {
                    with_keys.push((object, found));
                }
            }
            Object::Read(kind, found) => {
                report.commits += u64::from(kind == "commit");
                let what = if kind == "tag" { "(tag)" } else { "(message)" };
                report.add(&Place::Commit(object.id.clone()), what, found);
            }
        }
    }
    drop(objects);
    if missing > 0 {
        let what = format!("{missing} objects of the history are not here (a partial clone)");
        report.skipped.insert(what);
    }
    if is_shallow(repository) {
        let what = "the clone is shallow: older commits were not searched";
        report.skipped.insert(what.to_owned());
    }
    // The newest are listed first.
    let mut told = BTreeSet::new();
    for (object, found) in with_keys.into_iter().rev() {
        if found
            .iter()
            .all(|found| told.contains(&pair(&object.name, found)))
        {
            continue;
        }
        let mut places = came_in(repository, &roots, object, missing > 0);
        // The folders of old commits are not there.
        if missing > 0 && places.as_ref().map_or(true, Vec::is_empty) {
            let file = needles.mask(&shown(&object.name));
            report.skipped.insert(format!(
                "the commit that brought {file} in is not known in this partial clone: the object \
                 is named instead"
            ));
            places = Ok(vec![(object.id.clone(), object.name.clone())]);
        }
        for (commit, name) in places? {
            let is_new = |found: &&Found| !told.contains(&pair(&name, found));
            let new: Vec<Found> = found.iter().filter(is_new).cloned().collect();
            told.extend(new.iter().map(|found| pair(&name, found)));
            let (place, file) = (Place::Commit(commit), needles.mask(&shown(&name)));
            worktree::names(needles, &name, &file, &place, report);
            report.add(&place, &file, new);
        }
    }
    Ok(())
}

fn pair(name: &[u8], found: &Found) -> (Vec<u8>, String) {
    (name.to_vec(), found.fingerprint.clone())
}

/// Where the history begins: all references, and each entry of the stash, of which a reference
/// leads only to the latest.
fn roots(repository: &Repository) -> Vec<String> {
    let arguments = [
        "log",
        "--walk-reflogs",
        "--no-show-signature",
        "--format=%H",
        "refs/stash",
    ];
    let stash = repository.run(&arguments).unwrap_or_default();
    let stash = String::from_utf8_lossy(&stash);
    let all = std::iter::once("--all").chain(stash.lines());
    all.map(str::to_owned).collect()
}

/// The objects of the history, and how many a partial clone does not have.
fn list(repository: &Repository, roots: &[String]) -> Result<(Vec<Listed>, u64), Failure> {
    let mut arguments = vec![
        "rev-list",
        "--objects",
        "--in-commit-order",
        "--missing=print",
    ];
    arguments.extend(roots.iter().map(String::as_str));
    let printed = repository.run(&arguments)?;
    let lines = printed.split(|byte| *byte == b'\n');
    let is_id = |word: &[u8]| word.len() >= 40 && word.iter().all(u8::is_ascii_hexdigit);
    let is_missing = |line: &&[u8]| line.strip_prefix(b"?").is_some_and(is_id);
    let missing = lines.clone().filter(is_missing).count() as u64;
    let objects = lines.filter_map(|line| {
        let mut words = line.splitn(2, |byte| *byte == b' ');
        let id = words.next()?;
        // The rest of a name with a line break is no object.
        is_id(id).then(|| Listed {
            id: String::from_utf8_lossy(id).into_owned(),
            name: words.next().unwrap_or_default().to_vec(),
        })
    });
    Ok((objects.collect(), missing))
}

/// The message of a commit or a tag.
fn message(contents: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    contents.read_to_end(&mut text)?;
    let head = text.windows(2).position(|two| two == b"\n\n");
    Ok(text.split_off(head.map_or(0, |head| head + 2)))
}

fn is_shallow(repository: &Repository) -> bool {
    let asked = repository.run(&["rev-parse", "--is-shallow-repository"]);
    asked.is_ok_and(|answer| answer.starts_with(b"true"))
}

/// The first commit that brought this version of a file in, under each of its names; in a partial
/// clone, where git would fetch all versions to find this one, under the name that is known.
fn came_in(
    repository: &Repository,
    roots: &[String],
    object: &Listed,
    is_partial: bool,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let id = object.id.as_str();
    let find = format!("--find-object={id}");
    let name = format!(":(literal){}", String::from_utf8_lossy(&object.name));
    let mut arguments = vec![
        "log",
        // Its setting would run a program.
        "--no-show-signature",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "-m",
        "--root",
        "--format=commit %H",
    ];
    arguments.extend(roots.iter().map(String::as_str));
    match is_partial {
        true => arguments.extend(["--", &name]),
        false => arguments.push(&find),
    }
    let printed = repository.run(&arguments)?;
    let mut parts = printed.split(|byte| *byte == 0);
    let (mut first, mut commit) = (BTreeMap::new(), String::new());
    while let Some(part) = parts.next() {
        let part = part.strip_prefix(b"\n").unwrap_or(part);
        if let Some(hash) = part.strip_prefix(b"commit ") {
            commit = String::from_utf8_lossy(hash).into_owned();
        } else if part.starts_with(b":") {
            // `:100644 100644 old new M`, then the name, which may have any bytes.
            let Some(name) = parts.next() else { break };
            let words = String::from_utf8_lossy(part);
            if words.split(' ').nth(3) == Some(id) {
                // The oldest comes last.
                first.insert(name.to_vec(), commit.clone());
            }
        }
    }
    Ok(first
        .into_iter()
        .map(|(name, commit)| (commit, name))
        .collect())
}
