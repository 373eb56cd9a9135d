//! A thousand at a time: threads on one client, calls in flight, and the load on a worker's small
//! stack.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use neura::bindings::{Calls, Dispatcher};
use neura::{CancelToken, Client, ErrorKind};
use serde_json::{Value, json};

use crate::common::self_signed::self_signed;
use crate::common::{FAKE_KEY, Server};
use crate::silent::{LONG, Silent};

const CROWD: usize = 1_000;

/// Both ends of all connections may be in this process. Programs that it starts inherit the limit.
fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.unwrap_or(10_000).min(10_000);
        if limit.current.is_some_and(|current| current < wanted) {
            limit.current = Some(wanted);
            setrlimit(Resource::Nofile, limit).unwrap();
        }
    }
}

#[test]
fn fault_67_a_thousand_threads_on_one_client_get_their_own_answers() {
    allow_many_files();
    let server = Server::sandbox();
    let client = server.client().timeout(LONG * 2).build().unwrap();
    let all_there = Barrier::new(CROWD);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CROWD)
            .map(|number| {
                let (client, all_there) = (&client, &all_there);
                let ask = move || {
                    all_there.wait();
                    for call in 0..3 {
                        let marker = format!("<thread {number} call {call}>");
                        let request = json!({
                            "model": "gpt-5",
                            "messages": [{"role": "user", "content": marker}],
                        });
                        let answer: Value = client.chat(&request).send().unwrap().json().unwrap();
                        let said = &answer["choices"][0]["message"]["content"];
                        assert_eq!(*said, format!("You said: {marker}"));
                    }
                };
                let thread = thread::Builder::new().stack_size(512 * 1024);
                thread.spawn_scoped(scope, ask).unwrap()
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(client.usage().keys[0].requests as usize, 3 * CROWD);
}

#[test]
fn a_thousand_calls_in_flight_stop_within_a_second() {
    allow_many_files();
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(Dispatcher::DEFAULT_LIMIT);
    let calls = Calls::new(|| {});
    let queued = 500;
    for _ in 0..CROWD + queued {
        let (client, token) = (client.clone(), CancelToken::new());
        let inside = token.clone();
        let job = move |_| client.get("/models").cancel(&inside).send();
        calls.start(&dispatcher, token, job);
    }
    // The calls up to the limit are in flight, the others wait.
    let held: Vec<_> = (0..Dispatcher::DEFAULT_LIMIT)
        .map(|_| server.request())
        .collect();
    assert_eq!(calls.count_pending(), CROWD + queued);
    let started = Instant::now();
    assert!(calls.stop(LONG));
    assert!(dispatcher.shutdown(LONG));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    let settled = calls.take();
    assert_eq!(settled.len(), CROWD + queued);
    for (call, outcome) in settled {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Cancelled, "{call}");
    }
    for mut held in held {
        assert!(held.is_closed_within(LONG));
    }
}

/// A TLS server whose every answer is `status` with a body nested `depth` deep; its port and
/// certificate.
fn nested_over_tls(status: u16, depth: usize) -> (u16, String) {
    let (config, pem) = self_signed(&["localhost"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let name = if status == 200 { "data" } else { "error" };
    let open = format!("{{\"{name}\":[").repeat(depth);
    let body = format!("{open}{}", "]}".repeat(depth));
    let reply = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        for socket in listener.incoming() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(session, socket.unwrap());
            let mut buffer = [0; 4096];
            while matches!(stream.read(&mut buffer), Ok(1..)) {
                let _ = stream.write_all(reply.as_bytes());
            }
        }
    });
    (port, pem)
}

/// A stack overflow ends the whole process.
#[test]
fn a_workers_stack_bears_a_handshake_the_systems_verifier_and_deep_json() {
    let dispatcher = Dispatcher::new(1);
    let (sender, receiver) = channel();
    let calls = Calls::new(move || sender.send(()).unwrap_or_default());
    let outcome = |client: Client| {
        let job = move |_| {
            let response = client.models().send()?;
            let value: Value = response.json()?;
            Ok((response.check(), value))
        };
        calls.start(&dispatcher, CancelToken::new(), job);
        receiver.recv_timeout(LONG).unwrap();
        calls.take().remove(0).1
    };
    // The JSON reader accepts at most 127 levels.
    for (status, depth) in [(200, 63), (200, 50_000), (400, 63), (400, 50_000)] {
        let (port, pem) = nested_over_tls(status, depth);
        let name = format!("neura-test-crowd-{}-{port}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        let client = || {
            Client::builder()
                .api_key(FAKE_KEY)
                .base_url(format!("https://localhost:{port}"))
        };
        let trusting = client().ca_file(&file).build().unwrap();
        std::fs::remove_file(&file).unwrap();
        match (status, outcome(trusting)) {
            (200, Ok((check, value))) => {
                check.unwrap();
                assert!(value["data"].is_array());
            }
            (200, Err(error)) => {
                assert_eq!((error.kind(), depth), (ErrorKind::Decode, 50_000));
            }
            (_, outcome) => {
                assert_eq!(outcome.unwrap_err().kind(), ErrorKind::BadRequest);
            }
        }
        // The system's verifier reads its authorities, and refuses the certificate.
        let wary = client().build().unwrap();
        let error = outcome(wary).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    }
}
