//! `neura guard`: whether a repository has keys in it.

use neura::bindings::known_keys;
use serde_json::{Value, json};

use crate::context::{Context, Done};
use crate::exit;
use crate::failure::Failure;
use crate::guard::git::Repository;
use crate::guard::hook::{self, Installed};
use crate::guard::needles::{Form, Needles};
use crate::guard::scan::What;
use crate::guard::{Finding, Place, Report, env_files, history, worktree};
use crate::style::Style;

/// Search a git repository for keys
///
/// Searches tracked files, staged changes and all commits for the keys that this machine knows (those
/// of the environment, `.env` files and the credentials file), as they are and in base64, and for
/// literals that are given to NEURA_API_KEY. Also checks that git ignores `.env`. A line with the
/// comment `neura-guard: allow` may have a literal. The exit code is 1 if a key was found; each is
/// shown as `file:line` or `commit:file:line` with its mask.
#[derive(clap::Args)]
pub struct Args {
    /// Search only what the next commit takes
    #[arg(long, conflicts_with = "no_history")]
    staged: bool,
    /// Do not search the commits
    #[arg(long)]
    no_history: bool,
    /// Install a hook of git that searches each commit before it is made
    #[arg(long, conflicts_with_all = ["staged", "no_history"])]
    install: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let repository = Repository::open(context)?;
    if args.install {
        return install(&repository, context);
    }
    let mut options = context.options();
    // The `.env` of the repository is the one that counts, wherever the command runs.
    options.set_working_directory(&repository.root);
    let (mut keys, problems) = known_keys(&options);
    env_files::add(&repository, &mut keys)?;
    let count = keys.len();
    let (needles, short) = Needles::new(keys)?;
    let mut report = Report::default();
    let problems = problems.into_iter();
    report
        .skipped
        .extend(problems.map(|problem| format!("a key that may be in use: {problem}")));
    if short > 0 {
        let what = format!("{short} keys have fewer than 8 characters, and were not searched for");
        report.skipped.insert(what);
    }
    if !args.staged {
        worktree::files(&repository, &needles, &mut report)?;
    }
    worktree::staged(&repository, &needles, &mut report)?;
    if !args.staged && !args.no_history {
        history::search_all(&repository, &needles, &mut report)?;
    }
    let (is_ignored, is_there) = worktree::env_file(&repository)?;
    let is_clean = report.found.is_empty() && (is_ignored || !is_there);
    if context.json() {
        let found: Vec<Value> = report.found.iter().map(to_json).collect();
        context.print_json(&json!({
            "ok": is_clean,
            "found": found,
            "env_file": {"exists": is_there, "ignored": is_ignored},
            "skipped": report.skipped,
            "files": report.files,
            "commits": report.commits,
            "known_keys": count,
        }))?;
    } else {
        print(context, &report, count, is_ignored, is_there)?;
    }
    match is_clean {
        true => Ok(()),
        false => Err(Failure::Said(exit::FAILED)),
    }
}

fn print(
    context: &mut Context<'_>,
    report: &Report,
    count: usize,
    is_ignored: bool,
    is_there: bool,
) -> Done {
    for finding in &report.found {
        let place = context.styled(Style::Strong, &place_of(finding));
        let mask = context.styled(Style::Bad, &finding.found.mask);
        context.print_line(&format!("{place}: {mask} {}", how(finding)))?;
    }
    for skipped in &report.skipped {
        context.tell(&format!("Skipped: {skipped}"));
    }
    let advice = "add `.env` to .gitignore before it is committed by mistake";
    if !is_ignored && is_there {
        let word = context.styled(Style::Bad, ".env");
        context.print_line(&format!("{word}: git does not ignore it: {advice}"))?;
    } else if !is_ignored {
        context.tell(&format!("git does not ignore `.env`: {advice}"));
    }
    if !report.found.is_empty() {
        context.tell(
            "Whoever has the repository has these keys: create new ones in the dashboard, revoke \
             these, then remove them from the files. Git keeps what was committed",
        );
    } else if is_ignored || !is_there {
        let word = context.styled(Style::Good, "clean");
        let (files, commits) = (report.files, report.commits);
        context.print_line(&format!(
            "{word}: {files} files and {commits} commits searched for {count} known keys and for \
             literals of NEURA_API_KEY"
        ))?;
    }
    Ok(())
}

fn place_of(finding: &Finding) -> String {
    let file = match finding.found.line {
        0 => format!("{} (its name)", finding.file),
        line => format!("{}:{line}", finding.file),
    };
    match &finding.place {
        Place::Worktree => file,
        Place::Staged => format!("{file} (staged)"),
        Place::Commit(commit) => format!("{}:{file}", commit.get(..12).unwrap_or(commit)),
    }
}

fn how(finding: &Finding) -> String {
    match &finding.found.what {
        What::Known {
            place,
            form: Form::Plain,
        } => format!("is the key from {place}"),
        What::Known {
            place,
            form: Form::Base64,
        } => format!("in base64 is the key from {place}"),
        What::Assigned => "is given to NEURA_API_KEY, and looks like a key".to_owned(),
    }
}

fn to_json(finding: &Finding) -> Value {
    let (place, commit) = match &finding.place {
        Place::Worktree => ("file", None),
        Place::Staged => ("staged", None),
        Place::Commit(commit) => ("history", Some(commit)),
    };
    let (what, source) = match &finding.found.what {
        What::Known {
            place,
            form: Form::Plain,
        } => ("value", Some(place)),
        What::Known {
            place,
            form: Form::Base64,
        } => ("base64", Some(place)),
        What::Assigned => ("assignment", None),
    };
    json!({
        "where": place,
        "commit": commit,
        "file": finding.file,
        "line": (finding.found.line > 0).then_some(finding.found.line),
        "mask": finding.found.mask,
        "fingerprint": finding.found.fingerprint,
        "what": what,
        "source": source,
    })
}

fn install(repository: &Repository, context: &mut Context<'_>) -> Done {
    let (path, is_new) = match hook::install(repository)? {
        Installed::Now(path) => (path, true),
        Installed::Before(path) => (path, false),
    };
    let path = path.display().to_string();
    if context.json() {
        return context.print_json(&json!({"hook": path, "installed": is_new}));
    }
    let words = match is_new {
        true => "installed",
        false => "was installed before",
    };
    let word = context.styled(Style::Good, words);
    context.print_line(&format!("{word}: {path}"))
}
