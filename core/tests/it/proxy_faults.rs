//! Proxies that refuse, that fail, or that are not proxies. Source: faults.md, 27.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use neura::{Client, ClientBuilder, Error, ErrorKind};

use crate::common::FAKE_KEY;
use crate::common::self_signed::self_signed_pem;
use crate::proxy::{ALICE, ALICES, Act, Login, Proxy, Rules, assert_shows_no_login, scripted};

const SERVICE: &str = "https://api.service.test/v1";

fn client(proxy: String) -> ClientBuilder {
    Client::builder()
        .api_key(FAKE_KEY)
        .base_url(SERVICE)
        .max_retries(0)
        .proxy(proxy)
}

/// The error of a call through this proxy. None of its texts shows a secret.
fn fails(proxy: String) -> Error {
    let client = client(proxy).build().unwrap();
    let error = client.models().send().unwrap_err();
    let check = client.check().to_json();
    for text in [
        error.to_string(),
        format!("{error:?} {client:?}"),
        check.to_string(),
    ] {
        assert_shows_no_login(&text);
        assert!(!text.contains(FAKE_KEY), "{text}");
    }
    assert_eq!(check["kind"], error.kind().name());
    error
}

/// Checks a proxy's error: it names the proxy, its source, and this part.
fn assert_proxy(error: &Error, port: u16, part: &str, retryable: bool) {
    assert_eq!(error.kind(), ErrorKind::Proxy, "{error}");
    assert_eq!(error.retryable(), retryable, "{error}");
    let name = format!("the proxy localhost:{port} (from the proxy option)");
    assert!(error.message().contains(&name), "{error}");
    assert!(error.message().contains(part), "{part:?} in {error}");
    assert_eq!(error.status(), None);
}

fn url(scheme: &str, port: u16) -> String {
    format!("{scheme}://{ALICES}localhost:{port}")
}

/// A proxy that answers CONNECT with these bytes and closes.
fn answers(bytes: &[u8]) -> u16 {
    scripted(vec![Act::ReadHead, Act::Write(bytes.to_vec())])
}

#[test]
fn fault_27_a_proxy_that_wants_a_login_is_a_proxy_error() {
    for (scheme, wants) in [("http", "(407)"), ("socks5h", "socks5h://user:password@")] {
        let proxy = Proxy::start(Rules {
            login: Some(ALICE),
            ..Rules::default()
        });
        let error = fails(proxy.url(scheme, ""));
        assert_proxy(&error, proxy.port, "requires a user and a password", false);
        assert!(error.message().contains(wants), "{error}");
        let other = Login {
            basic: "YWxpY2U6ZmFrZS13cm9uZw==",
            password: "fake-wrong",
            ..ALICE
        };
        let proxy = Proxy::start(Rules {
            login: Some(other),
            ..Rules::default()
        });
        let error = fails(proxy.url(scheme, ALICES));
        let part = "refused the user and password in the proxy option";
        assert_proxy(&error, proxy.port, part, false);
        for passage in proxy.passages() {
            let asked = String::from_utf8_lossy(&passage.asked).into_owned();
            assert!(!asked.contains(FAKE_KEY) && passage.up.is_empty());
        }
    }
}

#[test]
fn fault_27_a_login_of_another_kind_is_reported_with_what_the_proxy_offers() {
    let head =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM x\r\n\r\n";
    let port = answers(head.as_bytes());
    let error = fails(url("http", port));
    assert_proxy(&error, port, "it offers Negotiate, NTLM", false);
}

#[test]
fn fault_27_other_statuses_are_proxy_errors_with_the_status() {
    for (status, retryable) in [
        (502, true),
        (503, true),
        (504, true),
        (500, false),
        (403, false),
        (404, false),
        (302, false),
        (101, false),
    ] {
        let port = answers(format!("HTTP/1.1 {status} Some reason\r\n\r\nbody").as_bytes());
        let error = fails(url("http", port));
        let part = format!("status {status} (Some reason)");
        assert_proxy(&error, port, &part, retryable);
        assert!(error.message().contains("api.service.test:443"), "{error}");
    }
    let port = answers(b"HTTP/1.0 502\r\n\r\n");
    assert_proxy(&fails(url("http", port)), port, "status 502. ", true);
}

