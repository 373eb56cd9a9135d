//! The shared library exports the functions of symbols.txt, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::library;

fn listed() -> BTreeSet<String> {
    let list = fs::read_to_string(library::root().join("bindings-c/symbols.txt")).unwrap();
    list.lines().map(str::to_owned).collect()
}

/// Asserts that both sets are equal; the message says what to do if not.
fn assert_same(listed: &BTreeSet<String>, found: &BTreeSet<String>, place: &str) {
    let gone: Vec<_> = listed.difference(found).collect();
    let new: Vec<_> = found.difference(listed).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "bindings-c/symbols.txt and {place} differ: only listed {gone:?}, only found {new:?}. \
         Add a new function to the list; a removed one breaks programs."
    );
}

#[test]
#[cfg(target_os = "linux")]
fn the_shared_library_exports_only_the_list() {
    let nm = Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(library::folder().join("libneura.so"))
        .output()
        .expect("nm runs");
    assert!(nm.status.success(), "{nm:?}");
    let lines = String::from_utf8(nm.stdout).unwrap();
    let exported = lines
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(str::to_owned)
        .collect();
    assert_same(&listed(), &exported, "libneura.so");
}

#[test]
fn the_header_declares_only_the_list() {
    let header = fs::read_to_string(library::root().join("include/neura.h")).unwrap();
    let declared = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']) && !line.starts_with("typedef "))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .map(str::to_owned)
        .collect();
    assert_same(&listed(), &declared, "include/neura.h");
}

#[test]
fn every_name_of_the_surface_exists_or_is_listed_as_missing() {
    let read = |file: &str| -> Value {
        let path = library::root().join("conformance").join(file);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let names = |list: &Value| -> BTreeSet<String> {
        let names = list.as_array().expect("a list of names").iter();
        names
            .map(|name| name.as_str().expect("a name is text").to_owned())
            .collect()
    };
    let surface = read("surface.json");
    let operations = surface["operations"].as_array().expect("operations");
    let wanted: BTreeSet<String> = operations
        .iter()
        .flat_map(|operation| names(&operation["c"]))
        .collect();
    let lacking: BTreeSet<String> = wanted.difference(&listed()).cloned().collect();
    assert_eq!(
        lacking,
        names(&read("surface-missing.json")["c"]),
        "the list of missing names must be what is missing, no more"
    );
}

#[test]
fn the_list_is_sorted_and_names_every_function_of_ours() {
    let list = fs::read_to_string(library::root().join("bindings-c/symbols.txt")).unwrap();
    let lines: Vec<_> = list.lines().collect();
    assert!(lines.is_sorted());
    assert!(lines.iter().all(|name| name.starts_with("neura_")));
}
