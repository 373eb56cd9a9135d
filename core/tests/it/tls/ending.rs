//! A TLS session that ends in the middle of a reply.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use neura::{CancelToken, Error, ErrorKind};

use super::{Folder, assert_tls, server, trusting};
use crate::tls_server::{TLS_1_2, Then};

const NO_LENGTH: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"half\":";

/// The outcome of a reply that ends in this way.
fn ended(name: &str, reply: &str, then: Then) -> Result<String, Error> {
    let folder = Folder::new(name);
    let (server, ca_file) = server(&folder, |script| {
        script.reply = reply.into();
        script.then = then;
    });
    let client = trusting(server.url(), &ca_file);
    let reply = client.get("/models").max_retries(0).send()?;
    Ok(reply.text().into_owned())
}

#[test]
fn a_body_without_length_ends_with_tls_and_not_with_the_socket() {
    let whole = ended("whole", NO_LENGTH, Then::Close).unwrap();
    assert_eq!(whole, "{\"half\":");
    let error = ended("cut", NO_LENGTH, Then::Cut).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.message().contains("after 8 bytes"), "{error}");
}

#[test]
fn a_body_shorter_than_its_length_is_truncated_however_tls_ends() {
    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":";
    for then in [Then::Close, Then::Cut] {
        let error = ended("short", reply, then).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(error.message().contains("after 8 of 100 bytes"), "{error}");
    }
}

#[test]
fn a_whole_body_needs_no_end_of_tls() {
    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(ended("no-end", reply, Then::Cut).unwrap(), "{}");
}

#[test]
fn an_end_before_the_head_is_a_connection_error_with_retries() {
    for then in [Then::Close, Then::Cut] {
        let folder = Folder::new("no-head");
        let (server, ca_file) = server(&folder, |script| {
            script.reply = Vec::new();
            script.then = then;
        });
        let client = trusting(server.url(), &ca_file);
        let error = client.get("/models").max_retries(1).send().unwrap_err();
        let actual = (error.kind(), error.attempts());
        assert_eq!(actual, (ErrorKind::Connection, 2), "{error}");
        assert!(!error.message().contains("docs.rs"), "{error}");
    }
}

#[test]
fn a_cancelled_call_ends_its_session_properly() {
    let folder = Folder::new("cancelled");
    let (server, ca_file) = server(&folder, |script| {
        script.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    });
    let client = trusting(server.url(), &ca_file);
    let token = CancelToken::new();
    let remote = token.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        remote.cancel();
    });
    let error = client.get("/models").cancel(&token).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    canceller.join().unwrap();
    let log = server.wait_for(|log| log.clean_ends + log.errors.len() > 0);
    assert_eq!((log.clean_ends, log.errors.len()), (1, 0), "{log:?}");
}

/// Passes bytes on in both directions, and changes the server's first record with data.
fn meddler(port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let (mut from, mut to) = (server, client);
        let mut head = [0; 5];
        while from.read_exact(&mut head).is_ok() {
            let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
            from.read_exact(&mut record).unwrap();
            if head[0] == 23 {
                *record.last_mut().unwrap() ^= 1;
            }
            if to.write_all(&[&head[..], &record].concat()).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
    own
}

#[test]
fn what_was_changed_on_its_way_is_a_tls_error_and_not_sent_again() {
    let folder = Folder::new("meddled");
    // In TLS 1.2 a data record is recognised by its type.
    let (server, ca_file) = server(&folder, |script| {
        script.versions = TLS_1_2;
    });
    let url = format!("https://localhost:{}", meddler(server.port));
    let error = trusting(url, &ca_file).models().send().unwrap_err();
    assert_tls(&error, &["localhost", "changed on its way"]);
    assert_eq!(server.log().requests.len(), 1);
}
