//! No server, or a connection that ends before the head of a reply is complete.

use std::net::{Ipv4Addr, TcpListener};

use neura::{Client, ErrorKind};
use serde_json::json;

use super::{assert_kind, assert_shows_no_key, fails_after_a_retry, raw};
use crate::common::{FAKE_KEY, hello};
use crate::wire::{self, Wire};

#[test]
fn fault_01_no_server_listening_is_a_connection_error_that_may_be_retried() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let client = wire::client(format!("http://{address}/v1"))
        .max_retries(1)
        .build()
        .unwrap();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_kind(&error, ErrorKind::Connection, &address.to_string());
    assert_eq!(error.attempts(), 2);
    assert!(error.retryable() && error.status().is_none());
    assert_shows_no_key(&error);
    assert_eq!(client.check().to_json()["kind"], "connection");
    // The server is back.
    let _server = Wire::on(address, |peer, _| peer.answer_all());
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_01_a_server_that_comes_back_in_time_is_found_by_the_next_attempt() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(format!("http://{address}/v1"))
        .max_retries(6)
        .build()
        .unwrap();
    let late = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        Wire::on(address, |peer, _| peer.answer_all())
    });
    let reply = client.get("/models").send().unwrap();
    assert!(reply.ok() && reply.attempts() >= 2, "{reply:?}");
    late.join().unwrap();
}

#[test]
fn fault_02_a_connection_reset_at_once_is_tried_again() {
    let error = fails_after_a_retry(json!({"at": "connect", "then": "reset"}));
    assert_kind(&error, ErrorKind::Connection, "ended before");
}

#[test]
fn fault_04_a_reset_inside_the_headers_is_a_connection_error() {
    for part in [
        "H",
        "HTTP/1.1",
        "HTTP/1.1 200 OK\r",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r",
    ] {
        for then in ["reset", "close"] {
            let server = Wire::start(move |peer, number| {
                while peer.request().is_some() {
                    if number > 0 {
                        peer.answer("{}");
                        continue;
                    }
                    peer.send(part);
                    // A reset would discard bytes that were not read yet.
                    std::thread::sleep(std::time::Duration::from_millis(100));
                    if then == "reset" {
                        peer.reset();
                    }
                    return;
                }
            });
            // The server had begun to answer, so the request is not sent again.
            let client = server.client().max_retries(2).build().unwrap();
            let error = client.chat(&hello()).send().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{part:?} {then}");
            assert_eq!(error.attempts(), 1, "{part:?} {then}: {error}");
            assert_shows_no_key(&error);
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn fault_04_an_interim_head_is_not_the_reply() {
    let error = super::fails_at_once(raw(
        "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 2",
    ));
    assert_kind(&error, ErrorKind::Connection, "in the headers");
}

#[test]
fn fault_06_a_new_connection_closed_without_a_reply_follows_the_retries() {
    for word in ["close", "reset"] {
        let error = fails_after_a_retry(json!(word));
        assert_kind(&error, ErrorKind::Connection, "ended before");
        for (retries, attempts) in [(0, 1), (2, 3)] {
            let server = super::Server::replies(json!([{"then": word}, {"then": word}, 200]));
            let client = server.client().max_retries(retries).build().unwrap();
            match client.get("/models").send() {
                Ok(reply) => assert_eq!((retries, reply.attempts()), (2, attempts)),
                Err(error) => assert_eq!((retries, error.attempts()), (0, attempts)),
            }
        }
    }
}

#[test]
fn fault_06_what_reached_the_server_is_not_sent_again_if_so_asked() {
    let server = super::Server::replies(json!(["close", 200]));
    let client = server.client().replay_unsent_only(true).build().unwrap();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert!(client.get("/models").send().unwrap().ok());
}
