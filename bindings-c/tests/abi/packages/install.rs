//! `make install` and `make uninstall`, and CMake's installation.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{Outside, make, prefix, run, target};
use crate::library;
use crate::run::installed;

/// All files and links below a folder, as paths relative to it.
fn files(folder: &Path) -> BTreeSet<String> {
    run(Command::new("find")
        .arg(folder)
        .args(["-not", "-type", "d"]))
    .lines()
    .map(|path| path.strip_prefix(folder.to_str().unwrap()).unwrap())
    .map(|path| path.trim_start_matches('/').to_owned())
    .collect()
}

fn wanted() -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> = [
        "libneura.a",
        "libneura.so",
        "libneura.so.0",
        "pkgconfig/neura.pc",
        "cmake/neura/neura-config.cmake",
        "cmake/neura/neura-config-version.cmake",
    ]
    .iter()
    .map(|file| format!("lib/{file}"))
    .collect();
    let headers = files(&library::root().join("include"));
    wanted.extend(headers.iter().map(|header| format!("include/{header}")));
    wanted
}

#[test]
fn make_install_lays_down_these_files_and_make_uninstall_removes_them() {
    // A space, and characters that are special in the tools that fill in the templates.
    let stage = Outside::new("R&D stage|a");
    let destination = format!("DESTDIR={}", stage.path().display());
    let words = ["PREFIX=/opt/R&D|b", destination.as_str()];
    run(&mut make(&[&["install"], &words[..]].concat()));
    let folder = stage.join("opt/R&D|b");
    assert_eq!(files(&folder), wanted());
    assert_eq!(files(stage.path()).len(), wanted().len());
    let pc = fs::read_to_string(folder.join("lib/pkgconfig/neura.pc")).unwrap();
    assert!(
        pc.starts_with("prefix=/opt/R&D|b\nlibdir=${prefix}/lib\n"),
        "{pc}"
    );
    assert!(!pc.contains(stage.path().to_str().unwrap()), "{pc}");
    for (file, mode) in [("lib/libneura.so.0", 0o755), ("lib/libneura.a", 0o644)] {
        let mode_of_file = fs::metadata(folder.join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode_of_file & 0o777, mode, "{file}");
    }

    let others = folder.join("lib/pkgconfig/other.pc");
    fs::write(&others, "").unwrap();
    run(&mut make(&[&["uninstall"], &words[..]].concat()));
    assert_eq!(
        files(&folder),
        BTreeSet::from(["lib/pkgconfig/other.pc".to_owned()])
    );
}

/// With a cargo that builds another library at once.
#[test]
fn make_install_takes_the_library_from_the_folder_in_which_cargo_built_it() {
    let folder = Outside::new("built elsewhere");
    let cargo = folder.join("cargo");
    let script = "#!/bin/sh\nset -e\nmkdir -p \"$CARGO_TARGET_DIR/release\"\n\
        cd \"$CARGO_TARGET_DIR/release\"\n: >libneura.a\n\
        echo 'int built_elsewhere;' | cc -shared -fPIC -x c - -o libneura.so\n";
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let prefix = format!("PREFIX={}", folder.join("prefix").display());
    run(make(&["install", &prefix])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .env("PRELINK", "no")
        .env_remove("CARGO_BUILD_TARGET"));
    let library = folder.join("prefix/lib/libneura.so.0");
    let symbols = run(Command::new("nm").arg("-D").arg(library));
    assert!(symbols.contains(" built_elsewhere"), "{symbols}");
}

/// What make would run: to build it would take minutes.
#[test]
fn make_install_can_install_the_smaller_library() {
    let said = run(&mut make(&["-n", "install", "PROFILE=addon"]));
    assert!(said.contains("build-c"), "{said}");
    assert!(said.contains("}addon\""), "{said}");
    let build = run(&mut make(&["-n", "build-c", "PROFILE=addon"]));
    assert_eq!(
        build.trim(),
        "cargo build --profile addon --locked -p neura-c"
    );
    let build = run(&mut make(&["-n", "build-c"]));
    assert_eq!(
        build.trim(),
        "cargo build --profile release --locked -p neura-c"
    );
}

#[test]
fn cmake_installs_the_same_files_also_in_another_library_folder() {
    if !installed("cmake") {
        return;
    }
    let folder = Outside::new("cmake-install");
    let (build, installed) = (folder.join("build"), folder.join("prefix"));
    let mut configure = Command::new("cmake");
    configure
        .arg("-S")
        .arg(library::root())
        .arg("-B")
        .arg(&build)
        .arg(format!("-DCMAKE_INSTALL_PREFIX={}", installed.display()))
        .arg("-DCMAKE_INSTALL_LIBDIR=lib/x86_64-linux-gnu")
        .arg(format!("-DNEURA_CARGO_TARGET_DIR={}", target().display()));
    run(&mut configure);
    let mut cmake = Command::new("cmake");
    library::without_cargo(&mut cmake);
    run(cmake.arg("--build").arg(&build));
    run(Command::new("cmake").arg("--install").arg(&build));
    let moved = wanted()
        .into_iter()
        .map(|file| file.replace("lib/", "lib/x86_64-linux-gnu/"));
    assert_eq!(files(&installed), moved.collect());
    let pc = installed.join("lib/x86_64-linux-gnu/pkgconfig");
    let flags = run(Command::new("pkg-config")
        .env("PKG_CONFIG_PATH", pc)
        .args(["--cflags", "--libs", "neura"]));
    let shown = installed.display();
    assert_eq!(
        flags.trim(),
        format!("-I{shown}/include -L{shown}/lib/x86_64-linux-gnu -lneura")
    );
}

#[test]
fn the_installed_shared_library_has_its_soname_and_no_more_than_its_functions() {
    let library = prefix().join("lib/libneura.so.0");
    let dynamic = run(Command::new("readelf").arg("-d").arg(&library));
    assert!(dynamic.contains("soname: [libneura.so.0]"), "{dynamic}");
    assert_eq!(
        fs::read_link(prefix().join("lib/libneura.so")).unwrap(),
        Path::new("libneura.so.0")
    );
    let sections = run(Command::new("readelf").arg("-SW").arg(&library));
    assert!(!sections.contains(".symtab"), "it is stripped: {sections}");
}
