//! Connections: reuse, replacement, and cancelling.

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use common::{FAKE_KEY, Server, hello};
use neura::{CancelToken, Client, ErrorKind};
use serde_json::json;

#[test]
fn a_connection_serves_one_request_after_another() {
    let server = Server::replies(json!([200]));
    let client = server.client().build().unwrap();
    for _ in 0..20 {
        assert!(client.get("/models").send().unwrap().ok());
    }
    assert_eq!(server.report()["connections"], 1);
}

#[test]
fn a_stream_read_to_its_end_leaves_its_connection_for_the_next() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let read = |client: &Client| client.chat_stream(&hello()).unwrap().all(|c| c.is_ok());
    assert!(read(&client));
    let started = Instant::now();
    for _ in 0..50 {
        assert!(read(&client));
    }
    // A wait for the end of each stream would show here.
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_stale_connection_is_replaced_once_whatever_the_retries() {
    let server = Server::replies(json!([200, "close", 200]));
    let client = server.client().max_retries(0).build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let second = client.get("/models").send().unwrap();
    assert_eq!((second.status(), second.attempts()), (200, 1));
    assert_eq!(server.report()["connections"], 2);
}

#[test]
fn what_may_have_reached_the_server_is_not_sent_again_if_so_asked() {
    let server = Server::replies(json!([200, "close", 200]));
    let client = server.client().replay_unsent_only(true).build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let error = client.get("/models").send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
}

#[test]
fn a_closed_stream_closes_its_connection_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let _ = stream.read(&mut buffer).unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        write!(stream, "{head}data: {{}}\n\n").unwrap();
        // The end of what the client sends is the close of its socket.
        let started = Instant::now();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        assert_eq!(stream.read(&mut buffer).unwrap_or(0), 0);
        started.elapsed()
    });
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(url)
        .build()
        .unwrap();
    let mut stream = client.chat_stream(&hello()).unwrap();
    assert!(stream.next().unwrap().is_ok());
    drop(stream);
    assert!(server.join().unwrap() < Duration::from_secs(1));
}

#[test]
fn a_call_is_cancelled_from_another_thread_while_it_waits() {
    // While waiting for the headers, and while sleeping before a retry.
    let waits = json!({"status": 503, "headers": [["retry-after", "60"]], "body": ""});
    for reply in [json!("stall"), waits] {
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let token = CancelToken::new();
        let remote = token.clone();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            remote.cancel();
            Instant::now()
        });
        let error = client.get("/models").cancel(&token).send().unwrap_err();
        let ended = Instant::now();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{reply}");
        let took = ended.saturating_duration_since(canceller.join().unwrap());
        assert!(took < Duration::from_millis(150), "{reply}: {took:?}");
        assert_eq!(
            client
                .get("/models")
                .max_retries(0)
                .timeout(Duration::from_millis(100))
                .cancel(&token)
                .send()
                .unwrap_err()
                .kind(),
            ErrorKind::Cancelled
        );
    }
}

#[test]
fn a_stream_is_cancelled_from_another_thread_while_it_is_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let server = Server::replies(json!([{"raw": head, "then": "stall"}]));
    let client = server.client().build().unwrap();
    let mut stream = client.chat_stream(&hello()).unwrap();
    let token = stream.cancel_token();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        token.cancel();
    });
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(stream.next().is_none());
    canceller.join().unwrap();
}

#[test]
fn a_host_that_drops_traffic_ends_in_a_timeout_within_the_connect_limit() {
    // A listener with a full queue drops what knocks: as near to a black hole as loopback has.
    let listener =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let short = Duration::from_millis(100);
    let held: Vec<_> = (0..4)
        .map(|_| std::net::TcpStream::connect_timeout(&address, short))
        .collect();
    assert!(held.iter().any(Result::is_err), "the queue is not full");

    let limit = Duration::from_millis(400);
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(format!("http://{address}"))
        .connect_timeout(limit)
        .max_retries(0)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("connect_timeout"), "{error}");
    assert!((limit..limit * 3).contains(&started.elapsed()));
}

#[test]
fn a_name_that_does_not_exist_is_a_connection_error() {
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url("https://no-such-host.invalid/v1")
        .max_retries(0)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout),
        "{error:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(7));
    assert!(error.message().contains("no-such-host.invalid") || error.kind() == ErrorKind::Timeout);
}
