//! Connections: reuse, and a host that drops traffic.

use std::time::{Duration, Instant};

use neura::{Client, ErrorKind};
use serde_json::json;

use crate::common::{FAKE_KEY, Server, hello};

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
fn a_host_that_drops_traffic_ends_in_a_timeout_within_the_connect_limit() {
    // A listener with a full queue drops connections: the closest to a black hole on loopback.
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