#[test]
fn fault_27_a_passing_failure_is_tried_again_and_a_refusal_is_not() {
    for (status, attempts) in [(502, 2), (403, 1)] {
        let port = answers(format!("HTTP/1.1 {status} X\r\n\r\n").as_bytes());
        let error = client(url("http", port))
            .max_retries(1)
            // Nothing reached the service, so this may still be sent again.
            .replay_unsent_only(true)
            .build()
            .unwrap()
            .models()
            .send()
            .unwrap_err();
        assert_eq!(error.attempts(), attempts, "{error}");
    }
}

#[test]
fn fault_27_a_reason_is_redacted_before_it_is_cut_and_keeps_no_control_characters() {
    let (long, password, basic) = ("x".repeat(80), ALICE.password, ALICE.basic);
    let reason = format!("\t{long}{password} {basic} and more");
    let port = answers(format!("HTTP/1.1 502 {reason}\r\n\r\n").as_bytes());
    let error = fails(url("http", port));
    assert_proxy(&error, port, "xxxx[redacted] [", true);
    assert!(!error.message().contains('\t'), "{error}");
    assert!(error.message().len() < 500, "{error}");
    // Such a short name may be part of a word, so the words are left out.
    let port = answers(b"HTTP/1.1 502 alice has no way there\r\n\r\n");
    assert_proxy(&fails(url("http", port)), port, "status 502. ", true);
}

#[test]
fn fault_27_what_is_not_http_is_a_proxy_error() {
    for bytes in [
        &b"220 mail.example ESMTP ready\r\n\r\n"[..],
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.x 200 OK\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"\x05\xff",
    ] {
        let port = answers(bytes);
        assert_proxy(&fails(url("http", port)), port, "not HTTP/1.1", false);
    }
    // An answer of another protocol that never ends is not waited for.
    let port = scripted(vec![
        Act::ReadHead,
        Act::Write(b"SSH-2.0-x\r\n".to_vec()),
        Act::Stay,
    ]);
    assert_proxy(&fails(url("http", port)), port, "not HTTP/1.1", false);
}

#[test]
fn fault_27_half_an_answer_and_none_are_proxy_errors_that_may_be_tried_again() {
    for (bytes, when) in [
        (&b""[..], "before it replied"),
        (b"HTTP/1.", "in the middle"),
        (b"HTTP/1.1 200 OK\r\nVia: x\r\n", "in the middle"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "in the middle"),
    ] {
        let port = answers(bytes);
        assert_proxy(&fails(url("http", port)), port, when, true);
    }
    for (acts, step) in [
        (vec![Act::Read(4)], "the greeting"),
        (vec![Act::Read(4), Act::Write(vec![5])], "the greeting"),
        (
            vec![Act::Read(4), Act::Write(vec![5, 2]), Act::Read(27)],
            "user and password",
        ),
        (
            vec![Act::Read(4), Act::Write(vec![5, 0]), Act::Read(23)],
            "the request for a connection",
        ),
        (
            vec![
                Act::Read(4),
                Act::Write(vec![5, 0]),
                Act::Read(23),
                Act::Write(vec![5, 0, 0, 1, 127]),
            ],
            "the request for a connection",
        ),
    ] {
        let port = scripted(acts);
        let closed = format!("closed the connection at this step: the reply to {step}");
        assert_proxy(&fails(url("socks5h", port)), port, &closed, true);
    }
}

