//! The library as it is installed, and programs outside the tree that are built with it.

mod cmake;
mod install;
mod pkg_config;
mod readme;
mod recipes;
mod static_library;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs, process};

use crate::library;
use crate::run::Stage;

/// What the examples print.
pub const ANSWER: &str = "\"You said: Hello!\"";

/// A new folder outside the repository, removed when this value is dropped.
pub struct Outside(PathBuf);

impl Outside {
    pub fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("neura-{}-{name}", process::id()));
        // A killed run may have left a folder with the same process id.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder can be made");
        Outside(path)
    }

    /// With the examples in it, as `chat.c` and `chat.cpp`.
    pub fn with_examples(name: &str) -> Self {
        let folder = Self::new(name);
        for example in ["c/chat.c", "cpp/chat.cpp"] {
            let from = library::root().join("examples").join(example);
            fs::copy(&from, folder.join(from.file_name().unwrap())).expect("the example exists");
        }
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // If the removal fails, the rest stays in the system's folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folder in which cargo builds.
pub fn target() -> &'static Path {
    library::profile()
        .parent()
        .expect("a profile's folder has a parent")
}

/// `make` of the repository, with the build folder of this test.
pub fn make(words: &[&str]) -> Command {
    let mut make = Command::new("make");
    make.arg("--no-print-directory")
        .arg("-C")
        .arg(library::root())
        .args(words)
        .env("CARGO_TARGET_DIR", target())
        .env_remove("MAKEFLAGS");
    for name in ["PREFIX", "DESTDIR", "LIBDIR", "INCLUDEDIR"] {
        make.env_remove(name);
    }
    library::without_cargo(&mut make);
    make
}

/// Runs a command; returns what it printed. It must succeed.
pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}\n{stderr}",
        output.status
    );
    stdout
}

/// The prefix of an installation that all tests of this process share: `NEURA_C_PREFIX`, or one in
/// the build folder. The process does not drop it: the next run replaces it.
pub fn prefix() -> &'static Path {
    static PREFIX: LazyLock<PathBuf> = LazyLock::new(|| {
        if let Some(prefix) = env::var_os("NEURA_C_PREFIX") {
            return prefix.into();
        }
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prefix");
        let _ = fs::remove_dir_all(&prefix);
        run(&mut make(&[
            "install",
            &format!("PREFIX={}", prefix.display()),
        ]));
        prefix
    });
    &PREFIX
}

/// Runs a program that is built from one of the examples.
pub fn answers(program: &Path) {
    assert_answer(&mut Command::new(program));
}

/// Runs a program that prints the answer of an example.
pub fn assert_answer(program: &mut Command) {
    // Cargo puts the folder of its own build there, before the rpath of a program.
    let output = Stage::new(&[]).run(program.env_remove("LD_LIBRARY_PATH"));
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && stdout.contains(ANSWER),
        "{program:?}: {output:?}"
    );
}

/// The folder of the shared library of neura that a program loads; None for a static one.
pub fn loads_from(program: &Path) -> Option<PathBuf> {
    let mut ldd = Command::new("ldd");
    run(ldd.arg(program).env_remove("LD_LIBRARY_PATH"))
        .lines()
        .find_map(|line| line.trim().strip_prefix("libneura.so.0 => "))
        .map(|place| place.split(" (").next().unwrap_or_default())
        .map(|library| Path::new(library).parent().expect("it has a folder").into())
}

/// The shared libraries that a program or library names.
pub fn needed(program: &Path) -> Vec<String> {
    run(Command::new("readelf").arg("-d").arg(program))
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()))
        .collect()
}
