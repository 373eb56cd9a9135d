//! The files that may hold a key: who can read them, and whether git has them.

use std::path::Path;

use super::git::{self, Answer};
use super::{Check, CheckStatus};
use crate::config::{EnvFile, Options, Profile, credentials, env_file};
use crate::option_table;
use crate::redact::{quoted, quoted_path};

pub(super) fn checks(options: &Options, profile: &Profile, checks: &mut Vec<Check>) {
    let own = profile.env_file_name();
    let names = match options.env_file {
        EnvFile::Search => own.as_deref().into_iter().chain([".env"]).collect(),
        EnvFile::Path(_) => vec![""],
        EnvFile::Off => Vec::new(),
    };
    let (mut permissions_found, mut git_found) = (Vec::new(), Vec::new());
    for name in names {
        match env_file::find(options, name) {
            Err(error) => {
                let code = "env_file_permissions";
                permissions_found.push(Check::failed(code, error.message()));
            }
            Ok(outcome) => {
                if let Some(found) = outcome.found {
                    permissions_found.push(permissions("env_file_permissions", &found.path));
                    git_found.push(with_git(&found.path));
                }
            }
        }
    }
    let why = match options.env_file {
        EnvFile::Off => format!("{} is off", option_table::ENV_FILE),
        _ => "no .env file is used".to_owned(),
    };
    checks.push(together("env_file_permissions", permissions_found, &why));
    checks.push(together("env_file_git", git_found, &why));
    checks.push(credentials_check(options, profile));
}

/// Joins the checks of several files into one with the worst status.
fn together(code: &'static str, all: Vec<Check>, none: &str) -> Check {
    use CheckStatus::{Failed, Ok, Skipped, Warning};
    let worst = [Failed, Warning, Ok, Skipped]
        .into_iter()
        .find(|status| all.iter().any(|check| check.status == *status));
    let Some(status) = worst else {
        return Check::skipped(code, none);
    };
    let found: Vec<&str> = all.iter().map(|check| check.found.as_str()).collect();
    let advice = all
        .iter()
        .filter(|check| check.status == status)
        .find_map(|check| check.advice.clone());
    Check {
        advice,
        ..Check::new(code, status, found.join("; "))
    }
}

/// Whether others can read the file. Only Unix has these permission bits.
fn permissions(code: &'static str, path: &Path) -> Check {
    let shown = quoted_path(path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mode = std::fs::metadata(path).map_or(0, |metadata| metadata.mode() & 0o777);
        if mode & 0o077 != 0 {
            return Check::warning(
                code,
                format!("{shown} can be read by others (mode {mode:03o})"),
            )
            .advise(format!("chmod 600 {shown}"));
        }
    }
    Check::ok(code, format!("only its owner can read {shown}"))
}

fn with_git(path: &Path) -> Check {
    let code = "env_file_git";
    let shown = quoted_path(path);
    match git::ask(path) {
        Answer::Ignored => Check::ok(code, format!("git ignores {shown}")),
        Answer::Tracked => Check::failed(code, format!("git tracks {shown}")).advise(
            "Everyone with the repository has the key: create a new one, revoke this one, and \
                 remove the file with `git rm --cached`",
        ),
        Answer::NotIgnored => Check::warning(code, format!("git does not ignore {shown}"))
            .advise("Add `.env` to .gitignore before it is committed by mistake"),
        Answer::NoRepository => Check::ok(code, format!("{shown} is not in a git repository")),
        Answer::Unknown(why) => Check::skipped(code, why),
    }
}

fn credentials_check(options: &Options, profile: &Profile) -> Check {
    let code = "credentials_file";
    match credentials::find(&options.environment, profile.table()) {
        Err(error) => Check::failed(code, error.message()),
        Ok(outcome) => match (outcome.path, outcome.entry) {
            (Some(path), Some(_)) => Check::ok(
                code,
                format!("{} has [{}]", quoted_path(&path), quoted(profile.table())),
            ),
            (Some(path), None) if outcome.tables.is_empty() => {
                Check::skipped(code, format!("there is no {}", quoted_path(&path)))
            }
            (Some(path), None) => Check::skipped(
                code,
                format!(
                    "{} has no table [{}], only {}",
                    quoted_path(&path),
                    quoted(profile.table()),
                    in_words(&outcome.tables)
                ),
            ),
            (None, _) => Check::skipped(code, "there is no home folder"),
        },
    }
}

/// The names of tables, which may be any text.
fn in_words(tables: &[String]) -> String {
    let names: Vec<String> = tables.iter().map(|name| quoted(name)).collect();
    names.join(", ")
}

/// Advice for a profile without a key.
pub(super) fn known_profiles(options: &Options) -> String {
    let tables =
        credentials::find(&options.environment, "").map_or(Vec::new(), |outcome| outcome.tables);
    match tables.as_slice() {
        [] => "Is the name right? Set its variable, or add its table to the credentials file"
            .to_owned(),
        tables => format!(
            "Is the name right? The credentials file has {}",
            in_words(tables)
        ),
    }
}
