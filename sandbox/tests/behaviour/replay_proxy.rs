//! `neura-replay` as a proxy: the connections that it opens and refuses, and its record.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};

const README: &str = include_str!("../../README.md");
const MARK: &str = "sandbox/tests/behaviour/replay_proxy.rs -->\n```json\n";
/// `alice:fake-proxy-password`
const BASIC: &str = "Basic YWxpY2U6ZmFrZS1wcm94eS1wYXNzd29yZA==";
const GET: &str = "GET /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

fn proxy(rules: Value) -> Running {
    Running::replay(&json!({ "proxy": rules }))
}

/// The README's script, in which the name means this server.
fn of_the_readme(origin: &Running) -> Running {
    let (_, rest) = README.split_once(MARK).unwrap();
    let (script, _) = rest.split_once("\n```\n").unwrap();
    Running::replay(
        &serde_json::from_str(&script.replace("127.0.0.1:8080", &origin.address())).unwrap(),
    )
}

fn origin() -> Running {
    Running::replay(&json!({"replies": [200]}))
}

fn report(proxy: &Running) -> Value {
    let url = format!("{}/report", proxy.field("control_url"));
    fetch("GET", &url, &[], "").json()
}

/// Sends bytes and reads a number of bytes.
fn step<const N: usize>(stream: &mut TcpStream, bytes: &[u8]) -> [u8; N] {
    stream.write_all(bytes).unwrap();
    let mut answer = [0; N];
    stream.read_exact(&mut answer).unwrap();
    answer
}

#[test]
fn a_tunnel_is_opened_for_the_login_and_kept() {
    let origin = origin();
    let proxy = of_the_readme(&origin);
    assert_eq!(proxy.first_line["base_url"], Value::Null);
    assert_eq!(
        proxy.field("proxy_url"),
        format!("http://{}", proxy.address())
    );
    let connect = format!(
        "CONNECT api.service.test:443 HTTP/1.1\r\nHost: api.service.test:443\r\nProxy-Authorization: {BASIC}\r\n\r\n"
    );
    let answer = exchange(proxy.connect(), &format!("{connect}{GET}"));
    assert!(
        answer.starts_with("HTTP/1.1 200 Connection established\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\"object\":\"list\""), "{answer}");
    let report = report(&proxy);
    assert_eq!(
        (&report["connections"], &report["ok"]),
        (&json!(1), &json!(true))
    );
    let passage = &report["passages"][0];
    assert_eq!(passage["protocol"], "connect");
    assert_eq!(passage["target"], "api.service.test:443");
    assert_eq!(passage["outcome"], "open");
    assert_eq!(passage["asked"], connect.as_str());
    assert_eq!(passage["up"], GET);
    assert_eq!(passage["up_bytes"], GET.len());
    let down = passage["down"].as_str().unwrap();
    assert!(
        answer.ends_with(down) && down.starts_with("HTTP/1.1 200 OK"),
        "{down}"
    );
    assert_eq!(passage["down_bytes"], down.len());
}

#[test]
fn a_wrong_login_and_a_missing_one_are_refused() {
    let origin = origin();
    let proxy = of_the_readme(&origin);
    for login in [
        "",
        "Proxy-Authorization: Basic YWxpY2U6ZmFrZS13cm9uZw==\r\n",
    ] {
        let asked = format!("CONNECT api.service.test:443 HTTP/1.1\r\nHost: a\r\n{login}\r\n");
        let answer = exchange(proxy.connect(), &asked);
        assert!(answer.starts_with("HTTP/1.1 407 "), "{answer}");
        assert!(
            answer.contains("Proxy-Authenticate: Basic realm="),
            "{answer}"
        );
    }
    // SOCKS: a client without a login, and one with a wrong login.
    assert_eq!(step(&mut proxy.connect(), &[5, 1, 0]), [5, 0xff]);
    let mut socks = proxy.connect();
    assert_eq!(step(&mut socks, &[5, 2, 0, 2]), [5, 2]);
    assert_eq!(step(&mut socks, b"\x01\x05alice\x05wrong"), [1, 1]);
    let report = report(&proxy);
    for passage in report["passages"].as_array().unwrap() {
        assert_eq!(passage["outcome"], "login_refused", "{report}");
        assert_eq!(passage["up_bytes"], 0);
    }
    assert_eq!(
        (&report["connections"], &report["ok"]),
        (&json!(4), &json!(true))
    );
    assert_eq!(origin.close_stdin().code, Some(0));
}

