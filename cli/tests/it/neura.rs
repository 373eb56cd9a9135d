//! Runs the command in an environment of its own.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::place::Place;
use crate::servers::Server;

/// The binary that cargo built.
pub const BINARY: &str = env!("CARGO_BIN_EXE_neura");

/// An environment for the command: a home, a working directory, and variables. None of this process
/// but `PATH` are there.
pub struct Neura {
    pub place: Place,
    variables: Vec<(String, String)>,
}

/// How it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Neura {
    /// Without a key.
    pub fn new() -> Self {
        let place = Place::new();
        let home = place.path("home").to_str().unwrap().to_owned();
        let path = std::env::var("PATH").unwrap_or_default();
        let variables = [
            ("HOME", home.as_str()),
            ("USERPROFILE", &home),
            ("PATH", &path),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Neura {
            place,
            variables: variables.into(),
        }
    }

    /// With the server's URL and a valid key of it, or a fake one for the replay server.
    pub fn at(server: &Server) -> Self {
        let key = server.hello["api_key"].as_str();
        Neura::with_key(server, key.unwrap_or(crate::servers::FAKE_KEY))
    }

    /// With the server's URL and this key.
    pub fn with_key(server: &Server, key: &str) -> Self {
        let neura = Neura::new().set("NEURA_BASE_URL", server.base_url());
        neura.set("NEURA_API_KEY", key)
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn unset(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    pub fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        self.command_of(BINARY, args)
    }

    /// Another program in the same environment.
    pub fn command_of(&self, program: &str, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .envs(self.variables.iter().cloned())
            .current_dir(self.place.path("work"))
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args))
    }

    /// Runs it with this on stdin.
    pub fn feed(&self, input: impl Into<Vec<u8>>, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), input.into());
        // A command may end before it has read all.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from(output)
    }
}

impl Ran {
    pub fn of(mut command: Command) -> Self {
        Ran::from(command.output().unwrap())
    }

    /// The same, which must have worked and said nothing beside its result.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        self
    }

    /// The one line of JSON that it printed.
    #[track_caller]
    pub fn json(&self) -> Value {
        json_of(&self.stdout)
    }

    /// The error that it printed with `--json`.
    #[track_caller]
    pub fn error(&self) -> Value {
        json_of(&self.stderr)["error"].clone()
    }
}

#[track_caller]
fn json_of(text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

impl From<std::process::Output> for Ran {
    fn from(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
