//! 8 over TLS, which unpacks whole records and so may hold more than a body.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::wire::{self, whole};

/// A server over TLS that answers each request with these writes; its port, its certificate
/// and the number of its connections.
fn server(writes: Vec<String>) -> (u16, String, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, Ordering::SeqCst);
            let (config, writes) = (Arc::clone(&config), writes.clone());
            std::thread::spawn(move || {
                let session = ServerConnection::new(config).unwrap();
                let mut stream = StreamOwned::new(session, socket);
                while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    for write in &writes {
                        let _ = stream.write_all(write.as_bytes());
                        std::thread::sleep(std::time::Duration::from_millis(20));
                    }
                }
            });
        }
    });
    (port, made.cert.pem(), opened)
}

#[test]
fn fault_08_a_reply_behind_a_body_inside_tls_is_not_the_next_reply() {
    let stray = whole(200, "", "stray");
    // A body that fills a record and the client's buffer to the byte hides what follows it.
    for length in [2, 16 << 10, 32 << 10, (16 << 10) + 1] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        let body = "x".repeat(length);
        let (port, pem, opened) = server(vec![head, format!("{body}{stray}")]);
        let name = format!("neura-test-stray-{}-{length}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        let client = wire::client(format!("https://localhost:{port}/v1"));
        let client = client.ca_file(&file).build().unwrap();
        for round in 1..=3 {
            let reply = client.get("/models").send().unwrap();
            // Not printed: it is long.
            assert!(reply.bytes() == body.as_bytes(), "{length}");
            assert_eq!(opened.load(Ordering::SeqCst), round, "{length}");
        }
        std::fs::remove_file(&file).unwrap();
    }
}

#[test]
fn fault_08_a_connection_over_tls_without_such_bytes_is_reused() {
    for length in [0, 2, 16 << 10, 100_000] {
        let body = "x".repeat(length);
        let (port, pem, opened) = server(vec![whole(200, "", &body)]);
        let name = format!("neura-test-reuse-{}-{length}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        let client = wire::client(format!("https://localhost:{port}/v1"));
        let client = client.ca_file(&file).build().unwrap();
        for _ in 0..5 {
            assert_eq!(client.get("/models").send().unwrap().bytes().len(), length);
        }
        assert_eq!(opened.load(Ordering::SeqCst), 1, "{length}");
        std::fs::remove_file(&file).unwrap();
    }
}
