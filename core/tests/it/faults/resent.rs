//! 5: an idle connection that is dead is replaced once, within the same attempt.

use neura::{ErrorKind, Method};
use serde_json::json;

use crate::common::{Server, hello};
use crate::wire::{Peer, Wire};

/// Each connection answers one request and spoils the next with `spoil`.
fn spoils_the_second(spoil: impl Fn(&mut Peer) + Send + Sync + 'static) -> Wire {
    Wire::start(move |peer, _| {
        if peer.request().is_some() && peer.answer("{}") && peer.request().is_some() {
            spoil(peer);
        }
    })
}

#[test]
fn fault_05_a_stale_connection_is_replaced_once_whatever_the_retries() {
    for word in ["close", "reset"] {
        let server = Server::replies(json!([200, {"then": word}, 200]));
        let client = server.client().max_retries(0).build().unwrap();
        assert!(client.get("/models").send().unwrap().ok());
        let second = client.get("/models").send().unwrap();
        assert_eq!((second.status(), second.attempts()), (200, 1));
        let report = server.report();
        assert_eq!(report["connections"], 2);
        // It counts as the same attempt.
        let headers = report["requests"][2]["headers"].to_string();
        assert!(headers.to_lowercase().contains("[\"x-retry-count\",\"0\"]"));
    }
}

#[test]
fn fault_05_a_request_with_a_body_is_sent_again_whole() {
    let server = spoils_the_second(|_| {});
    let client = server.client().build().unwrap();
    let body = "x".repeat(300_000);
    for _ in 0..2 {
        let reply = client.request(Method::Post, "/a").body(body.clone());
        let reply = reply.send().unwrap();
        assert_eq!((reply.status(), reply.attempts()), (200, 1));
    }
    assert_eq!(server.opened(), 2);
    assert!(client.get("/models").send().is_ok());
}

#[test]
fn fault_05_a_request_is_not_sent_a_third_time() {
    let server = Server::replies(json!([200, "close", "close", 200]));
    let client = server.client().max_retries(0).build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let error = client.get("/models").send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    let report = server.report();
    assert_eq!(report["connections"], 2);
    assert_eq!(report["requests"].as_array().unwrap().len(), 3);
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_05_what_may_have_reached_the_server_is_not_sent_again_if_so_asked() {
    let server = Server::replies(json!([200, "close", 200]));
    let client = server.client().replay_unsent_only(true).build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let error = client.get("/models").send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert_eq!(server.report()["connections"], 1);
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_05_a_reply_that_began_is_an_answer_and_nothing_is_sent_again() {
    for begun in ["H", "HTTP/1.1 103 Early Hints\r\n\r\n"] {
        let server = spoils_the_second(move |peer| {
            peer.send(begun);
        });
        let client = server.client().max_retries(2).build().unwrap();
        assert!(client.get("/models").send().unwrap().ok());
        let error = client.chat(&hello()).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert_eq!((error.attempts(), server.opened()), (1, 1), "{error}");
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_05_a_silent_connection_is_not_taken_for_a_dead_one() {
    let server = spoils_the_second(|peer| {
        let _ = peer.until_closed();
    });
    let client = server.client().max_retries(2).build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let limit = std::time::Duration::from_millis(300);
    let error = client.get("/models").timeout(limit).send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(server.opened(), 1);
    assert!(client.get("/models").send().unwrap().ok());
}
