//! faults.md 47: certificates that are refused, and their errors.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use neura::ErrorKind;
use rcgen::{CertificateParams, DnType, IsCa, KeyPair, date_time_ymd};
use time::OffsetDateTime;

use super::{Folder, assert_tls, client, trusting};
use crate::tls_server::{Authority, Identity, Script, TlsServer};

/// The error of a client that trusts `authority`, with nothing of the request sent.
#[track_caller]
fn refused(identity: Identity, authority: &Authority, parts: &[&str]) -> String {
    let folder = Folder::new("refused");
    let server = TlsServer::new(Script::new(identity));
    let client = trusting(server.url(), &folder.write("ca.pem", authority.pem()));
    let error = client.models().send().unwrap_err();
    assert_tls(&error, parts);
    let log = server.wait_for(|log| log.errors.len() + log.clean_ends == 1);
    assert!(log.requests.is_empty(), "{log:?}");
    error.message().to_owned()
}

#[test]
fn fault_47_a_certificate_out_of_date_shows_the_day() {
    let authority = Authority::new("Test Authority");
    let today = OffsetDateTime::now_utc().date().to_string();
    let expired = authority.issue(|params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 3, 1);
    });
    refused(
        expired,
        &authority,
        &["expired on 2021-03-01", &today, "clock"],
    );
    let early = authority.issue(|params| params.not_before = date_time_ymd(4000, 5, 6));
    refused(
        early,
        &authority,
        &["valid only from 4000-05-06 on", &today, "clock"],
    );
}

#[test]
fn fault_47_the_certificate_of_another_host_shows_its_hosts() {
    let authority = Authority::new("Test Authority");
    let named = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        authority.issue(|params| {
            params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
        })
    };
    let few = named(&["a.example", "*.b.example", "10.1.2.3", "fe80::7"]);
    let parts = "for a.example, *.b.example, 10.1.2.3, fe80::7, and not for localhost";
    refused(few, &authority, &[parts, "base URL"]);
    let many = [
        "1.example",
        "2.example",
        "3.example",
        "4.example",
        "5.example",
        "6.example",
        "7.example",
    ];
    let text = refused(named(&many), &authority, &["5.example and 2 more"]);
    assert!(!text.contains("6.example"), "{text}");
    refused(named(&[]), &authority, &["not for any host"]);
}

#[test]
fn fault_47_an_unknown_issuer_is_named() {
    let known = Authority::new("Known Authority");
    let root = Authority::new("Corporate Root");
    refused(
        root.issue(|_| {}),
        &known,
        &[
            "was issued by",
            "CN=Corporate Root",
            "which is not in the ca_file ",
            "SSL_CERT_FILE",
        ],
    );

    // With the intermediate certificate, the root is named, too.
    let between = root.vouch_for("Corporate Middle");
    let mut whole = between.issue(|_| {});
    whole.pem.push_str(&between.pem());
    refused(
        whole,
        &known,
        &["CN=Corporate Middle", "whose root is CN=Corporate Root"],
    );
    // A server that does not send it is refused, though its authority is trusted.
    let parts = [
        "CN=Corporate Middle",
        "left out an intermediate certificate",
    ];
    refused(between.issue(|_| {}), &root, &parts);
}

#[test]
fn fault_47_a_self_signed_certificate_is_reported_as_such() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let identity = Identity {
        pem: made.cert.pem(),
        key: made.signing_key,
    };
    let parts = ["self-signed (CN=rcgen self signed cert)", "ca_file"];
    refused(identity, &Authority::new("Known Authority"), &parts);
}

#[test]
fn fault_47_an_authoritys_own_certificate_stands_for_no_server() {
    let authority = Authority::new("Test Authority");
    let identity = authority.issue(|params| {
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    refused(
        identity,
        &authority,
        &["belongs to an authority", "CA:FALSE"],
    );
}

#[test]
fn fault_47_a_certificate_for_another_purpose_is_reported() {
    let authority = Authority::new("Test Authority");
    let identity = authority.issue(|params| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::EmailProtection];
    });
    refused(identity, &authority, &["not meant for a server"]);
}

#[test]
fn fault_47_an_impostor_with_a_known_name_is_refused() {
    let impostor = Authority::new("Test Authority").issue(|_| {});
    let folder = Folder::new("impostor");
    let server = TlsServer::new(Script::new(impostor));
    let known = Authority::new("Test Authority");
    let client = trusting(server.url(), &folder.write("ca.pem", known.pem()));
    assert_tls(&client.models().send().unwrap_err(), &[]);
}

#[test]
fn fault_47_what_a_certificate_says_cannot_fake_a_message() {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let name = format!(
        "x\r\nneura: all is well\u{202e}\u{1b}[2J{}",
        "y".repeat(1_000)
    );
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    let text = refused(
        Identity { pem, key },
        &Authority::new("Known Authority"),
        &["self-signed"],
    );
    let fakes = |letter: char| letter.is_control() || letter == '\u{202e}';
    assert!(!text.contains(fakes), "{text:?}");
    assert!(text.len() < 1_000, "{text}");
}

/// A listener that answers the first bytes it receives with these. Returns its port, and a thread
/// that returns the received bytes.
fn answering(answer: &'static [u8]) -> (u16, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut got = vec![0; 16 * 1024];
        let bytes = stream.read(&mut got).unwrap();
        got.truncate(bytes);
        stream.write_all(answer).unwrap();
        let _ = stream.read_to_end(&mut got);
        got
    });
    (port, thread)
}

#[test]
fn fault_47_what_is_not_tls_gets_no_request() {
    let alert = |description: u8| -> &'static [u8] {
        // A record of TLS 1.2 with a fatal alert.
        Vec::leak(vec![21, 3, 3, 0, 2, 2, description])
    };
    for (answer, part) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "plain http"),
        (b"220 mail.example ESMTP\r\n", "not TLS"),
        (alert(70), "neither TLS 1.2 nor 1.3"),
        (alert(112), "no host of that name"),
        (alert(40), "no safe cipher"),
        (alert(80), "internal error"),
    ] {
        let (port, server) = answering(answer);
        let client = client(format!("https://localhost:{port}")).build().unwrap();
        let error = client.models().send().unwrap_err();
        assert_tls(&error, &["localhost", part]);
        let sent = String::from_utf8_lossy(&server.join().unwrap()).into_owned();
        assert!(
            !sent.contains("models") && !sent.contains("nk-fake"),
            "{sent}"
        );
    }
}

#[test]
fn a_server_that_goes_away_in_the_handshake_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let client = client(format!("https://localhost:{port}")).max_retries(1);
    let error = client.build().unwrap().models().send().unwrap_err();
    let actual = (error.kind(), error.attempts());
    assert_eq!(actual, (ErrorKind::Connection, 2), "{error}");
    assert!(error.message().contains("TLS handshake"), "{error}");
}

#[test]
fn a_handshake_that_stalls_ends_in_a_timeout_within_the_connect_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = client(format!("https://localhost:{port}"))
        .connect_timeout(Duration::from_millis(300))
        .max_retries(1)
        .build()
        .unwrap();
    let started = std::time::Instant::now();
    let error = client.models().send().unwrap_err();
    // Nothing of the request was sent, so it was retried.
    let actual = (error.kind(), error.attempts());
    assert_eq!(actual, (ErrorKind::Timeout, 2), "{error}");
    assert!(error.message().contains("connect_timeout"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
    drop(listener);
}
