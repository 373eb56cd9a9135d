//! The lines of shell in the README.

use std::process::Command;

use crate::harness::Running;

const README: &str = include_str!("../../../README.md");

#[test]
fn the_readmes_lines_create_a_key() {
    let sandbox = Running::sandbox(&[]);
    let (_, after) = README
        .split_once("<!-- A test runs these lines")
        .expect("the lines");
    let (_, lines) = after.split_once("```sh\n").unwrap();
    let (lines, _) = lines.split_once("```").unwrap();
    assert!(lines.contains("127.0.0.1:8080"));
    let lines = lines.replace("127.0.0.1:8080", &sandbox.address());
    let run = Command::new("sh").args(["-ec", &lines]).output().unwrap();
    let made: serde_json::Value = serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)));
    assert_eq!(made["name"], "web");
    assert_eq!(sandbox.key("web")["id"], made["id"]);
}
