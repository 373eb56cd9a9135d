//! 3, 5, 7, 8, 76 and 84 over TLS, which unpacks whole records and marks its end with a
//! close_notify.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use neura::{Client, Error, ErrorKind, Method, RequestBody, Response};
use rustls::{ServerConnection, StreamOwned};

use super::assert_shows_no_key;
use crate::common::self_signed::self_signed;
use crate::wire::{self, whole};

type Stream = StreamOwned<ServerConnection, TcpStream>;

/// A server over TLS, and a client that trusts it.
struct Secure {
    opened: Arc<AtomicUsize>,
    client: Client,
}

impl Secure {
    /// Serves the nth connection, counted from 0, with `serve(stream, n)`.
    fn start(serve: impl Fn(&mut Stream, usize) + Send + Sync + 'static) -> Self {
        let (config, pem) = self_signed(&["localhost"]);
        let opened = Arc::new(AtomicUsize::new(0));
        let (count, serve) = (Arc::clone(&opened), Arc::new(serve));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let (config, serve) = (Arc::clone(&config), Arc::clone(&serve));
                // Otherwise the system may delay a reply and drop it at the close.
                socket.set_nodelay(true).unwrap();
                std::thread::spawn(move || {
                    let session = ServerConnection::new(config).unwrap();
                    serve(&mut StreamOwned::new(session, socket), number);
                });
            }
        });
        let name = format!("neura-test-ca-{}-{port}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        let client = wire::client(format!("https://localhost:{port}/v1"));
        let client = client.ca_file(&file).build().unwrap();
        std::fs::remove_file(&file).unwrap();
        Secure { opened, client }
    }

    fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }

    fn get(&self) -> Result<Response, Error> {
        self.client.get("/models").send()
    }
}

/// Waits for a request, which arrives in one piece; `None` when the client closed.
fn request(stream: &mut Stream) -> Option<()> {
    matches!(stream.read(&mut [0; 32 * 1024]), Ok(1..)).then_some(())
}