#[test]
fn fault_27_a_silent_proxy_ends_in_a_proxy_error_within_the_connect_limit() {
    let limit = Duration::from_millis(300);
    for (scheme, acts, step) in [
        ("http", vec![Act::Stay], "the reply to CONNECT"),
        (
            "http",
            vec![
                Act::ReadHead,
                Act::Write(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Act::Stay,
            ],
            "the reply to CONNECT",
        ),
        ("https", vec![Act::Stay], "the TLS handshake"),
        ("socks5h", vec![Act::Stay], "the greeting"),
        (
            "socks5h",
            vec![Act::Read(4), Act::Write(vec![5, 2]), Act::Stay],
            "user and password",
        ),
        (
            "socks5h",
            vec![Act::Read(4), Act::Write(vec![5, 0]), Act::Stay],
            "the request for a connection",
        ),
    ] {
        let port = scripted(acts);
        let started = Instant::now();
        let client = client(url(scheme, port)).connect_timeout(limit);
        let error = client.build().unwrap().models().send().unwrap_err();
        assert!(started.elapsed() >= limit);
        assert!(started.elapsed() < Duration::from_secs(4), "{scheme}");
        assert_proxy(&error, port, step, true);
        for part in ["connect_timeout", "300 ms"] {
            assert!(error.message().contains(part), "{error}");
        }
        assert_shows_no_login(&format!("{error:?}"));
    }
    // The whole call's limit stays a timeout.
    let port = scripted(vec![Act::Stay]);
    let client = client(url("http", port)).timeout(limit).build().unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[test]
fn the_steps_to_a_proxy_share_one_connect_limit() {
    let slow = Act::Pause(Duration::from_millis(700));
    let port = scripted(vec![
        Act::Read(4),
        slow.clone(),
        Act::Write(vec![5, 0]),
        Act::Read(23),
        slow,
        Act::Write(vec![5, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        Act::Stay,
    ]);
    let client = client(url("socks5h", port)).connect_timeout(Duration::from_secs(1));
    let error = client.build().unwrap().models().send().unwrap_err();
    assert_proxy(&error, port, "within 1.0 s (connect_timeout)", true);
}

#[test]
fn fault_27_endless_heads_end() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n", "x".repeat(70 * 1024));
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3_000);
    for bytes in [long, interim] {
        let port = scripted(vec![
            Act::ReadHead,
            Act::Write(bytes.into_bytes()),
            Act::Stay,
        ]);
        assert_proxy(&fails(url("http", port)), port, "64 KiB", false);
    }
}

#[test]
fn fault_27_a_proxy_that_is_not_there_is_a_proxy_error() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    for scheme in ["http", "https", "socks5h"] {
        let error = fails(url(scheme, port));
        assert_proxy(&error, port, "no server is listening there", true);
        assert!(!error.message().contains("base URL"), "{error}");
    }
    let error = fails(format!("http://{ALICES}no-such-proxy.invalid:3128"));
    assert_eq!(error.kind(), ErrorKind::Proxy, "{error}");
    assert!(
        error.message().contains("no-such-proxy.invalid:3128"),
        "{error}"
    );
}

#[test]
fn fault_27_a_proxy_over_tls_must_be_trusted() {
    let proxy = Proxy::start(Rules {
        tls: Some(self_signed_pem(&["localhost"])),
        ..Rules::default()
    });
    let error = fails(proxy.url("https", ALICES));
    assert_proxy(&error, proxy.port, "certificate", false);
    assert!(
        proxy
            .passages()
            .iter()
            .all(|passage| passage.asked.is_empty())
    );
    // And one that speaks plain http.
    let port = scripted(vec![
        Act::Read(100),
        Act::Write(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        Act::Stay,
    ]);
    assert_proxy(&fails(url("https", port)), port, "plain http", false);
}

#[test]
fn fault_27_replies_of_a_socks_proxy_become_words() {
    for (reply, words, retryable) in [
        (1, "general failure", true),
        (2, "rules do not allow", false),
        (3, "network unreachable", true),
        (4, "host unreachable", true),
        (5, "connection refused", true),
        (6, "too long", true),
        (7, "does not support the CONNECT command", false),
        (8, "does not support this type of address", false),
        (99, "unknown reason (reply 99)", false),
    ] {
        let port = scripted(vec![
            Act::Read(4),
            Act::Write(vec![5, 0]),
            Act::Read(23),
            Act::Write(vec![5, reply, 0, 1, 0, 0, 0, 0, 0, 0]),
        ]);
        let error = fails(url("socks5h", port));
        assert_proxy(&error, port, words, retryable);
        assert!(error.message().contains("api.service.test:443"), "{error}");
    }
}

#[test]
fn fault_27_what_is_not_socks_is_a_proxy_error() {
    for bytes in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        &[4, 0],
        &[5, 7],
        &[0, 0],
    ] {
        let port = scripted(vec![Act::Read(4), Act::Write(bytes.to_vec()), Act::Stay]);
        assert_proxy(&fails(url("socks5h", port)), port, "not SOCKS 5", false);
    }
}
