//! Client certificates: TLS 1.2 checks them within the handshake, 1.3 after it.

use std::path::{Path, PathBuf};

use neura::{Client, ErrorKind};
use rcgen::KeyPair;

use super::{FAKE_KEY, Folder, assert_tls, client};
use crate::tls_server::{Authority, Identity, Script, TLS_1_2, TLS_1_3, Then, TlsServer, Versions};

/// A server that requires a certificate from `clients`, and the file of its own authority.
fn asking(folder: &Folder, clients: &Authority, versions: Versions) -> (TlsServer, PathBuf) {
    super::server(folder, |script: &mut Script| {
        script.clients = Some(clients.pem());
        script.versions = versions;
    })
}

fn identity(folder: &Folder, authority: &Authority) -> (Identity, PathBuf, PathBuf) {
    let identity = authority.issue(|_| {});
    let certificate = folder.write("client.pem", &identity.pem);
    let key = folder.write("client.key", identity.key.serialize_pem());
    (identity, certificate, key)
}

#[test]
fn a_client_certificate_is_shown_to_a_server_that_asks() {
    for versions in [TLS_1_2, TLS_1_3] {
        let folder = Folder::new("client-cert");
        let authority = Authority::new("Client Authority");
        let (server, ca_file) = asking(&folder, &authority, versions);
        let (identity, certificate, key) = identity(&folder, &authority);
        let with = |certificate: &Path, key: Option<&Path>| {
            let mut builder = client(server.url())
                .ca_file(&ca_file)
                .client_cert(certificate);
            if let Some(key) = key {
                builder = builder.client_key(key);
            }
            builder
                .build()
                .unwrap()
                .get("/models")
                .send()
                .unwrap()
                .text()
                .into_owned()
        };
        assert_eq!(with(&certificate, Some(&key)), "{}");
        let pkcs8 = identity.key.serialize_pem();
        let both = folder.write("both.pem", format!("{pkcs8}{}", identity.pem));
        assert_eq!(with(&both, None), "{}");
        let sec1 = folder.write("sec1.key", sec1(&identity.key));
        assert_eq!(with(&certificate, Some(&sec1)), "{}");
        let log = server.log();
        assert_eq!((log.client_certificates, log.requests.len()), (3, 3));
    }
}

/// The key in the older form of elliptic curve keys, which is part of the newer form.
fn sec1(key: &KeyPair) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let pkcs8 = key.serialize_der();
    let at = pkcs8
        .windows(4)
        .position(|four| four == [0x04, 0x6d, 0x30, 0x6b]);
    let sec1 = &pkcs8[at.unwrap() + 2..][..0x6d];
    let mut text = String::new();
    for three in sec1.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for digit in 0..=three.len() {
            text.push(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63].into());
        }
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    format!("-----BEGIN EC PRIVATE KEY-----\n{text}\n-----END EC PRIVATE KEY-----\n")
}

#[test]
fn a_server_that_asks_in_vain_is_a_tls_error_that_names_the_option() {
    for versions in [TLS_1_2, TLS_1_3] {
        let folder = Folder::new("asked-in-vain");
        let (server, ca_file) = asking(&folder, &Authority::new("Client Authority"), versions);
        let client = client(server.url()).ca_file(&ca_file).build().unwrap();
        assert_tls(
            &client.models().send().unwrap_err(),
            &["asks for a client certificate", "client_cert", "client_key"],
        );
        assert!(server.log().requests.is_empty());
    }
}

#[test]
fn a_server_that_asked_in_vain_and_closed_is_mentioned_as_a_hint() {
    let folder = Folder::new("asked-and-gone");
    let (server, ca_file) = super::server(&folder, |script| {
        script.clients = Some(Authority::new("Client Authority").pem());
        script.lenient = true;
        script.reply = Vec::new();
        script.then = Then::Cut;
    });
    let client = client(server.url()).ca_file(&ca_file).max_retries(0);
    let error = client.build().unwrap().models().send().unwrap_err();
    // It may have closed for any reason, so it is not a TLS error.
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    let hint = "asked for a client certificate before, and none is set (client_cert)";
    assert!(error.message().contains(hint), "{error}");
}

