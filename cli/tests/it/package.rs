//! What `cargo publish` would publish.

use std::process::Command;

#[test]
fn the_crate_has_its_sources_its_page_and_its_licences() {
    let mut cargo = Command::new(env!("CARGO"));
    let words = [
        "package",
        "--list",
        "--locked",
        "--allow-dirty",
        "--offline",
        "-p",
        "neura-cli",
    ];
    let output = cargo.args(words).output().unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    let files: Vec<&str> = list.lines().collect();
    for wanted in [
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "THIRD-PARTY-LICENSES",
        "src/bin/neura.rs",
        "src/lib.rs",
    ] {
        assert!(files.contains(&wanted), "{list}");
    }
    let is_other = |name: &&&str| name.starts_with("tests/") || name.starts_with("recordings/");
    assert_eq!(files.iter().find(is_other), None);
}
