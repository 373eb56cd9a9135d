//! Runs a program among its servers, and holds it to its word.

use std::io::{Write, stderr};
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use crate::compile::sanitized;
use crate::folder::Folder;
use crate::scripts::script;
use crate::servers::{Server, another_key, refused_url};

const REFUSED: &str = "NEURA_TEST_REFUSED_URL";

/// A program, its sandbox and its scripted servers.
pub struct Stage {
    sandbox: Server,
    scripted: Vec<(&'static str, Server)>,
    second_key: String,
    /// Behind the servers, for it goes when they have ended.
    folder: Folder,
}

impl Stage {
    /// Starts the sandbox, and a server for each variable.
    pub fn new(variables: &[&'static str]) -> Self {
        let folder = Folder::new();
        let keys = folder.path().join("keys.sqlite");
        let sandbox = Server::sandbox(&keys);
        let scripted = variables
            .iter()
            .filter(|variable| **variable != REFUSED)
            .map(|&variable| {
                let script = script(variable, sandbox.told("api_key"));
                (variable, Server::replay(&script))
            })
            .collect();
        Stage {
            sandbox,
            scripted,
            second_key: another_key(&keys),
            folder,
        }
    }

    /// Runs a command that knows the servers and nothing else of this process's settings, in
    /// an empty home folder.
    pub fn run(&self, command: &mut Command) -> Output {
        let home = self.folder.path().join("home");
        fs::create_dir(&home).expect("the home folder is new");
        for (name, _) in env::vars_os() {
            let lower = name.to_string_lossy().to_lowercase();
            if lower.starts_with("neura_") || lower.ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&home)
            .env("HOME", &home)
            .env("NEURA_BASE_URL", self.sandbox.told("base_url"))
            .env("NEURA_API_KEY", self.sandbox.told("api_key"))
            .env("NEURA_EXPIRED_KEY", self.sandbox.told("expired_api_key"))
            .env("NEURA_REVOKED_KEY", self.sandbox.told("revoked_api_key"))
            .env("NEURA_SECOND_KEY", &self.second_key)
            .env("NEURA_TEST_VERSION", env!("CARGO_PKG_VERSION"))
            .env(REFUSED, refused_url());
        for (variable, server) in &self.scripted {
            command.env(variable, server.told("base_url"));
        }
        command.output().expect("the program runs")
    }

    /// Where the sandbox is, for what a program must not print.
    pub fn api_key(&self) -> &str {
        self.sandbox.told("api_key")
    }
}

/// A program of checks ran all of them, and none failed.
pub fn assert_checks(name: &str, output: &Output, checks: usize) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let told = stdout.lines().last().unwrap_or_default();
    assert!(
        output.status.success() && told == format!("{checks} checks"),
        "{name}: {}, {checks} checks wanted\n{stdout}\n{stderr}",
        output.status
    );
}

/// Valgrind before a program: exit code 9 for a leak or a wrong access. None where it is not
/// installed, which is an error where `NEURA_REQUIRE_TOOLS` is set, and for programs that
/// watch themselves.
pub fn valgrind(program: &Path) -> Option<Command> {
    if sanitized() {
        return None;
    }
    let known = Command::new("valgrind").arg("--version").output();
    if known.is_err() {
        let required = env::var_os("NEURA_REQUIRE_TOOLS").is_some();
        assert!(
            !required,
            "NEURA_REQUIRE_TOOLS is set, and valgrind is not installed"
        );
        // Past the capture of the test's output, which hides what a passing test prints.
        let _ = writeln!(stderr(), "check not run: valgrind is not installed");
        return None;
    }
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--quiet", "--leak-check=full", "--error-exitcode=9"])
        .arg(concat!(
            "--suppressions=",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/valgrind.supp"
        ))
        .arg(program)
        .env("NEURA_TEST_SLOW", "1");
    Some(valgrind)
}
