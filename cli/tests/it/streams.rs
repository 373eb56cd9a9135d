//! Commands inside a process of somebody else: the library with streams of its own.

use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex};

use neura_cli::{Input, Output, Streams};

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, OTHER_KEY, Server};

/// What was written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a command with these variables in a folder; its exit code, stdout and stderr.
fn run(
    neura: &Neura,
    args: &[&str],
    set: impl FnOnce(&mut Streams, &Written),
) -> (u8, String, String) {
    let (stdout, stderr) = (Written::default(), Written::default());
    let mut streams = Streams::new(Cursor::new(Vec::new()), stdout.clone(), stderr.clone());
    streams.variables = neura.variables().iter().cloned().collect();
    streams.directory = Some(neura.place.path("work"));
    set(&mut streams, &stdout);
    let args = ["neura"].iter().chain(args).map(|arg| (*arg).into());
    let code = neura_cli::run(args, streams);
    (code, stdout.text(), stderr.text())
}

#[test]
fn the_variables_and_the_directory_are_those_of_the_streams() {
    let neura = Neura::new();
    neura.place.write(
        "work/.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    neura.place.write("work/key", OTHER_KEY.as_bytes());
    let (code, out, _) = run(&neura, &["which", "--json"], |_, _| {});
    assert_eq!(code, 0);
    assert!(out.contains("…cdef") && out.contains("env_file"), "{out}");
    let neura = neura.set("NEURA_API_KEY_FILE", "key");
    let (code, out, _) = run(&neura, &["which", "--json"], |_, _| {});
    assert_eq!(code, 0);
    assert!(
        out.contains("…2222") && out.contains("secret_file"),
        "{out}"
    );
    let (code, _, said) = run(&Neura::new(), &["which"], |_, _| {});
    assert_eq!(code, 4);
    assert!(said.contains("missing_api_key"));
}

#[test]
fn a_program_runs_beside_the_process() {
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let args = match cfg!(windows) {
        true => ["run", "--", "cmd", "/c", "exit 7"],
        false => [
            "run",
            "--",
            "sh",
            "-c",
            "test -n \"$NEURA_API_KEY\" && exit 7",
        ],
    };
    assert_eq!(run(&neura, &args, |_, _| {}).0, 7);
}

#[test]
fn stdin_and_terminals_are_given() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let (code, out, _) = run(&neura, &["chat"], |streams, _| {
        streams.stdin = Input::new(Cursor::new("from the test"), false);
    });
    assert_eq!((code, out.as_str()), (0, "You said: from the test\n"));
    let (code, out, _) = run(&neura, &["check"], |streams, stdout| {
        streams.stdout = Output::new(stdout.clone(), true);
    });
    assert_eq!(code, 0);
    assert!(out.contains("\u{1b}[32mok\u{1b}[0m"), "{out:?}");
    let (code, out, _) = run(&neura, &["header"], |streams, stdout| {
        streams.stdout = Output::new(stdout.clone(), true);
    });
    assert_eq!((code, out.as_str()), (2, ""));
}
