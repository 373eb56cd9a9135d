//! The recipes of other packagers, as far as they can be checked without their tools.

use std::fs;

use serde_json::Value;

use crate::library;

fn recipe(name: &str) -> String {
    let folder = library::root().join("bindings-c/packaging");
    fs::read_to_string(folder.join(name)).expect("the recipe is there")
}

#[test]
fn recipes_have_the_version_of_the_library() {
    let version = env!("CARGO_PKG_VERSION");
    let vcpkg: Value = serde_json::from_str(&recipe("vcpkg/vcpkg.json")).expect("it is JSON");
    assert_eq!(vcpkg["version"], version);
    let debian = recipe("debian/changelog");
    assert!(
        debian.starts_with(&format!("neura ({version}) ")),
        "{debian}"
    );
}

#[test]
fn the_debian_package_is_named_after_the_soname() {
    let files = recipe("debian/libneura0.install");
    assert_eq!(files, "usr/lib/*/libneura.so.0\n");
    assert!(recipe("debian/control").contains("\nPackage: libneura0\n"));
}
