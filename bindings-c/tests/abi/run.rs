//! Runs a program with its servers, and checks its result.

use std::io::{Write, stderr};
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

use crate::folder::Folder;
use crate::proxy::{PROXY, Proxy};
use crate::sanitizers;
use crate::scripts::script;
use crate::servers::{Server, another_key, refused_url};

const REFUSED: &str = "NEURA_TEST_REFUSED_URL";

/// A program, its sandbox and its scripted servers.
pub struct Stage {
    sandbox: Server,
    scripted: Vec<(&'static str, Server)>,
    proxy: Option<Proxy>,
    second_key: String,
    /// The last field: it is removed after the servers have ended.
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
            .filter(|variable| ![REFUSED, PROXY].contains(variable))
            .map(|&variable| {
                let script = script(variable, sandbox.field("api_key"));
                (variable, Server::replay(&script))
            })
            .collect();
        let origin = sandbox.field("base_url").trim_start_matches("http://");
        let origin = origin.trim_end_matches("/v1");
        Stage {
            proxy: variables.contains(&PROXY).then(|| Proxy::new(origin)),
            sandbox,
            scripted,
            second_key: another_key(&keys),
            folder,
        }
    }

    /// Runs a command in an empty home folder. Its environment names the servers and has none of
    /// this process's NEURA and proxy variables.
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
            .env("NEURA_BASE_URL", self.sandbox.field("base_url"))
            .env("NEURA_API_KEY", self.sandbox.field("api_key"))
            .env("NEURA_EXPIRED_KEY", self.sandbox.field("expired_api_key"))
            .env("NEURA_REVOKED_KEY", self.sandbox.field("revoked_api_key"))
            .env("NEURA_SECOND_KEY", &self.second_key)
            .env("NEURA_TEST_VERSION", env!("CARGO_PKG_VERSION"))
            .env(REFUSED, refused_url());
        for (variable, server) in &self.scripted {
            command.env(variable, server.field("base_url"));
        }
        if let Some(proxy) = &self.proxy {
            command.env(PROXY, proxy.url());
        }
        command.output().expect("the program runs")
    }

    /// The proxy whose URL is in the program's environment.
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("the program has a proxy")
    }

    /// The report of the server whose URL is in this variable.
    pub fn report(&self, variable: &str) -> Value {
        let mut servers = self.scripted.iter();
        let server = servers.find(|(name, _)| *name == variable);
        let (_, server) = server.unwrap_or_else(|| panic!("no server for {variable}"));
        server.report()
    }

    /// The sandbox's key, which a program must not print.
    pub fn api_key(&self) -> &str {
        self.sandbox.field("api_key")
    }
}

/// Asserts that a program ran all its checks and that none failed.
pub fn assert_checks(name: &str, output: &Output, checks: usize) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last = stdout.lines().last().unwrap_or_default();
    assert!(
        output.status.success() && last == format!("{checks} checks"),
        "{name}: {}, {checks} checks wanted\n{stdout}\n{stderr}",
        output.status
    );
}

/// Says that a check did not run because something is not installed; with `NEURA_REQUIRE_TOOLS`
/// that is an error.
pub fn not_run(needed: &str) {
    let required = env::var_os("NEURA_REQUIRE_TOOLS").is_some();
    assert!(
        !required,
        "NEURA_REQUIRE_TOOLS is set, and {needed} is not installed"
    );
    // Written directly to stderr: the test harness hides what a passing test prints.
    let _ = writeln!(stderr(), "check not run: {needed} is not installed");
}

/// What valgrind does about memory that is never freed.
#[derive(Clone, Copy, PartialEq)]
pub enum Leaks {
    /// It is an error.
    Counted,
    /// Nothing: a child of `fork` has the memory of its parent's threads, and those threads do
    /// not exist in it to free the memory.
    Left,
}

/// Whether a tool is installed. If not, a line says so; with `NEURA_REQUIRE_TOOLS` it is an error.
pub fn installed(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        not_run(tool);
    }
    found
}

/// A command that runs a program under valgrind: exit code 9 means a leak or a wrong access.
/// None for programs with sanitizers, and if valgrind is not installed; with
/// `NEURA_REQUIRE_TOOLS` the latter is an error.
pub fn valgrind(program: &Path, leaks: Leaks) -> Option<Command> {
    if sanitizers::everywhere() {
        return None;
    }
    if !installed("valgrind") {
        return None;
    }
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--quiet", "--error-exitcode=9"])
        .arg(match leaks {
            Leaks::Counted => "--leak-check=full",
            Leaks::Left => "--leak-check=no",
        })
        .arg(concat!(
            "--suppressions=",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/valgrind.supp"
        ))
        .arg(program)
        .env("NEURA_TEST_SLOW", "1");
    Some(valgrind)
}
