//! `neura guard`: keys in a repository of git.

use std::fs;

use serde_json::{Value, json};

use crate::neura::{Neura, Ran};

/// Plainly made up, and no placeholder: guard passes over those.
pub const KEY: &str = "nk-invented-8f3kQ2x91LmZp0aa";
pub const OTHER: &str = "nk-invented-77qq3kQ2x91LmZbb";

/// A repository around the working directory, with a `.gitignore` for `.env`.
pub fn repository() -> Neura {
    let neura = Neura::new().set("NEURA_API_KEY", KEY);
    fs::remove_dir(neura.place.path(".git")).unwrap();
    git(&neura, &["init", "-q"]);
    neura.place.write("work/.gitignore", b".env\n");
    commit(&neura, "first");
    neura
}

pub fn git(neura: &Neura, args: &[&str]) -> String {
    let named = [
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x.example",
        "-c",
        "commit.gpgSign=false",
    ];
    let ran = Ran::of(neura.command_of("git", &[&named, args].concat()));
    assert_eq!(ran.code, Some(0), "git {args:?}: {ran:?}");
    ran.stdout
}

pub fn commit(neura: &Neura, message: &str) -> String {
    git(neura, &["add", "-A"]);
    git(neura, &["commit", "-q", "--allow-empty", "-m", message]);
    git(neura, &["rev-parse", "--short=12", "HEAD"])
        .trim()
        .to_owned()
}

fn lines(ran: &Ran) -> Vec<&str> {
    ran.stdout
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect()
}

#[track_caller]
pub fn assert_found(neura: &Neura, args: &[&str], wanted: &[&str]) {
    let ran = neura.run(&[&["guard"], args].concat());
    let code = if wanted.is_empty() { 0 } else { 1 };
    assert_eq!(ran.code, Some(code), "{ran:?}");
    for key in [KEY, OTHER] {
        assert!(
            !ran.stdout.contains(key) && !ran.stderr.contains(key),
            "{ran:?}"
        );
    }
    match wanted.is_empty() {
        true => assert_eq!(lines(&ran), ["clean"], "{ran:?}"),
        false => assert_eq!(lines(&ran), wanted, "{ran:?}"),
    }
}

#[test]
fn a_key_is_found_in_files_changes_and_history() {
    let neura = repository();
    assert_found(&neura, &[], &[]);
    neura
        .place
        .write("work/src/a.py", format!("one\ntwo = '{KEY}'\n").as_bytes());
    // Not tracked: it is nobody's.
    assert_found(&neura, &[], &[]);
    git(&neura, &["add", "src/a.py"]);
    assert_found(&neura, &["--staged"], &["src/a.py:2 (staged)"]);
    assert_found(&neura, &[], &["src/a.py:2"]);
    let commit_of_key = commit(&neura, "a key");
    let in_history = format!("{commit_of_key}:src/a.py:2");
    assert_found(&neura, &[], &["src/a.py:2", &in_history]);
    assert_found(&neura, &["--no-history"], &["src/a.py:2"]);
    assert_found(&neura, &["--staged"], &[]);
    // Changed on the disk, but the next commit has it.
    neura
        .place
        .write("work/src/a.py", format!("{OTHER}\n\n{KEY}\n").as_bytes());
    git(&neura, &["add", "-A"]);
    neura.place.write("work/src/a.py", b"nothing\n");
    assert_found(&neura, &["--no-history"], &["src/a.py:3 (staged)"]);
    commit(&neura, "worse");
    fs::remove_file(neura.place.path("work/src/a.py")).unwrap();
    let last = commit(&neura, &format!("without it, but {KEY} in words"));
    let in_words = format!("{last}:(message):1");
    let mut both = [in_history.as_str(), in_words.as_str()];
    both.sort_unstable();
    assert_found(&neura, &[], &both);
    let found = neura.run(&["guard", "--json"]);
    assert_eq!((found.code, found.stderr.as_str()), (Some(1), ""));
    let found = found.json();
    assert_eq!(
        (&found["ok"], &found["commits"]),
        (&json!(false), &json!(4))
    );
    let of_file = |found: &&Value| found["file"] == "src/a.py";
    let found = found["found"]
        .as_array()
        .unwrap()
        .iter()
        .find(of_file)
        .unwrap()
        .clone();
    assert_eq!(found["where"], "history");
    assert_eq!(
        (&found["what"], &found["line"]),
        (&json!("value"), &json!(2))
    );
    assert_eq!(found["mask"], "…p0aa");
    // From a folder below, the paths are those of the root.
    fs::create_dir(neura.place.path("work/deep")).unwrap();
    let mut command = neura.command(&["guard"]);
    command.current_dir(neura.place.path("work/deep"));
    assert_eq!(lines(&Ran::of(command)), both);
}