#[test]
fn a_client_certificate_that_the_server_does_not_know_is_reported() {
    for versions in [TLS_1_2, TLS_1_3] {
        let folder = Folder::new("unknown-client");
        let (server, ca_file) = asking(&folder, &Authority::new("Client Authority"), versions);
        let (_, certificate, key) = identity(&folder, &Authority::new("Another"));
        let client = client(server.url())
            .ca_file(&ca_file)
            .client_cert(certificate)
            .client_key(key);
        assert_tls(
            &client.build().unwrap().models().send().unwrap_err(),
            &["refused the certificate of client_cert"],
        );
        assert!(server.log().requests.is_empty());
    }
}

#[test]
fn a_client_certificate_that_cannot_serve_is_a_config_error_that_names_it() {
    let folder = Folder::new("bad-client-cert");
    let authority = Authority::new("Client Authority");
    let (identity, certificate, key) = identity(&folder, &authority);
    let other = folder.write("other.key", KeyPair::generate().unwrap().serialize_pem());
    let text = folder.write("text.pem", "nothing of use");
    let binary = folder.write("binary.key", identity.key.serialize_der());
    let dsa = "-----BEGIN PRIVATE KEY-----\nMAUCAQAwAA==\n-----END PRIVATE KEY-----\n";
    let strange = folder.write("strange.key", dsa);
    let encrypted = |name: &str, begin: &str| {
        let pem = format!("-----BEGIN {begin}\nMAUCAQAwAA==\n-----END X-----\n");
        folder.write(name, pem)
    };
    let new = encrypted("new.key", "ENCRYPTED PRIVATE KEY-----");
    let old = encrypted("old.key", "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n");
    let empty = folder.write("empty.pem", "");
    let missing = folder.path("missing.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let broken = folder.write("broken.pem", broken);

    for (certificate, key, named, part) in [
        (&missing, Some(&key), &missing, "is not there"),
        (&empty, Some(&key), &empty, "is empty"),
        (&text, Some(&key), &text, "holds no certificate"),
        (&key, Some(&key), &key, "holds no certificate"),
        (&broken, Some(&key), &broken, "cannot be read"),
        (&folder.0, Some(&key), &folder.0, "not a regular file"),
        (&certificate, None, &certificate, "client_key"),
        (&certificate, Some(&missing), &missing, "is not there"),
        (&certificate, Some(&empty), &empty, "is empty"),
        (&certificate, Some(&text), &text, "holds no private key"),
        (&certificate, Some(&binary), &binary, "is binary"),
        (&certificate, Some(&strange), &strange, "P-256"),
        (&certificate, Some(&new), &new, "openssl pkey"),
        (&certificate, Some(&old), &old, "openssl pkey"),
        (
            &certificate,
            Some(&other),
            &other,
            "does not belong to the first certificate",
        ),
    ] {
        let mut builder = Client::builder().api_key(FAKE_KEY).client_cert(certificate);
        if let Some(key) = key {
            builder = builder.client_key(key);
        }
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        for part in [&named.display().to_string(), part] {
            assert!(error.message().contains(part), "{part:?} in {error}");
        }
    }

    let key_only = Client::builder().api_key(FAKE_KEY).client_key(&key).build();
    let error = key_only.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("client_cert"), "{error}");
}

#[test]
fn nothing_of_a_clients_key_is_shown() {
    let folder = Folder::new("hidden-key");
    let (identity, certificate, key) = identity(&folder, &Authority::new("Client Authority"));
    let builder = client("https://localhost:9")
        .client_cert(certificate)
        .client_key(key);
    let texts = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    for line in identity
        .key
        .serialize_pem()
        .lines()
        .skip(1)
        .filter(|line| line.len() > 8)
    {
        assert!(!texts.contains(line), "{texts}");
    }
}