#[test]
fn socks_5_leads_by_name_and_by_address() {
    let origin = origin();
    let proxy = of_the_readme(&origin);
    let port = origin.first_line["port"].as_u64().unwrap() as u16;
    let by_name = [
        &b"\x05\x01\x00\x03\x10api.service.test"[..],
        &443u16.to_be_bytes(),
    ]
    .concat();
    let by_address = [&[5, 1, 0, 1, 127, 0, 0, 1][..], &port.to_be_bytes()].concat();
    for request in [&by_name, &by_address] {
        let mut stream = proxy.connect();
        assert_eq!(step(&mut stream, &[5, 1, 2]), [5, 2]);
        assert_eq!(
            step(&mut stream, b"\x01\x05alice\x13fake-proxy-password"),
            [1, 0]
        );
        let answer: [u8; 10] = step(&mut stream, request);
        assert_eq!(answer[..2], [5, 0]);
        assert!(exchange(stream, GET).starts_with("HTTP/1.1 200 OK"));
    }
    let report = report(&proxy);
    let targets: Vec<_> = report["passages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["target"].clone())
        .collect();
    assert_eq!(
        targets,
        [
            "api.service.test:443".to_owned(),
            format!("127.0.0.1:{port}")
        ]
    );
    assert_eq!(report["passages"][0]["protocol"], "socks5");
    // The bytes as received: a search for the login finds it.
    let asked = report["passages"][0]["asked"].as_str().unwrap();
    assert!(asked.starts_with("\u{5}\u{1}\u{2}\u{1}\u{5}alice\u{13}fake-proxy-password"));
}

#[test]
fn unreachable_hosts_and_malformed_requests_have_different_outcomes() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let proxy = proxy(
        json!({"unreachable": ["10.1.2.3"], "names": {"gone.test": format!("127.0.0.1:{free}")}}),
    );
    for host in ["10.1.2.3", "gone.test"] {
        let answer = exchange(
            proxy.connect(),
            &format!("CONNECT {host}:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        );
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
    let mut stream = proxy.connect();
    step::<2>(&mut stream, &[5, 1, 0]);
    assert_eq!(
        step::<2>(&mut stream, &[5, 1, 0, 1, 10, 1, 2, 3, 0, 80]),
        [5, 4]
    );
    let mut stream = proxy.connect();
    step::<2>(&mut stream, &[5, 1, 0]);
    assert_eq!(
        step::<2>(&mut stream, b"\x05\x01\x00\x03\x09gone.test\x00\x50"),
        [5, 5]
    );
    let asked = report(&proxy);
    assert_eq!(asked["ok"], true, "{asked}");
    assert!(
        asked["passages"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["outcome"] == "unreachable")
    );

    for (bytes, answer) in [
        ("CONNECT api.service.test HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "),
        ("CONNECT :443 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "),
        (
            "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        ("GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 "),
        ("HELO\r\n\r\n", "HTTP/1.1 400 "),
        ("\u{4}\u{1}", ""),
        ("\u{16}\u{3}\u{1}", ""),
    ] {
        let said = exchange(proxy.connect(), bytes);
        assert!(
            said.starts_with(answer) && said.is_empty() == answer.is_empty(),
            "{bytes:?}: {said}"
        );
    }
    let mut stream = proxy.connect();
    step::<2>(&mut stream, &[5, 1, 0]);
    // BIND.
    assert_eq!(
        step::<2>(&mut stream, &[5, 2, 0, 1, 127, 0, 0, 1, 0, 80]),
        [5, 7]
    );
    let report = report(&proxy);
    assert_eq!(report["problems"].as_array().unwrap().len(), 8, "{report}");
    assert_eq!(proxy.close_stdin().code, Some(1));
}

#[test]
fn a_plain_request_is_forwarded_without_the_proxys_headers() {
    let origin = origin();
    let proxy = proxy(
        json!({"user": "alice", "password": "fake-proxy-password", "target": origin.address()}),
    );
    for (url, target) in [
        ("http://api.service.test/v1/x?y", "/v1/x?y"),
        ("http://api.service.test:8080?y", "/?y"),
        ("http://[::1]", "/"),
    ] {
        let request = format!(
            "POST {url} HTTP/1.1\r\nHost: api.service.test\r\nProxy-Authorization: {BASIC}\r\nProxy-Connection: keep-alive\r\nContent-Length: 5\r\nX-Own: 1\r\n\r\nhello"
        );
        let answer = exchange(proxy.connect(), &request);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        let report = report(&origin);
        let came = report["requests"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&came["target"], &came["body"]),
            (&json!(target), &json!("hello"))
        );
        let headers = came["headers"].to_string().to_lowercase();
        assert!(
            !headers.contains("proxy-") && headers.contains("x-own"),
            "{headers}"
        );
    }
    let report = report(&proxy);
    let of = |name: &str| {
        report["passages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("protocol"), ["forward"; 3]);
    assert_eq!(
        of("target"),
        ["api.service.test", "api.service.test:8080", "[::1]"]
    );
    assert!(
        !report["passages"][0]["up"]
            .as_str()
            .unwrap()
            .contains("Basic")
    );
}

#[test]
fn each_side_may_go_on_after_the_other_has_ended() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let proxy = proxy(json!({ "target": address }));
    let host = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        stream.write_all(&[b'x'; 100_000]).unwrap();
        all
    });
    let mut stream = proxy.connect();
    stream
        .write_all(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\nall of it")
        .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(host.join().unwrap(), "all of it");
    assert_eq!(answer.iter().filter(|byte| **byte == b'x').count(), 100_000);
}

#[test]
fn a_client_that_closes_closes_the_host_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(json!({ "target": listener.local_addr().unwrap().to_string() }));
    let mut stream = proxy.connect();
    let _: [u8; 12] = step(&mut stream, b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n");
    let (mut host, _) = listener.accept().unwrap();
    drop(stream);
    let started = Instant::now();
    assert!(matches!(host.read(&mut [0; 10]), Ok(0) | Err(_)));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn with_a_certificate_clients_connect_with_tls() {
    let origin = origin();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let proxy = proxy(json!({
        "certificate": made.cert.pem(), "private_key": made.signing_key.serialize_pem(),
        "target": origin.address(),
    }));
    assert!(proxy.field("proxy_url").starts_with("https://127.0.0.1:"));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::clone(made.cert.der())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(session, proxy.connect());
    write!(
        stream,
        "CONNECT a.test:443 HTTP/1.1\r\nHost: a\r\n\r\n{GET}"
    )
    .unwrap();
    let mut answer = String::new();
    // Up to a close_notify: without one this would be an error.
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\"object\":\"list\""), "{answer}");
    assert_eq!(report(&proxy)["passages"][0]["target"], "a.test:443");
}
