//! Colours, closed pipes, full disks, Ctrl-C.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
#[cfg(unix)]
use std::time::Duration;

use serde_json::json;

use crate::neura::Neura;
#[cfg(unix)]
use crate::servers::FAKE_KEY;
use crate::servers::Server;

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let ids: Vec<String> = (0..200_000)
        .map(|number| format!("model-{number}"))
        .collect();
    let replay = Server::replies(json!([{"models": ids}]));
    let neura = Neura::at(&replay);
    let mut command = neura.command(&["models"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert_eq!(first, "model-0\n");
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    for args in [
        &["models"][..],
        &["chat", "Hi"],
        &["--help"],
        &["completions", "bash"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut command = neura.command(args);
        let output = command.stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("the output cannot be written: No space left"),
            "{said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_call_quietly_with_130() {
    use rustix::process::{Pid, Signal, kill_process};
    let replay = Server::replies(json!(["stall"]));
    let neura = Neura::at(&replay);
    for args in [&["models"][..], &["chat", "Hi"], &["check"], &["diagnose"]] {
        let mut command = neura.command(args);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(500));
        kill_process(Pid::from_raw(child.id() as i32).unwrap(), Signal::INT).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(
            (output.stdout.as_slice(), output.stderr.as_slice()),
            (&b""[..], &b""[..])
        );
    }
}

/// As in a background job of a script, or under `nohup` with INT.
#[cfg(unix)]
#[test]
fn an_ignored_ctrl_c_stays_ignored() {
    use rustix::process::{Pid, Signal, kill_process};
    let replay = Server::replies(json!([{"chat": "Hi", "delay_before_ms": 1500}]));
    let neura = Neura::at(&replay).set("NEURA", crate::neura::BINARY);
    let line = "trap '' INT; exec \"$NEURA\" chat Hi";
    let mut command = neura.command_of("sh", &["-c", line]);
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    kill_process(Pid::from_raw(child.id() as i32).unwrap(), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), &b"Hi\n"[..])
    );
}

#[cfg(unix)]
#[test]
fn colours_are_for_terminals_alone() {
    use crate::terminal::Terminal;
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let shown = |neura: &Neura, args: &[&str]| {
        let mut terminal = Terminal::run(neura, args);
        assert_eq!(terminal.end(), Some(0));
        terminal.screen()
    };
    for command in ["check", "diagnose", "which"] {
        assert!(shown(&neura, &[command]).contains("\u{1b}["), "{command}");
        assert!(
            !shown(&neura, &[command, "--no-color"]).contains('\u{1b}'),
            "{command}"
        );
        assert!(
            !shown(&neura, &[command, "--json"]).contains('\u{1b}'),
            "{command}"
        );
        assert!(
            !neura.run(&[command]).ok().stdout.contains('\u{1b}'),
            "{command}"
        );
    }
    let plain = Neura::at(&sandbox).set("NO_COLOR", "1");
    assert!(!shown(&plain, &["check"]).contains('\u{1b}'));
    // An empty one is not set: https://no-color.org.
    let empty = Neura::at(&sandbox).set("NO_COLOR", "");
    assert!(shown(&empty, &["check"]).contains('\u{1b}'));
    let dumb = Neura::at(&sandbox).set("TERM", "dumb");
    assert!(!shown(&dumb, &["check"]).contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_report_is_wrapped_to_the_terminal() {
    use crate::terminal::Terminal;
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let mut terminal = Terminal::run(
        &neura,
        &["diagnose", "--no-color", "--base-url", "http://127.0.0.1:1"],
    );
    assert_eq!(terminal.end(), Some(9));
    let screen = terminal.screen();
    assert!(
        screen.lines().all(|line| line.chars().count() <= 100),
        "{screen}"
    );
    assert!(
        screen.contains("\n                              "),
        "{screen}"
    );
}

#[cfg(unix)]
#[test]
fn a_server_cannot_control_the_terminal() {
    use crate::terminal::Terminal;
    let text = "\u{1b}]0;owned\u{7}red";
    let replay = Server::replies(json!([
        {"models": [text]}, {"chat": text}, {"error": {"status": 400, "message": text}},
    ]));
    let neura = Neura::at(&replay);
    for args in [&["models"][..], &["chat", "Hi"], &["models"]] {
        let args = [args, &["--no-color", "--max-retries", "0"]].concat();
        let mut terminal = Terminal::run(&neura, &args);
        terminal.end();
        let screen = terminal.screen();
        assert!(
            screen.contains("red") && !screen.contains('\u{1b}'),
            "{screen:?}"
        );
    }
}
