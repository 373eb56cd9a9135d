//! Connections: reuse, a host that drops traffic, and TLS.

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{FAKE_KEY, Server, hello};
use neura::{Client, ErrorKind};
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

/// A TLS server that answers every request with `{}`; returns its port and certificate.
fn tls_server() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || {
                let session = rustls::ServerConnection::new(config).unwrap();
                let mut stream = rustls::StreamOwned::new(session, socket.unwrap());
                let mut buffer = [0; 4096];
                while matches!(stream.read(&mut buffer), Ok(1..)) {
                    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
                    let _ = stream.write_all(reply.as_bytes());
                }
            });
        }
    });
    (port, made.cert.pem())
}

#[test]
fn tls_is_trusted_through_a_ca_file_and_not_without() {
    let (port, pem) = tls_server();
    let file = std::env::temp_dir().join(format!("neura-test-ca-{}.pem", std::process::id()));
    std::fs::write(&file, pem).unwrap();
    let client = |url: String| {
        Client::builder()
            .api_key(FAKE_KEY)
            .base_url(url)
            .max_retries(2)
    };

    let trusting = client(format!("https://localhost:{port}"))
        .ca_file(&file)
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(trusting.models().unwrap().text(), "{}");
    }
    let wary = client(format!("https://localhost:{port}")).build().unwrap();
    let error = wary.models().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Tls, 1),
        "{error}"
    );

    let other = client(format!("https://127.0.0.1:{port}"))
        .ca_file(&file)
        .build()
        .unwrap();
    let error = other.models().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Tls, 1),
        "{error}"
    );
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn plain_http_on_the_tls_port_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 4096];
        let bytes = stream.read(&mut hello).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        hello[..bytes].to_vec()
    });
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(format!("https://localhost:{port}"))
        .build()
        .unwrap();
    let error = client.models().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Tls, 1),
        "{error}"
    );
    let sent = String::from_utf8_lossy(&server.join().unwrap()).into_owned();
    assert!(!sent.contains("models") && !sent.contains(FAKE_KEY));
}

#[test]
fn a_ca_file_that_cannot_serve_is_a_config_error() {
    let empty = std::env::temp_dir().join(format!("neura-test-empty-{}.pem", std::process::id()));
    std::fs::write(&empty, "no certificate").unwrap();
    for path in [empty.as_path(), "/no/such/file.pem".as_ref()] {
        let error = Client::builder()
            .api_key(FAKE_KEY)
            .ca_file(path)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(
            error.message().contains(&path.display().to_string()),
            "{error}"
        );
    }
    std::fs::remove_file(&empty).unwrap();
}

#[test]
fn a_handshake_that_stalls_ends_in_a_timeout_within_the_connect_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let limit = Duration::from_millis(300);
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(format!("https://localhost:{port}"))
        .connect_timeout(limit)
        .max_retries(1)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.models().unwrap_err();
    // Nothing of the request went out, so it was tried again.
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Timeout, 2),
        "{error}"
    );
    assert!(error.message().contains("connect_timeout"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(3));
    drop(listener);
}
