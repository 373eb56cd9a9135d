//! What an event of a stream costs a program: the number of instructions, which other work of the
//! machine does not change.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::compile::{self, Build, Language, Link};
use crate::packages;
use crate::run::{Stage, assert_checks, installed};

/// As a service sends it.
const EVENT: &str = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\
    \"created\":1700000000,\"model\":\"gpt-5\",\"choices\":[{\"index\":0,\
    \"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n";
/// How many arrive together.
const IN_A_CHUNK: usize = 40;
const FEW: usize = 1_000;
const MANY: usize = 6_000;

/// Serves one stream of this many events.
fn serve(events: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        answer(&stream, events).unwrap();
    });
    format!("http://{address}/v1")
}

fn answer(mut stream: &TcpStream, events: usize) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line)?;
        let field = line.to_ascii_lowercase();
        if let Some(value) = field.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    stream.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    )?;
    let block = EVENT.repeat(IN_A_CHUNK);
    let chunk = format!("{:x}\r\n{block}\r\n", block.len());
    for _ in 0..events / IN_A_CHUNK {
        stream.write_all(chunk.as_bytes())?;
    }
    stream.write_all(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
}

/// The instructions of a program that reads this many events.
fn instructions(program: &Path, kind: &str, events: usize) -> usize {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([kind, "/events", &serve(events)])
        // Cargo puts the folder of its own build there, before the rpath of a program.
        .env_remove("LD_LIBRARY_PATH");
    let output = Stage::new(&[]).run(&mut command);
    assert_checks("instructions", &output, 1);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let collected = stderr
        .lines()
        .find_map(|line| line.split_once("Collected :"));
    let (_, number) = collected.unwrap_or_else(|| panic!("{stderr}"));
    number.trim().parse().unwrap()
}

/// Of the library as it is installed, with an event's data read each time.
#[cfg(target_arch = "x86_64")]
#[test]
fn an_event_costs_few_instructions() {
    if !installed("valgrind") || crate::sanitizers::everywhere() {
        return;
    }
    let lib = packages::prefix().join("lib");
    let search = format!("-L{}", lib.display());
    let load = format!("-Wl,-rpath,{}", lib.display());
    let program = compile::build(&Build {
        flags: &["-O2", &search, &load],
        ..Build::new(
            "instructions",
            Language::C,
            &["bindings-c/tests/c/instructions.c"],
            Link::Shared,
        )
    });
    // Without AVX2 the search for the end of a line takes more.
    let more = if is_x86_feature_detected!("avx2") {
        0
    } else {
        200
    };
    for (kind, most) in [("plain", 500), ("chat", 1_500)] {
        let [few, many] = [FEW, MANY].map(|events| instructions(&program, kind, events));
        let one = (many - few) / (MANY - FEW);
        assert!(one <= most + more, "an event of a {kind} stream: {one}");
        assert!(one > 50, "an event of a {kind} stream: {one}");
    }
}
