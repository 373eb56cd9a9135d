use std::io::{Read, Write};
use std::time::Duration;

use crate::harness::{Database, Running, SANDBOX, output};

const SOON: Duration = Duration::from_secs(1);

/// A stream of several minutes, with its first event read.
fn open_stream(sandbox: &Running) -> std::net::TcpStream {
    let words = "word ".repeat(1_000);
    let body = format!(
        r#"{{"model":"gpt-5","stream":true,"messages":[{{"role":"user","content":"{words}"}}]}}"#
    );
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        sandbox.field("api_key"),
        body.len()
    );
    let mut stream = sandbox.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let mut piece = [0; 4096];
    assert!(stream.read(&mut piece).unwrap() > 0);
    stream
}

#[test]
fn the_first_line_has_what_a_client_needs() {
    let sandbox = Running::sandbox(&[]);
    let names: Vec<_> = sandbox
        .first_line
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(names, ["api_key", "base_url", "pid"]);
    assert!(sandbox.field("base_url").starts_with("http://127.0.0.1:"));
    assert!(sandbox.field("base_url").ends_with("/v1"));
    assert!(sandbox.field("api_key").starts_with("nk-sandbox-"));
    assert!(sandbox.first_line["pid"].is_u64());
    let seeded = Running::sandbox(&["--seed-keys"]);
    for name in [
        "api_key",
        "expired_api_key",
        "revoked_api_key",
        "limited_api_key",
    ] {
        assert!(seeded.field(name).starts_with("nk-sandbox-"));
    }
}

#[test]
fn nothing_but_the_first_line_is_printed() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    sandbox.ask("GET", "/models", "");
    let ended = sandbox.close_stdin();
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}

#[cfg(unix)]
#[test]
fn signals_stop_it_in_spite_of_open_streams_and_idle_connections() {
    for signal in ["TERM", "INT"] {
        let sandbox = Running::sandbox(&["--event-delay-ms", "50"]);
        let _stream = open_stream(&sandbox);
        let _idle = sandbox.connect();
        let ended = sandbox.signal(signal);
        assert_eq!(ended.code, Some(0), "{signal}");
        assert!(ended.took < SOON, "{signal}: {:?}", ended.took);
    }
}

#[test]
fn the_end_of_stdin_stops_it_in_spite_of_open_streams() {
    let sandbox = Running::sandbox(&["--event-delay-ms", "50"]);
    let _stream = open_stream(&sandbox);
    let ended = sandbox.close_stdin();
    assert_eq!(ended.code, Some(0));
    assert!(ended.took < SOON, "{:?}", ended.took);
}

#[test]
fn a_reply_in_progress_is_finished_before_the_end() {
    let sandbox = Running::sandbox(&["--event-delay-ms", "5"]);
    let body = r#"{"model":"gpt-5","stream":true,"messages":[{"role":"user","content":"x"}]}"#;
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        sandbox.field("api_key"),
        body.len()
    );
    let mut stream = sandbox.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let mut first = [0; 64];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(sandbox.close_stdin().code, Some(0));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("[DONE]"), "{rest}");
}

#[test]
fn bad_options_are_refused_with_the_reason() {
    let sandbox = Running::sandbox(&[]);
    let taken = sandbox.connect().peer_addr().unwrap().port().to_string();
    let nowhere = format!("{}/no/folder.sqlite", Database::new().path());
    for (options, words) in [
        (&["--host", "0.0.0.0"][..], "not a loopback address"),
        (&["--host", "192.168.1.2"], "not a loopback address"),
        (&["--host", "example.com"], "not an IP address"),
        (&["--port", "70000"], "--port"),
        (&["--port", &taken], "another program listens there"),
        (&["--port", "0", "--db", &nowhere], "folder"),
        (&["--prot", "0"], "--prot"),
        (&["--event-delay-ms", "-1"], "--event-delay-ms"),
    ] {
        for command in [&["serve"][..], &[]] {
            let output = output(SANDBOX, &[command, options].concat());
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{options:?}: {said}");
            assert!(said.contains(words), "{options:?}: {said}");
            assert!(output.stdout.is_empty(), "{options:?}");
        }
    }
}
