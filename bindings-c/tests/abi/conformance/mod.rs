//! The shared cases over real sockets, in C with `neura.h` and in C++ with `neura.hpp`.
//!
//! C has no reader of JSON, so the cases become a table in C. The program in `tests/conformance`
//! runs them. It is built several times: only the files that make the calls are different.

mod cases;
mod of_options;
mod of_sockets;
mod runner;
mod scenes;
mod table;
mod urls;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use cases::{Case, Scene};
use serde_json::Value;

use crate::compile::{self, Build, Language, Link};
use crate::library;
use crate::place::may_give_files_away;
use crate::run::{Leaks, valgrind};

/// Cases that run at once: most wait for a server.
const WORKERS: usize = 6;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let files = [
        cases::read("key", of_options::key),
        cases::read("base_url", of_options::base_url),
        cases::read("dotenv", of_options::dotenv),
        cases::read("resolve", of_options::resolve),
        cases::read("proxy", of_options::proxy),
        cases::read("error", of_sockets::error),
        cases::read("retry", of_sockets::retry),
        cases::read("call", of_sockets::call),
        cases::read("sse", of_sockets::sse),
    ];
    files.into_iter().flatten().collect()
});

static IN_C: LazyLock<PathBuf> =
    LazyLock::new(|| build("c", Language::C, &["client.c", "calls.c"]));
static IN_CPP: LazyLock<PathBuf> = LazyLock::new(|| build("cpp", Language::Cpp, &["calls.cpp"]));

/// The calls go through a queue.
static IN_A_QUEUE: LazyLock<PathBuf> =
    LazyLock::new(|| build("queue", Language::C, &["client.c", "queue.c"]));

/// The C files of the program, compiled as C99 for both languages.
static SHARED: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let table = folder.join("conformance_table.c");
    fs::write(&table, table::source(&CASES)).expect("the build folder can be written");
    let sources = ["run.c", "results.c", "json.c"].map(source);
    let objects = sources.iter().chain([&table]).map(|source| {
        let name = source.file_name().unwrap().to_string_lossy();
        let object = folder.join(format!("conformance_{name}.o"));
        let built = compile::compiler(Language::C, "c99")
            .arg("-I")
            .arg(self::source(""))
            .arg("-c")
            .arg(source)
            .arg("-o")
            .arg(&object)
            .output()
            .expect("the compiler runs");
        let errors = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{errors}");
        object
    });
    objects.collect()
});

fn source(name: &str) -> PathBuf {
    library::root()
        .join("bindings-c/tests/conformance")
        .join(name)
}

fn build(name: &str, language: Language, calls: &[&str]) -> PathBuf {
    let calls: Vec<PathBuf> = calls.iter().map(|name| source(name)).collect();
    let sources = SHARED.iter().chain(&calls);
    let sources: Vec<&str> = sources
        .map(|it| it.to_str().expect("the path is text"))
        .collect();
    compile::build(&Build {
        name: &format!("conformance_{name}"),
        language,
        standard: if language == Language::C {
            "c99"
        } else {
            "c++17"
        },
        flags: &[],
        sources: &sources,
        link: Link::Shared,
    })
}

fn cases_of(files: &[&str]) -> Vec<&'static Case> {
    let cases = CASES.iter().filter(|case| files.contains(&case.file));
    cases.collect()
}

/// Only root may give a file of a case to another user.
fn can_be_made(case: &Case) -> bool {
    let Scene::Folder(folder) = &case.scene else {
        return true;
    };
    let special = folder.get("special").and_then(Value::as_object);
    let mut kinds = special.into_iter().flatten();
    may_give_files_away() || !kinds.any(|(_, kind)| kind == "foreign")
}

/// Runs every case of a file, and saves how many there were.
fn run_file(language: &str, program: &Path, file: &str) {
    let mut cases = cases_of(&[file]);
    cases.retain(|case| can_be_made(case));
    run(&cases, WORKERS, &|| Command::new(program));
    let folder = library::root().join("target/conformance").join(language);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), format!("{}\n", cases.len())).unwrap();
}

/// Runs the cases, several at once, and fails with the failures of all.
fn run(cases: &[&Case], workers: usize, program: &(dyn Fn() -> Command + Sync)) {
    let ids: HashSet<_> = cases.iter().map(|case| (case.file, &case.id)).collect();
    assert!(!cases.is_empty() && ids.len() == cases.len());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut runner = None;
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(said) = scenes::play(case, program, &mut runner) {
                        let failure = format!("{}\n{said}", case.id);
                        failures.lock().unwrap().push(failure);
                        // It may have ended.
                        runner = None;
                    }
                }
                if let Some(Err(said)) = runner.map(runner::Runner::end) {
                    failures.lock().unwrap().push(said);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "{} of {} cases failed:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

macro_rules! files {
    ($($file:ident, $in_c:ident, $in_cpp:ident;)+) => {
        $(
            #[test]
            fn $in_c() {
                run_file("c", &IN_C, stringify!($file));
            }

            #[test]
            fn $in_cpp() {
                run_file("cpp", &IN_CPP, stringify!($file));
            }
        )+
    };
}

files! {
    key, key_cases_in_c, key_cases_in_cpp;
    base_url, base_url_cases_in_c, base_url_cases_in_cpp;
    dotenv, dotenv_cases_in_c, dotenv_cases_in_cpp;
    resolve, resolve_cases_in_c, resolve_cases_in_cpp;
    proxy, proxy_cases_in_c, proxy_cases_in_cpp;
    error, error_cases_in_c, error_cases_in_cpp;
    retry, retry_cases_in_c, retry_cases_in_cpp;
    call, call_cases_in_c, call_cases_in_cpp;
    sse, event_stream_cases_in_c, event_stream_cases_in_cpp;
}

/// The other files make no call that a queue could make, but for `base_url`.
#[test]
fn the_cases_with_a_server_through_a_queue() {
    let cases = cases_of(&["error", "retry", "call", "sse"]);
    run(&cases, WORKERS, &|| Command::new(&*IN_A_QUEUE));
}

/// Runs the cases of some files under valgrind, without those that measure a wait.
fn hold_memory(program: &Path, files: &[&str]) {
    if valgrind(program, Leaks::Counted).is_none() {
        return;
    }
    let is_timed = |case: &Case| match &case.scene {
        Scene::Script(script) => script["expect"]["max_wait_ms"].is_u64(),
        _ => false,
    };
    let mut cases = cases_of(files);
    cases.retain(|case| !is_timed(case));
    let valgrind = || valgrind(program, Leaks::Counted).expect("valgrind is installed");
    run(&cases, 2, &valgrind);
}

#[test]
fn memory_of_the_cases_in_c() {
    hold_memory(&IN_C, &["error", "call", "sse"]);
}

#[test]
fn memory_of_the_cases_in_cpp() {
    hold_memory(&IN_CPP, &["error", "sse"]);
}
