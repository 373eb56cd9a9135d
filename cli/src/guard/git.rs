//! Running git, which knows what is tracked, staged and committed.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;

use super::path_of;
use crate::context::Context;
use crate::exit;
use crate::failure::Failure;

/// A repository and how to run git in it.
pub(crate) struct Repository {
    /// Its root.
    pub root: PathBuf,
    variables: Vec<(std::ffi::OsString, std::ffi::OsString)>,
}

impl Repository {
    /// The repository around the working directory.
    ///
    /// # Errors
    /// If git is not installed, the folder is in no repository, or git refuses it.
    pub fn open(context: &Context<'_>) -> Result<Self, Failure> {
        let here = context.streams.directory.clone().ok_or_else(|| {
            Failure::usage("the working directory was removed: go to the repository's folder")
        })?;
        let variables = context.streams.variables.iter();
        let mut repository = Repository {
            root: here,
            variables: variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        };
        let output = repository.run(&["rev-parse", "--show-toplevel"])?;
        let root = output.strip_suffix(b"\n").unwrap_or(&output);
        if root.is_empty() {
            return Err(Failure::usage("this repository has no files: it is bare"));
        }
        repository.root = path_of(root);
        Ok(repository)
    }

    /// git with these arguments, in the root. A repository's settings can make it run no program.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            // `git replace` shows another object in the place of one that is still there.
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("LC_ALL", "C")
            .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
            .args(["--no-optional-locks", "--no-pager"])
            .args(arguments)
            .current_dir(&self.root)
            .stdin(Stdio::null());
        git
    }

    /// What git prints.
    ///
    /// # Errors
    /// If it fails, with its words.
    pub fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self
            .command(arguments)
            .output()
            .map_err(|error| not_started(&error))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(failed(&output)),
        }
    }

    /// As [`run`](Self::run), with this input.
    pub fn run_with(&self, arguments: &[&str], input: Vec<u8>) -> Result<Output, Failure> {
        let mut child = self.start(arguments, input)?;
        let mut stdout = Vec::new();
        child
            .1
            .read_to_end(&mut stdout)
            .map_err(|error| unreadable(&error))?;
        let output = child
            .0
            .wait_with_output()
            .map_err(|error| unreadable(&error))?;
        Ok(Output { stdout, ..output })
    }

    /// The contents of these objects, one after another.
    pub fn objects<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Result<Objects, Failure> {
        let lines = ids.into_iter().flat_map(|id| [id, "\n"]);
        let input = lines.collect::<String>().into_bytes();
        let (child, stdout) = self.start(&["cat-file", "--batch", "--buffer"], input)?;
        Ok(Objects {
            child,
            stdout: io::BufReader::with_capacity(256 << 10, stdout),
        })
    }

    /// Input is written on another thread, because git writes meanwhile.
    fn start(&self, arguments: &[&str], input: Vec<u8>) -> Result<(Child, ChildStdout), Failure> {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Nobody reads it: git would wait when it is full.
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(Failure::new("git has no input and output"));
        };
        let writer = thread::Builder::new().spawn(move || {
            // If git ends early, its exit status says why.
            let _ = stdin.write_all(&input);
        });
        writer.map_err(|error| unreadable(&error))?;
        Ok((child, stdout))
    }
}

/// What `git cat-file --batch` prints.
pub(crate) struct Objects {
    child: Child,
    stdout: io::BufReader<ChildStdout>,
}

/// One object.
pub(crate) enum Object<T> {
    /// Its type, and what was made of its contents.
    Read(String, T),
    /// A partial clone does not have it.
    Missing,
}

impl Objects {
    /// Reads the next object with `read`, which gets its type and its contents.
    ///
    /// # Errors
    /// If git fails.
    pub fn next<T>(
        &mut self,
        read: impl FnOnce(&str, &mut dyn Read) -> io::Result<T>,
    ) -> Result<Object<T>, Failure> {
        use io::BufRead;
        let mut head = Vec::new();
        let got = self
            .stdout
            .read_until(b'\n', &mut head)
            .map_err(|error| unreadable(&error))?;
        if got == 0 {
            let status = self.child.wait().map_err(|error| unreadable(&error))?;
            return Err(Failure::new(format!(
                "git ended early ({status}): is the repository damaged? `git fsck` tells"
            )));
        }
        let head = String::from_utf8_lossy(&head).trim_end().to_owned();
        let mut words = head.split(' ').skip(1);
        let (kind, size) = (words.next().unwrap_or_default(), words.next());
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
            return Ok(Object::Missing);
        };
        let mut contents = self.stdout.by_ref().take(size);
        let made = read(kind, &mut contents).map_err(|error| unreadable(&error))?;
        // What was not read, and the line's end behind it.
        io::copy(&mut contents, &mut io::sink())
            .and_then(|_| self.stdout.read_exact(&mut [0]))
            .map_err(|error| unreadable(&error))?;
        Ok(Object::Read(kind.to_owned(), made))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether there is something at `path`, without following a link.
pub(crate) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn not_started(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::with_code(
            exit::NOT_THERE,
            "git is not installed, or not in a folder of PATH: `neura guard` needs it",
        ),
        _ => Failure::with_code(
            exit::CANNOT_START,
            format!("git cannot be started: {error}"),
        ),
    }
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(format!("git's answer cannot be read: {error}"))
}

fn failed(output: &Output) -> Failure {
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said
        .lines()
        .next()
        .unwrap_or("it says nothing")
        .trim_start_matches("fatal: ");
    let first = crate::usage::shown(first);
    if said.contains("not a git repository") {
        return Failure::usage(
            "this folder is in no git repository: run `neura guard` in the one to search",
        );
    }
    if said.contains("dubious ownership") {
        return Failure::usage(
            "git refuses this repository because it belongs to another user. If you trust it, add \
             it with `git config --global --add safe.directory`",
        );
    }
    if said.contains("must be run in a work tree") {
        return Failure::usage("this repository has no files: it is bare");
    }
    Failure::new(format!("git failed ({}): {first}", output.status))
}
