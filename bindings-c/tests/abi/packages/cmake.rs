//! CMake: `find_package` in an installed prefix, `add_subdirectory` and `FetchContent`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Outside, answers, loads_from, prefix, run, target};
use crate::library;
use crate::run::installed;

/// Builds and runs the examples in a project that finds neura as `find` says, and loads it from
/// the folder `from`.
fn project(name: &str, find: &str, from: &Path) {
    if !installed("cmake") {
        return;
    }
    let folder = Outside::with_examples(name);
    let text = format!(
        "cmake_minimum_required(VERSION 3.15)
project(consumer LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 17)
{find}
foreach(language IN ITEMS c cpp)
  add_executable(shared-${{language}} chat.${{language}})
  target_link_libraries(shared-${{language}} PRIVATE neura::neura)
  add_executable(static-${{language}} chat.${{language}})
  target_link_libraries(static-${{language}} PRIVATE neura::neura_static)
endforeach()
"
    );
    fs::write(folder.join("CMakeLists.txt"), text).unwrap();
    let build = folder.join("build");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(folder.path()).arg("-B").arg(&build);
    run(configure
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()))
        .arg(format!("-DNEURA_CARGO_TARGET_DIR={}", target().display())));
    let mut cmake = Command::new("cmake");
    library::without_cargo(&mut cmake);
    run(cmake.arg("--build").arg(&build).args(["--parallel", "2"]));

    for language in ["c", "cpp"] {
        for link in ["shared", "static"] {
            let program = build.join(format!("{link}-{language}"));
            let folder = (link == "shared").then(|| from.to_owned());
            assert_eq!(loads_from(&program), folder, "{}", program.display());
            answers(&program);
        }
    }
}

#[test]
fn find_package_finds_the_installed_library() {
    let find = "find_package(neura 0.1 REQUIRED)";
    project("find-package", find, &prefix().join("lib"));
}

#[test]
fn add_subdirectory_builds_the_library() {
    let root = library::root().display();
    let find = format!("add_subdirectory({root} neura)");
    project("subdirectory", &find, &target().join("release"));
}

#[test]
fn fetch_content_builds_the_library() {
    let root = library::root().display();
    let find = format!(
        "include(FetchContent)\nFetchContent_Declare(neura SOURCE_DIR {root})\n\
         FetchContent_MakeAvailable(neura)"
    );
    project("fetch-content", &find, &target().join("release"));
}

#[test]
fn find_package_takes_a_version_of_the_same_series_only() {
    if !installed("cmake") {
        return;
    }
    let (series, _) = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap();
    let (major, minor) = series.split_once('.').unwrap();
    let minor: u32 = minor.parse().unwrap();
    let folder = Outside::new("versions");
    for (wanted, found) in [
        (String::new(), true),
        (major.to_owned(), true),
        (series.to_owned(), true),
        (env!("CARGO_PKG_VERSION").to_owned(), true),
        (format!("{} EXACT", env!("CARGO_PKG_VERSION")), true),
        (format!("{series}.999"), false),
        (format!("{major}.{}", minor + 1), false),
        (format!("{major}.{}", minor.wrapping_sub(1)), false),
        ("9".to_owned(), false),
    ] {
        let script = folder.join("find.cmake");
        let (number, exact) = wanted.split_once(' ').unwrap_or((&wanted, ""));
        let mut parts = number.split('.').filter(|part| !part.is_empty());
        let count = parts.clone().count();
        let text = format!(
            "set(PACKAGE_FIND_VERSION \"{number}\")\nset(PACKAGE_FIND_VERSION_COUNT {count})\n\
             set(PACKAGE_FIND_VERSION_MAJOR {})\nset(PACKAGE_FIND_VERSION_MINOR {})\n\
             include({}/lib/cmake/neura/neura-config-version.cmake)\n\
             message(\"${{PACKAGE_VERSION_COMPATIBLE}}/${{PACKAGE_VERSION_EXACT}}\")\n",
            parts.next().unwrap_or("0"),
            parts.next().unwrap_or("0"),
            prefix().display()
        );
        fs::write(&script, text).unwrap();
        let output = Command::new("cmake")
            .arg("-P")
            .arg(&script)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.starts_with("TRUE"), found, "{wanted}: {said}");
        if !exact.is_empty() {
            assert_eq!(said.trim(), "TRUE/TRUE", "{wanted}");
        }
    }
}
