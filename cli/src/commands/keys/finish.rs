//! `neura keys rotate --finish`: the old key is removed once no program uses it.
//!
//! A program writes the first use of a key at once, and later ones within 60 s. So every use is in
//! the file a little later, and every program that uses the old key. A program that is seen with the
//! new key has gone over, and one that wrote its last line has ended; of others nothing is known
//! before the next line must have come. What used the old key later must be seen with the new one,
//! and not with the old one for as long. One that has the old key from another credentials file must
//! be seen with the new one from there: that file has a rotation of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use neura::bindings::{CheckedKey, quoted};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::keys::config;
use crate::keys::entry::{Entry, KeyOfEntry, rfc3339};
use crate::keys::store::Store;
use crate::style::Style;
use crate::usage::{self, Record, VARIABLE, shown};

/// Within this time a program looks at its file, and sends what it has begun with the old key.
const GOES_OVER: Duration = Duration::seconds(15);
/// After this time the line of a use has been written.
const WRITES: Duration = Duration::seconds(75);

/// Who used the old key after the programs should have gone over.
struct Users {
    /// Requests and the last one.
    late: BTreeMap<User, (u64, String)>,
    /// The applications whose next line has not come yet.
    waiting: BTreeSet<String>,
}

/// A program, and where it has the key from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    application: String,
    source: String,
    /// Another credentials file than the one whose key was replaced.
    elsewhere: Option<String>,
}

pub(super) fn run(context: &mut Context<'_>, profile: &str, path: &Path, force: bool) -> Done {
    let before = Store::read(path)?;
    let place = before.place(profile);
    let nothing = || {
        config(format!(
            "no rotation is under way in {place}: `neura keys rotate` starts one"
        ))
    };
    let entry = before.entry(profile).ok_or_else(nothing)?;
    let Entry {
        previous: Some(old),
        added,
        key,
        ..
    } = entry
    else {
        return Err(nothing());
    };
    let proof = match added {
        Some(added) => proof(context, path, (&old, &key), added),
        None => Err(format!(
            "{place} does not tell when the key was replaced (`added`)"
        )),
    };
    match &proof {
        Ok(()) => {}
        Err(why) if force => context.tell(&format!("{why}. Removed all the same (--force)")),
        Err(why) => {
            return Err(Failure::new(format!(
                "{why}. Nothing was changed; `--force` removes the key {} all the same",
                old.mask()
            )));
        }
    }
    let mut locked = Store::lock(path)?;
    let same = locked.store.entry(profile).and_then(|entry| entry.previous);
    if same.is_none_or(|now| now.secret() != old.secret()) {
        return Err(Failure::new(format!(
            "{place} was changed meanwhile: start again"
        )));
    }
    locked.store.unset(profile, "previous_api_key");
    locked.save(context)?;
    let (mask, fingerprint) = (old.mask(), old.fingerprint());
    if context.json() {
        return context.print_json(&json!({
            "profile": profile,
            "removed": {"mask": mask, "fingerprint": fingerprint},
            "shown_idle": proof.is_ok(),
        }));
    }
    let word = context.styled(Style::Good, "finished");
    context.print_line(&format!(
        "{word}: {mask} (fingerprint {fingerprint}) is out of {place}"
    ))?;
    context
        .tell("Now delete that key in the dashboard under \"API Keys\": it still works until then");
    Ok(())
}

