//! Asking git about one file, without letting the repository run anything.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::child_process::end_group;

/// The limit for all questions about one file.
const LIMIT: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(5);

/// The answer of git.
pub(super) enum Answer {
    Tracked,
    Ignored,
    NotIgnored,
    NoRepository,
    /// Why git gives no answer.
    Unknown(String),
}

pub(super) fn ask(path: &Path) -> Answer {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Answer::Unknown("the path has no folder".to_owned());
    };
    let end = Instant::now() + LIMIT;
    let run = |arguments: &[&str], with_name: bool| {
        let mut git = Command::new("git");
        // A repository's settings may make git run programs: hooks, a monitor, and those that
        // fetch missing objects of a partial clone.
        for setting in [
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "core.sshCommand=false",
            "protocol.allow=never",
            "safe.bareRepository=explicit",
        ] {
            git.args(["-c", setting]);
        }
        git.env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env_remove("GIT_SSH")
            .env_remove("GIT_SSH_COMMAND")
            .args(["--no-optional-locks", "--no-pager", "-C"])
            .arg(match folder.as_os_str().is_empty() {
                true => Path::new("."),
                false => folder,
            })
            .args(arguments);
        if with_name {
            // `--` keeps it from being an option, and `./` from being a pattern with magic words.
            git.arg("--").arg(Path::new(".").join(name));
        }
        // These would make git use another repository.
        for variable in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_COMMON_DIR",
        ] {
            git.env_remove(variable);
        }
        finish(git, end)
    };
    let unknown = |error: String| Answer::Unknown(format!("git gave no answer: {error}"));
    match run(&["rev-parse", "--is-inside-work-tree"], false) {
        Err(error) => return unknown(error),
        Ok(status) if status.code() == Some(128) && in_repository(folder) => {
            return unknown(
                "it refuses this repository, which may belong to another user".to_owned(),
            );
        }
        Ok(status) if !status.success() => return Answer::NoRepository,
        Ok(_) => {}
    }
    match run(
        &["--literal-pathspecs", "ls-files", "--error-unmatch"],
        true,
    ) {
        Err(error) => return unknown(error),
        Ok(status) if status.success() => return Answer::Tracked,
        Ok(_) => {}
    }
    match run(&["check-ignore", "--quiet"], true) {
        Err(error) => unknown(error),
        Ok(status) if status.success() => Answer::Ignored,
        Ok(_) => Answer::NotIgnored,
    }
}

fn in_repository(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    folder
        .ancestors()
        .any(|folder| folder.join(".git").exists())
}

/// Runs the command to its end, or kills it at `end`.
fn finish(mut command: Command, end: Instant) -> Result<ExitStatus, String> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // A process group, so that its children end with it.
        command.process_group(0);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < end => thread::sleep(TICK),
            Ok(None) => {
                end_group(&mut child);
                let _ = child.wait();
                return Err(format!("it took longer than {} s", LIMIT.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