#[test]
fn keys_of_env_files_and_the_credentials_file_are_searched_for() {
    let neura = repository().unset("NEURA_API_KEY");
    neura
        .place
        .write("work/.env", format!("NEURA_API_KEY={KEY}\n").as_bytes());
    crate::keys::write(
        &neura,
        &format!(
            "[live]\napi_key = \"{OTHER}\"\nprevious_api_key = \"nk-invented-Older90210Zz\"\n"
        ),
    );
    neura.place.write(
        "work/a",
        format!("{KEY}\n{OTHER}\nnk-invented-Older90210Zz\n").as_bytes(),
    );
    // Of another program in the repository, and in a folder that is not searched.
    let inner = "nk-invented-Inner40404Yy";
    neura.place.write(
        "work/packages/api/.env",
        format!("export NEURA_API_KEY_LIVE='{inner}'\n").as_bytes(),
    );
    neura
        .place
        .write("work/.gitignore", b".env\nnode_modules/\n");
    neura.place.write(
        "work/node_modules/x/.env",
        b"NEURA_API_KEY=nk-invented-NotOurs11Xx\n", // neura-guard: allow
    );
    neura.place.write(
        "work/b",
        format!("{inner}\nnk-invented-NotOurs11Xx\n").as_bytes(),
    );
    commit(&neura, "all");
    assert_found(&neura, &["--no-history"], &["a:1", "a:2", "a:3", "b:1"]);
    let ran = neura.run(&["guard", "--no-history"]);
    assert!(ran.stdout.contains("the table [live] of"), "{ran:?}");
    assert!(ran.stdout.contains(".env"), "{ran:?}");
}

#[test]
fn an_env_file_must_be_ignored() {
    let neura = repository();
    fs::remove_file(neura.place.path("work/.gitignore")).unwrap();
    commit(&neura, "nothing is ignored");
    let ran = neura.run(&["guard"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("git does not ignore `.env`"), "{ran:?}");
    neura
        .place
        .write("work/.env", b"NEURA_BASE_URL=https://gw.example/v1\n");
    let ran = neura.run(&["guard"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stdout.starts_with(".env: git does not ignore it"),
        "{ran:?}"
    );
    let report = neura.run(&["guard", "--json"]).json();
    assert_eq!(
        report["env_file"],
        json!({"exists": true, "ignored": false})
    );
}

#[cfg(unix)]
#[test]
fn names_of_any_kind_are_shown_in_one_line() {
    use std::os::unix::ffi::OsStrExt;
    let neura = repository();
    let write = |name: &[u8]| {
        let name = std::ffi::OsStr::from_bytes(name);
        fs::write(neura.place.path("work").join(name), KEY).unwrap();
    };
    for name in [
        &b"a\nb"[..],
        b"\xff\xfe",
        b"-c",
        b"x\x1b[31m",
        "ü ñ".as_bytes(),
        "y\u{202e}gnp".as_bytes(),
        b":colon",
        b"commit 1",
        format!("of-{KEY}").as_bytes(),
    ] {
        write(name);
    }
    // What is no regular file, and a submodule's entry.
    std::os::unix::fs::symlink("/etc/passwd", neura.place.path("work/link")).unwrap();
    git(&neura, &["add", "-A"]);
    let head = git(&neura, &["rev-parse", "HEAD"]);
    git(
        &neura,
        &[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("160000,{},module", head.trim()),
        ],
    );
    git(
        &neura,
        &["-c", "user.name=x", "commit", "-q", "-m", "names"],
    );
    let id = git(&neura, &["rev-parse", "--short=12", "HEAD"]);
    let ran = neura.run(&["guard", "--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(!ran.stdout.contains(KEY));
    let report = ran.json();
    let names = [
        "-c",
        ":colon",
        "\\xff\\xfe",
        "a\\nb",
        "commit 1",
        "of-…p0aa",
        "x\\u{1b}[31m",
        "y\\u{202e}gnp",
        "ü ñ",
    ];
    for place in ["file", "history"] {
        let found = report["found"].as_array().unwrap().iter();
        let found = found.filter(|found| found["where"] == place && found["line"] == 1);
        let mut found: Vec<&str> = found.map(|found| found["file"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, names, "{place}");
    }
    let in_name = report["found"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["line"].is_null());
    assert_eq!(in_name.count(), 2);
    assert!(
        report["skipped"]
            .to_string()
            .contains("module is a submodule"),
        "{report}"
    );
    assert!(report.to_string().contains(id.trim()));
    let text = neura.run(&["guard"]).stdout;
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_key_that_is_not_known_is_told() {
    let neura = repository()
        .unset("NEURA_API_KEY")
        .set("NEURA_API_KEY_COMMAND", "touch ran");
    for (file, why) in [
        ("[default\n", "is not TOML (line 1)"),
        ("# none\n", "NEURA_API_KEY_COMMAND"),
    ] {
        crate::keys::write(&neura, file);
        let ran = neura.run(&["guard", "--json"]).ok();
        let skipped = ran.json()["skipped"].to_string();
        assert!(skipped.contains(why), "{skipped}");
        assert!(neura.run(&["guard"]).stderr.contains(why));
    }
    assert!(!neura.place.path("work/ran").exists());
}

#[test]
fn the_env_file_of_a_new_program_is_searched_for() {
    let neura = repository().unset("NEURA_API_KEY");
    neura.place.write("work/.gitignore", b"/.env\n");
    neura.place.write("work/a", OTHER.as_bytes());
    commit(&neura, "a");
    let env_file = format!("NEURA_API_KEY={OTHER}\n");
    // git knows nothing of this folder.
    neura.place.write("work/new/deep/.env", env_file.as_bytes());
    assert_found(&neura, &["--no-history"], &["a:1"]);
}