/// Shows that nothing uses the old key.
///
/// # Errors
/// Why that is not known.
fn proof(
    context: &mut Context<'_>,
    path: &Path,
    (old, new): (&CheckedKey, &KeyOfEntry),
    rotated: OffsetDateTime,
) -> Result<(), String> {
    let mask = old.mask();
    let Some(file) = usage::file_of(context) else {
        return Err(format!(
            "whether a program still uses {mask} is not known: set {VARIABLE} for the programs and \
             for this command, or look at \"last used\" in the dashboard"
        ));
    };
    let new = match new {
        KeyOfEntry::Key(key) => key.fingerprint(),
        _ => String::new(),
    };
    let keys = [old.fingerprint(), new];
    let (users, lines) = users(&file, path, &keys, rotated).map_err(|error| {
        let file = file.display();
        match error.kind() {
            io::ErrorKind::NotFound => format!(
                "whether a program still uses {mask} is not known: there is no {file}. Is \
                 {VARIABLE} set for the programs?"
            ),
            _ => format!("the usage file {file} cannot be read: {error}"),
        }
    })?;
    if lines == 0 {
        return Err(format!(
            "whether a program still uses {mask} is not known: {} has no line of any program",
            file.display()
        ));
    }
    if !users.late.is_empty() {
        let who = users.late.iter().map(|(user, (requests, last))| {
            let (application, source) = (shown(&user.application), shown(&user.source));
            let path = user.elsewhere.as_deref().map(shown).unwrap_or_default();
            format!(
                "\n  {application}: {requests} requests, the last at {last}, key from: {source} \
                     {path}"
            )
        });
        let who: String = who.map(|line| line.trim_end().to_owned()).collect();
        let in_other_files = users.late.keys().any(|user| user.elsewhere.is_some());
        let rotate = match in_other_files {
            true => ". Another credentials file is rotated with NEURA_CREDENTIALS_FILE=FILE",
            false => "",
        };
        return Err(format!(
            "{mask} was used after the rotation at {}:{who}\nRestart these programs, or give them the \
             new key{rotate}",
            rfc3339(rotated),
        ));
    }
    let left = WRITES - (OffsetDateTime::now_utc() - rotated);
    if !users.waiting.is_empty() && left.is_positive() {
        let names: Vec<String> = users.waiting.iter().map(|name| shown(name)).collect();
        return Err(format!(
            "programs write their usage every 60 s, and it is not known yet whether these use {mask}: \
             {}. Wait {} s and try again",
            names.join(", "),
            left.whole_seconds() + 1
        ));
    }
    context.tell(&format!(
        "No program that writes to {} has used {mask} since {}",
        file.display(),
        rfc3339(rotated)
    ));
    Ok(())
}

/// A process, and where it has the key from: its other clients may have it from elsewhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    application: String,
    number: u64,
    run: String,
    source: String,
    path: Option<String>,
}

/// Who uses the old key, and how many lines the file has.
fn users(
    file: &Path,
    path: &Path,
    [old, new]: &[String; 2],
    rotated: OffsetDateTime,
) -> io::Result<(Users, u64)> {
    let mut late = BTreeMap::<User, (u64, String)>::new();
    // The latest use of the new key, by application, and by application and other credentials file.
    let mut went_over = BTreeMap::<(String, Option<String>), String>::new();
    // As the lines have it.
    let path = quoted(&path.display().to_string());
    let mut had_old = BTreeSet::new();
    let mut has_new = BTreeSet::new();
    let mut has_ended = BTreeSet::new();
    let mut lines = 0;
    usage::read(file, |record: Record| {
        lines += 1;
        let process = Process {
            application: record.application.clone(),
            number: record.process,
            run: record.run.clone(),
            source: record.source.clone(),
            path: record.path.clone(),
        };
        let elsewhere = record.path.clone().filter(|other| *other != path);
        if record.fingerprint == *old {
            // A process that ended has written all.
            match record.last {
                true => has_ended.insert(process.clone()),
                false => has_ended.remove(&process),
            };
        }
        if record.fingerprint == *new && record.first().is_some_and(|first| first >= rotated) {
            has_new.insert(process);
            for elsewhere in [None, elsewhere] {
                let latest = went_over.entry((record.application.clone(), elsewhere));
                let latest = latest.or_default();
                *latest = std::mem::take(latest).max(record.to.clone());
            }
        } else if record.fingerprint == *old && record.requests > 0 {
            had_old.insert(process);
            if record
                .last_used()
                .is_some_and(|last| last > rotated + GOES_OVER)
            {
                let user = User {
                    application: record.application,
                    source: record.source,
                    elsewhere,
                };
                let user = late.entry(user).or_default();
                user.0 = user.0.saturating_add(record.requests);
                user.1 = std::mem::take(&mut user.1).max(record.to);
            }
        }
    })?;
    let quiet_since = rfc3339(OffsetDateTime::now_utc() - WRITES);
    let may_use_it = |user: &User, last: &str| {
        let latest = went_over.get(&(user.application.clone(), user.elsewhere.clone()));
        last > quiet_since.as_str() || latest.is_none_or(|latest| latest.as_str() < last)
    };
    late.retain(|user, (_, last)| may_use_it(user, last));
    had_old.retain(|process| !has_new.contains(process) && !has_ended.contains(process));
    let waiting = had_old.into_iter().map(|process| process.application);
    let waiting = waiting.collect();
    Ok((Users { late, waiting }, lines))
}
