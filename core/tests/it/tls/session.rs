//! TLS sessions: resumption, data, and what closes the connection.

use std::time::Duration;

use super::{Folder, server, trusting};
use crate::tls_server::{Script, TLS_1_2, TLS_1_3, Then};

#[test]
fn a_second_connection_resumes_the_session() {
    for versions in [TLS_1_2, TLS_1_3] {
        let folder = Folder::new("resumption");
        let (server, ca_file) = server(&folder, |script: &mut Script| {
            script.versions = versions;
            script.then = Then::Close;
        });
        let client = trusting(server.url(), &ca_file);
        for _ in 0..4 {
            assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        }
        let log = server.log();
        assert_eq!((log.full, log.resumed), (1, 3), "{log:?}");
        // Another client does not share it.
        trusting(server.url(), &ca_file)
            .get("/models")
            .send()
            .unwrap();
        assert_eq!(server.log().full, 2);
    }
}

#[test]
fn one_connection_serves_one_request_after_another() {
    let folder = Folder::new("reuse");
    let (server, ca_file) = server(&folder, |_| {});
    let client = trusting(server.url(), &ca_file);
    for _ in 0..20 {
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
    }
    let log = server.log();
    assert_eq!((log.full, log.resumed, log.requests.len()), (1, 0, 20));
}

#[test]
fn news_of_tls_itself_cost_no_connection() {
    let folder = Folder::new("news");
    let (server, ca_file) = server(&folder, |script| {
        script.versions = TLS_1_3;
        script.then = Then::ChangeKeys;
    });
    let client = trusting(server.url(), &ca_file);
    for _ in 0..5 {
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        // The change of keys comes after the reply.
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = server.log();
    assert_eq!((log.full, log.resumed, log.requests.len()), (1, 0, 5));
}

#[test]
fn unrequested_bytes_close_the_connection_and_answer_nothing() {
    let folder = Folder::new("more");
    let (server, ca_file) = server(&folder, |script| script.then = Then::SendMore);
    let client = trusting(server.url(), &ca_file);
    for _ in 0..5 {
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = server.log();
    assert_eq!((log.full + log.resumed, log.requests.len()), (5, 5));
}

#[test]
fn what_was_decrypted_and_not_asked_for_costs_the_connection_too() {
    // The reply fills one record, and the unrequested bytes arrive with its end. They are read from
    // the socket with the reply, and wait in the session while the socket looks silent.
    let body = "x".repeat(16_342);
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: 16342\r\n\r\n{body}");
    assert_eq!(reply.len(), 16_384);
    let folder = Folder::new("decrypted");
    let (server, ca_file) = server(&folder, |script| {
        script.reply = format!("{reply}HTTP/1.1 500 Not yours\r\n\r\n").into();
    });
    let client = trusting(server.url(), &ca_file);
    for _ in 0..5 {
        let reply = client.get("/models").max_retries(0).send().unwrap();
        assert_eq!((reply.status(), reply.bytes().len()), (200, body.len()));
    }
    let log = server.log();
    assert_eq!((log.full + log.resumed, log.requests.len()), (5, 5));
}

#[test]
fn long_bodies_come_and_go_whole() {
    // Many records that never end where a read of the socket ends.
    let down: Vec<u8> = (0..3_000_011_u32).map(|at| (at % 251) as u8).collect();
    let up: Vec<u8> = (0..2_000_003_u32).map(|at| (at % 241) as u8).collect();
    let folder = Folder::new("long");
    let (server, ca_file) = server(&folder, |script| {
        script.reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", down.len()).into();
        script.reply.extend_from_slice(&down);
    });
    let client = trusting(server.url(), &ca_file);
    for _ in 0..2 {
        let reply = client.post("/echo").body(up.clone()).send().unwrap();
        assert!(reply.bytes() == down, "the reply is another");
    }
    let log = server.log();
    assert_eq!(log.full, 1);
    for request in &log.requests {
        assert!(request.ends_with(&up), "the request is another");
    }
}

#[test]
fn a_server_with_only_tls_1_2_works() {
    let folder = Folder::new("tls12");
    let (server, ca_file) = server(&folder, |script| {
        script.versions = TLS_1_2;
    });
    let client = trusting(server.url(), &ca_file);
    for _ in 0..3 {
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
    }
    assert_eq!(server.log().full, 1);
}

#[test]
fn a_client_that_is_dropped_says_goodbye() {
    let folder = Folder::new("goodbye");
    let (server, ca_file) = server(&folder, |_| {});
    let client = trusting(server.url(), &ca_file);
    client.get("/models").send().unwrap();
    assert_eq!(server.log().clean_ends, 0);
    drop(client);
    let log = server.wait_for(|log| log.clean_ends + log.errors.len() == 1);
    assert_eq!(log.clean_ends, 1, "{log:?}");
}