/// Answers every request with these writes.
fn answers(stream: &mut Stream, writes: &[&str]) {
    while request(stream).is_some() {
        for write in writes {
            let _ = stream.write_all(write.as_bytes());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn fault_08_a_reply_behind_a_body_inside_tls_is_not_the_next_reply() {
    // A body that exactly fills a record and the client's buffer hides the bytes after it.
    for length in [2, 16 << 10, 32 << 10, (16 << 10) + 1] {
        let body = "x".repeat(length);
        let (wanted, stray) = (body.clone(), whole(200, "", "stray"));
        let secure = Secure::start(move |stream, _| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            answers(stream, &[&head, &format!("{body}{stray}")]);
        });
        for round in 1..=3 {
            let reply = secure.get().unwrap();
            // Not printed: it is long.
            assert!(reply.bytes() == wanted.as_bytes(), "{length}");
            assert_eq!(secure.opened(), round, "{length}");
        }
    }
}

#[test]
fn fault_08_a_connection_over_tls_without_such_bytes_is_reused() {
    for length in [0, 2, 16 << 10, 100_000] {
        let reply = whole(200, "", &"x".repeat(length));
        let secure = Secure::start(move |stream, _| answers(stream, &[&reply]));
        for _ in 0..5 {
            assert_eq!(secure.get().unwrap().bytes().len(), length);
        }
        assert_eq!(secure.opened(), 1, "{length}");
    }
}

#[test]
fn fault_03_an_early_413_over_tls_that_closes_is_reported() {
    let secure = Secure::start(|stream, number| {
        if number > 0 {
            return answers(stream, &[&whole(200, "", "{}")]);
        }
        request(stream);
        let _ = stream.write_all(whole(413, "", "at most 1 MB").as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let upload = secure.client.request(Method::Post, "/files");
    let reply = upload.body(vec![b'x'; 20 << 20]).send().unwrap();
    assert_eq!(
        (reply.status(), reply.text().as_ref()),
        (413, "at most 1 MB")
    );
    assert!(secure.get().unwrap().ok());
    assert_eq!(secure.opened(), 2);
}

#[test]
fn fault_89_a_source_goes_out_over_tls_and_stops_at_an_early_413() {
    const LENGTH: u64 = 5 << 20;
    let secure = Secure::start(|stream, number| {
        if number == 0 {
            // Slower than the source, which has more than the answer waits for.
            request(stream);
            let _ = stream.write_all(whole(413, "", "at most 1 MB").as_bytes());
            std::thread::sleep(Duration::from_secs(5));
            return;
        }
        let mut all = Vec::new();
        while !all.ends_with(b"0\r\n\r\n") {
            let mut buffer = [0; 32 * 1024];
            match stream.read(&mut buffer) {
                Ok(length @ 1..) => all.extend_from_slice(&buffer[..length]),
                _ => return,
            }
        }
        let body = all.iter().filter(|byte| **byte == 7).count();
        let _ = stream.write_all(whole(200, "", &body.to_string()).as_bytes());
    });
    let started = Instant::now();
    let upload = secure.client.request(Method::Post, "/files");
    let endless = RequestBody::reader(std::io::repeat(7));
    assert_eq!(upload.body(endless).send().unwrap().status(), 413);
    assert!(started.elapsed() < Duration::from_secs(4));
    let upload = secure.client.request(Method::Post, "/files");
    let body = RequestBody::reader(std::io::repeat(7).take(LENGTH));
    assert_eq!(upload.body(body).send().unwrap().text(), LENGTH.to_string());
    assert_eq!(secure.opened(), 2);
}

#[test]
fn fault_05_a_stale_connection_over_tls_is_replaced() {
    for close_notify in [true, false] {
        let secure = Secure::start(move |stream, number| {
            if number > 0 {
                return answers(stream, &[&whole(200, "", "{}")]);
            }
            request(stream);
            let _ = stream.write_all(whole(200, "", "{}").as_bytes());
            request(stream);
            if close_notify {
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        for _ in 0..2 {
            let reply = secure
                .client
                .post("/chat/completions")
                .json(&super::hello());
            let reply = reply.send().unwrap();
            assert_eq!((reply.status(), reply.attempts()), (200, 1));
        }
        assert_eq!(secure.opened(), 2);
    }
}

#[test]
fn fault_07_a_body_over_tls_that_ends_without_a_word_is_a_connection_error() {
    for (head, close_notify, whole) in [
        ("Content-Length: 100\r\n", true, false),
        ("Content-Length: 100\r\n", false, false),
        // Without a length, only a close_notify distinguishes the end from a cut.
        ("", true, true),
        ("", false, false),
    ] {
        let secure = Secure::start(move |stream, number| {
            if number > 0 {
                return answers(stream, &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]);
            }
            request(stream);
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n{{}}").as_bytes());
            if close_notify {
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        match secure.get() {
            Ok(reply) => assert!(whole && reply.text() == "{}", "{head:?} {close_notify}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                assert!(!whole, "{error}");
                assert_shows_no_key(&error);
            }
        }
        assert!(secure.get().unwrap().ok());
    }
}

/// Serves one connection with `first` after the beginning of a request, all others with `{}`.
fn spoilt(first: impl Fn(&mut Stream) + Send + Sync + 'static) -> Secure {
    Secure::start(move |stream, number| {
        let mut some = [0; 1_024];
        if number == 0 {
            let _ = stream.read(&mut some).unwrap();
            return first(stream);
        }
        while matches!(stream.read(&mut some), Ok(1..)) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        }
    })
}

fn upload(server: &Secure) -> Result<Response, Error> {
    let body = vec![b'x'; UPLOAD];
    let started = Instant::now();
    let reply = server
        .client
        .request(Method::Post, "/spoilt")
        .body(body)
        .send();
    assert!(started.elapsed() < Duration::from_secs(15), "{reply:?}");
    reply
}

const UPLOAD: usize = 20 << 20;

#[test]
fn fault_03_an_early_413_over_tls_whose_server_reads_no_more_is_reported() {
    let page = "x".repeat(10_000);
    let refusal = format!("HTTP/1.1 413 Too Large\r\nContent-Length: 10000\r\n\r\n{page}");
    for interim in ["", "HTTP/1.1 103 Early Hints\r\n\r\n"] {
        let refusal = refusal.clone();
        let server = spoilt(move |stream| {
            stream.write_all(interim.as_bytes()).unwrap();
            stream.flush().unwrap();
            // One record, of which a read takes only a part.
            stream.write_all(refusal.as_bytes()).unwrap();
            stream.flush().unwrap();
            std::thread::sleep(Duration::from_secs(20));
        });
        let reply = upload(&server).unwrap();
        assert_eq!((reply.status(), reply.bytes().len()), (413, 10_000));
        assert!(server.client.get("/models").send().unwrap().ok());
        assert_eq!(server.opened.load(Ordering::SeqCst), 2);
    }
}

#[test]
fn fault_03_a_success_that_comes_early_over_tls_gets_the_whole_request() {
    let server = spoilt(|stream| {
        let answer = "y".repeat(200_000);
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        let (first, rest) = answer.split_at(50_000);
        stream.write_all(first.as_bytes()).unwrap();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let mut got = 0;
        let mut some = vec![0; 1 << 16];
        while got < UPLOAD - 1_024 {
            got += stream.read(&mut some).unwrap();
        }
        stream.write_all(rest.as_bytes()).unwrap();
        stream.flush().unwrap();
        let _ = stream.read(&mut some);
    });
    let reply = upload(&server).unwrap();
    assert_eq!((reply.status(), reply.attempts()), (200, 1));
    assert_eq!(reply.bytes().len(), 200_000);
    assert_eq!(server.opened.load(Ordering::SeqCst), 1);
}

#[test]
fn fault_03_what_is_no_tls_ends_an_upload_at_once() {
    let server = spoilt(|stream| {
        for byte in std::iter::repeat_n(b'?', 400) {
            if stream.sock.write_all(&[byte; 32]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let error = upload(&server).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(server.client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_84_what_is_no_http_inside_tls_ends_the_upload_with_a_protocol_error() {
    for bytes in ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1 103 Hints\r\n\r\n<html>"] {
        let server = spoilt(move |stream| {
            stream.write_all(bytes.as_bytes()).unwrap();
            stream.flush().unwrap();
            std::thread::sleep(Duration::from_secs(20));
        });
        let error = upload(&server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert_shows_no_key(&error);
        assert!(server.client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_79_heads_without_end_inside_tls_end_the_upload_with_a_protocol_error() {
    let hints = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50);
    let letters = "x".repeat(1_000);
    for (first, then) in [
        ("", hints),
        ("", "\r\n".repeat(500)),
        ("HTTP/1.1 103 Early Hints\r\nA: ", letters.clone()),
        ("HTTP/1.1 200 OK\r\nA: ", letters),
    ] {
        let server = spoilt(move |stream| {
            let _ = stream.write_all(first.as_bytes());
            while stream.write_all(then.as_bytes()).is_ok() {}
        });
        let started = Instant::now();
        let error = upload(&server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{first:?}: {error}");
        assert!(started.elapsed() < Duration::from_secs(4), "{first:?}");
        assert!(server.client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_84_an_answer_far_behind_interim_heads_inside_tls_ends_the_upload() {
    let server = spoilt(|stream| {
        let hints = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1_500);
        let _ = stream.write_all(hints.as_bytes());
        let _ = stream.write_all(whole(413, "", "at most 1 MB").as_bytes());
        let _ = stream.flush();
        std::thread::sleep(Duration::from_secs(20));
    });
    let started = Instant::now();
    let reply = upload(&server).unwrap();
    assert_eq!(reply.status(), 413);
    assert_eq!(reply.text(), "at most 1 MB");
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[test]
fn fault_76_the_end_of_tls_behind_the_last_chunk_is_the_end_of_the_body() {
    for close_notify in [true, false] {
        for (last, whole) in [("0\r\n", true), ("0", false), ("", false)] {
            let secure = Secure::start(move |stream, number| {
                if number > 0 {
                    return answers(stream, &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]);
                }
                request(stream);
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
                let _ = stream.write_all(format!("{head}{last}").as_bytes());
                if close_notify {
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            });
            match secure.get() {
                Ok(reply) => assert!(whole && reply.text() == "{}", "{last:?} {close_notify}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                    assert!(!whole, "{error}");
                }
            }
            assert!(secure.get().unwrap().ok());
        }
    }
}
