//! The recipes of other packagers, as far as they can be checked without their tools.

use std::fs;
use std::path::Path;

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

/// Cargo refuses a workspace that lacks one, whatever it builds.
#[test]
fn the_recipe_for_conan_has_all_members_of_the_workspace() {
    let conan = recipe("conan/conanfile.py");
    let manifest = fs::read_to_string(library::root().join("Cargo.toml")).unwrap();
    let members = manifest.split("members = [").nth(1).unwrap();
    let members = members.split(']').next().unwrap().split('"').skip(1);
    for member in members.step_by(2) {
        let folder = Path::new(member);
        // A folder has the members below it.
        let mut folders = folder.ancestors().filter(|it| *it != Path::new(""));
        assert!(
            folders.any(|it| conan.contains(&format!("\"{}\"", it.display()))),
            "{member}"
        );
    }
}
