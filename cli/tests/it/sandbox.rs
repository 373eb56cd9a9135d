//! `neura sandbox`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::neura::{Neura, Ran};
use crate::servers::binary;

fn with_sandbox() -> Neura {
    let program = binary("neura-sandbox");
    Neura::new().set("NEURA_SANDBOX_BIN", program.to_str().unwrap())
}

#[test]
fn without_the_program_it_says_how_to_install_it() {
    let neura = Neura::new()
        .set("PATH", "")
        .set("NEURA_SANDBOX_BIN", "/nowhere/neura-sandbox");
    let ran = neura.run(&["sandbox"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(127), ""), "{ran:?}");
    assert!(ran.stderr.contains("pip install neura-sandbox"), "{ran:?}");
}

#[test]
fn it_passes_options_and_exit_codes_on() {
    let neura = with_sandbox();
    let ran = neura.run(&["sandbox", "--port", "many"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let ran = neura.run(&[
        "sandbox",
        "keys",
        "create",
        "--name",
        "app",
        "--db",
        "keys.sqlite",
    ]);
    assert!(
        ran.json()["api_key"]
            .as_str()
            .unwrap()
            .starts_with("nk-sandbox-"),
        "{ran:?}"
    );
}

/// Starts it, and gives the lines until `last` to `look`.
fn started(neura: &Neura, args: &[&str], last: &str, look: impl FnOnce(&[String])) {
    let mut command = neura.command(args);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = Vec::new();
    for line in lines {
        let line = line.unwrap();
        let is_last = line.contains(last);
        seen.push(line);
        if is_last {
            break;
        }
    }
    look(&seen);
    stop(child);
}

#[cfg(unix)]
fn stop(child: std::process::Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // Ctrl-C reaches both; here only the command, whose end ends the sandbox.
    kill_process(Pid::from_raw(child.id() as i32).unwrap(), Signal::TERM).unwrap();
    child.wait_with_output().unwrap();
}

#[cfg(not(unix))]
fn stop(mut child: std::process::Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn it_says_how_to_point_a_program_at_it() {
    let neura = with_sandbox();
    started(
        &neura,
        &["sandbox", "--port", "0"],
        "Ctrl-C stops it",
        |lines| {
            let value = |name: &str| {
                let line = lines.iter().find(|line| line.contains(name)).unwrap();
                line.split('"').nth(1).unwrap().to_owned()
            };
            let (url, key) = (value("NEURA_BASE_URL="), value("NEURA_API_KEY="));
            let user = Neura::new()
                .set("NEURA_BASE_URL", &url)
                .set("NEURA_API_KEY", &key);
            assert_eq!(
                user.run(&["chat", "Hello!"]).ok().stdout,
                "You said: Hello!\n"
            );
        },
    );
}

#[test]
fn as_json_it_is_the_line_of_the_sandbox() {
    let neura = with_sandbox();
    started(
        &neura,
        &["--json", "sandbox", "--port", "0"],
        "base_url",
        |lines| {
            let hello: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
            assert!(
                hello["base_url"]
                    .as_str()
                    .unwrap()
                    .starts_with("http://127.0.0.1:")
            );
        },
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_both_and_ends_with_130() {
    use crate::terminal::Terminal;
    let neura = with_sandbox();
    let mut terminal = Terminal::run(&neura, &["sandbox", "--port", "0"]);
    terminal.wait_for("runs at ");
    terminal.wait_for("Ctrl-C stops it.");
    let screen = terminal.screen();
    let url = screen
        .split("NEURA_BASE_URL=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/v1")
        .to_owned();
    terminal.type_("\u{3}");
    assert_eq!(terminal.end(), Some(130));
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn the_program_beside_the_command_is_used() {
    // The tests' own folder of programs has no sandbox, unless cargo built it there.
    let ran = Ran::of({
        let mut command = Command::new(binary("neura-sandbox"));
        command.arg("--version");
        command
    });
    let neura = Neura::new().set(
        "PATH",
        binary("neura-sandbox").parent().unwrap().to_str().unwrap(),
    );
    let found = neura.run(&["sandbox", "--port", "wrong"]);
    assert_eq!((ran.code, found.code), (Some(0), Some(2)), "{found:?}");
}
