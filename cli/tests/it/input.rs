//! Bad input, and places that cannot be used.

use serde_json::json;

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, Server};

#[test]
fn text_that_is_not_utf8_is_refused_with_its_line() {
    let replay = Server::replies(json!([{"chat": "Hi"}]));
    let neura = Neura::at(&replay);
    for command in ["chat", "embed"] {
        let ran = neura.feed(b"one\ntwo \xff\xfe\n".to_vec(), &[command]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let wanted = "stdin is not UTF-8 text (line 2)";
        assert!(ran.stderr.contains(wanted), "{ran:?}");
    }
    assert_eq!(replay.report()["requests"], json!([]));
}

#[test]
fn endless_input_is_refused_before_it_fills_the_memory() {
    let replay = Server::replies(json!([{"chat": "Hi"}]));
    let neura = Neura::at(&replay);
    let endless = vec![b'x'; 40 << 20];
    for (command, limit) in [("chat", "32 MiB"), ("embed", "8 MiB")] {
        let ran = neura.feed(endless.clone(), &[command]);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("larger than {limit}")),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(replay.report()["requests"], json!([]));
}

#[test]
fn a_command_runs_without_a_home() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox).unset("HOME").unset("USERPROFILE");
    neura.run(&["check"]).ok();
    assert_eq!(neura.run(&["chat", "Hi"]).ok().stdout, "You said: Hi\n");
}

#[cfg(unix)]
#[test]
fn a_working_directory_that_was_removed_is_no_obstacle() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox).set("NEURA", crate::neura::BINARY);
    let line = "mkdir gone && cd gone && rmdir ../gone && \"$NEURA\" models";
    let ran = crate::neura::Ran::of(neura.command_of("sh", &["-c", line])).ok();
    assert!(ran.stdout.starts_with("gpt-5\n"));
}

#[test]
fn a_wrong_command_line_is_told_with_the_nearest_name() {
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let ran = neura.run(&["chekc"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("'check'"), "{ran:?}");
    for args in [
        &["embed", "--batch", "0"][..],
        &["embed", "--batch", "many"],
        &["completions", "tcsh"],
        &["man", "nothing"],
        &["check", "--max-retries", "-1"],
    ] {
        let ran = neura.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    }
    // No command at all shows the help.
    let ran = neura.run(&[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("Usage: neura"), "{ran:?}");
}

#[test]
fn a_wrong_command_line_is_told_as_json_too() {
    let neura = Neura::new();
    for (args, part) in [
        (&["models", "--json", "--bogus"][..], "'--bogus'"),
        (&["--json", "keys"], "a command is missing"),
        (
            &["--json", "completions", "tcsh"],
            "a similar value exists: 'zsh'",
        ),
    ] {
        let ran = neura.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        let error = ran.error();
        let message = error["message"].as_str().unwrap();
        assert_eq!(error["kind"], "command");
        assert!(
            message.contains(part) && !message.contains("Usage"),
            "{ran:?}"
        );
    }
}

#[test]
fn a_key_on_the_command_line_is_not_repeated() {
    let neura = Neura::new().set("NEURA_API_KEY", crate::servers::OTHER_KEY);
    for args in [
        &["keys", "add", FAKE_KEY][..],
        &["check", FAKE_KEY],
        &[FAKE_KEY],
        &["--timeout", FAKE_KEY, "check"],
        &["--json", "keys", "rotate", FAKE_KEY],
    ] {
        let ran = neura.run(args);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(!ran.stderr.contains(FAKE_KEY), "{ran:?}");
        assert!(ran.stderr.contains("revoke it"), "{ran:?}");
    }
    for args in [
        &["man", FAKE_KEY][..],
        &["chat", "-f", FAKE_KEY],
        &["embed", FAKE_KEY],
        &["usage", FAKE_KEY],
        &["run", FAKE_KEY],
    ] {
        let ran = neura.run(args);
        assert!(ran.code > Some(0), "{ran:?}");
        assert!(!ran.stderr.contains(FAKE_KEY), "{ran:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn arguments_that_are_not_utf8_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let args = [OsStr::new("chat"), OsStr::from_bytes(b"\xff\xfe")];
    let ran = crate::neura::Ran::of(neura.command(&args));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    // A file may have such a name.
    let path = neura
        .place
        .path("work")
        .join(OsStr::from_bytes(b"\xff.txt"));
    std::fs::write(path, "Hi").unwrap();
    let args = [
        OsStr::new("chat"),
        OsStr::new("-f"),
        OsStr::from_bytes(b"\xff.txt"),
    ];
    let ran = crate::neura::Ran::of(neura.command(&args)).ok();
    assert_eq!(ran.stdout, "You said: Hi\n");
}
