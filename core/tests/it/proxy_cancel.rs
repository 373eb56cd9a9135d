//! Cancelling while connecting through a proxy.

use std::time::{Duration, Instant};

use neura::{CancelToken, Client, ErrorKind};

use crate::common::FAKE_KEY;
use crate::proxy::{ALICES, Act, scripted};

#[test]
fn a_call_is_cancelled_at_every_step_of_the_way_through_a_proxy() {
    for (scheme, acts) in [
        ("http", vec![Act::Stay]),
        ("https", vec![Act::Stay]),
        ("socks5h", vec![Act::Stay]),
        (
            "socks5h",
            vec![Act::Read(4), Act::Write(vec![5, 2]), Act::Stay],
        ),
        (
            "socks5h",
            vec![Act::Read(4), Act::Write(vec![5, 0]), Act::Stay],
        ),
        // In the tunnel, while waiting for the host's TLS.
        (
            "http",
            vec![
                Act::ReadHead,
                Act::Write(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
                Act::Stay,
            ],
        ),
    ] {
        let client = Client::builder()
            .api_key(FAKE_KEY)
            .base_url("https://api.service.test/v1")
            .proxy(format!("{scheme}://{ALICES}localhost:{}", scripted(acts)))
            .build()
            .unwrap();
        let token = CancelToken::new();
        let remote = token.clone();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            remote.cancel();
            Instant::now()
        });
        let error = client.get("/models").cancel(&token).send().unwrap_err();
        let ended = Instant::now();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{scheme}: {error}");
        let took = ended.saturating_duration_since(canceller.join().unwrap());
        assert!(took < Duration::from_millis(150), "{scheme}: {took:?}");
    }
}
