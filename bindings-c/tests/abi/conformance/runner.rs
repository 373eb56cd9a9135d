//! A process of the runner program, which runs the cases on its command line.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::cases::Case;
use crate::place::Place;

/// How a case went: the failed checks.
pub type Checked = Result<(), String>;

pub struct Runner {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// The last field: it is removed after the program has got the end of its input.
    place: Place,
}

/// Gives the program no variable of this process but those that it cannot do without.
fn clear_environment(command: &mut Command) {
    let kept = |name: &str| name == "PATH" || name.ends_with("_OPTIONS");
    for (name, _) in env::vars_os() {
        if !kept(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
}

impl Runner {
    /// Starts the program in a folder of the place, with only these variables.
    pub fn start(
        mut command: Command,
        place: Place,
        cwd: &str,
        variables: Vec<(&str, OsString)>,
    ) -> Self {
        clear_environment(&mut command);
        let mut child = command
            .current_dir(place.path(cwd))
            .env("HOME", place.path("home"))
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        Runner {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
            place,
        }
    }

    /// The folder of the program.
    pub fn root(&self) -> String {
        self.place.fill("{root}")
    }

    /// Runs a case with the values of its `{name}`.
    pub fn run(&mut self, case: &Case, values: &[(&str, &str)]) -> Checked {
        let given: String = values
            .iter()
            .map(|(name, value)| format!("\t{name}={value}"))
            .collect();
        writeln!(self.stdin, "{}\t{}{given}", case.file, case.id).expect("the program reads");
        let mut said = String::new();
        loop {
            let mut line = Vec::new();
            let length = self.stdout.read_until(b'\n', &mut line).unwrap();
            if length == 0 {
                return Err(format!("{said}the program ended"));
            }
            if line == b"done\n" {
                break;
            }
            said += &String::from_utf8_lossy(&line);
        }
        if said.is_empty() { Ok(()) } else { Err(said) }
    }

    /// Ends the program. It fails if a tool such as valgrind found something.
    pub fn end(self) -> Checked {
        let Runner {
            mut child,
            stdin,
            place: _place,
            ..
        } = self;
        drop(stdin);
        let status = child.wait().expect("the program ends");
        status
            .success()
            .then_some(())
            .ok_or_else(|| format!("the program ended with {status}"))
    }
}
