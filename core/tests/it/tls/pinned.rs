//! faults.md 102: a server's certificate that is itself in the file of authorities.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, date_time_ymd};

use super::trust::asked;
use super::{Folder, assert_tls, trusting};
use crate::tls_server::{Authority, Identity, Script, TLS_1_2, TLS_1_3, TlsServer};

/// As `openssl req -x509 -addext subjectAltName=DNS:localhost,IP:127.0.0.1` makes it: self-signed,
/// and an authority's.
fn signed_by_itself(change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    Identity {
        pem: params.self_signed(&key).unwrap().pem(),
        key,
    }
}

#[test]
fn fault_102_a_certificate_in_the_ca_file_is_trusted() {
    let folder = Folder::new("pinned");
    for versions in [TLS_1_2, TLS_1_3] {
        let mut script = Script::new(signed_by_itself(|_| {}));
        script.versions = versions;
        let file = folder.write("own.pem", &script.identity.pem);
        let among = format!("{}{}", Authority::new("Another").pem(), script.identity.pem);
        let among = folder.write("among.pem", among);
        let server = TlsServer::new(script);
        for url in [server.url(), format!("https://127.0.0.1:{}", server.port)] {
            for file in [&file, &among] {
                assert_eq!(
                    trusting(&url, file).get("/models").send().unwrap().text(),
                    "{}"
                );
            }
        }
        let answer = asked(&server.url(), &[("SSL_CERT_FILE", &file)]);
        assert_eq!(answer, "reply {}");
    }
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        // Among the system's authorities, where administrators add it.
        let identity = signed_by_itself(|_| {});
        std::fs::create_dir(folder.path("system")).unwrap();
        folder.write("system/own.pem", &identity.pem);
        let server = TlsServer::new(Script::new(identity));
        let answer = asked(&server.url(), &[("SSL_CERT_DIR", &folder.path("system"))]);
        assert_eq!(answer, "reply {}");
    }
}

#[test]
fn fault_102_one_that_an_unknown_authority_issued_is_trusted_by_itself() {
    let folder = Folder::new("pinned-leaf");
    let identity = Authority::new("Unknown").issue(|_| {});
    let file = folder.write("own.pem", &identity.pem);
    let server = TlsServer::new(Script::new(identity));
    assert_eq!(
        trusting(server.url(), &file)
            .get("/models")
            .send()
            .unwrap()
            .text(),
        "{}"
    );
}

#[test]
fn fault_102_its_names_and_dates_are_checked() {
    let folder = Folder::new("pinned-checks");
    let refused = |identity: Identity, parts: &[&str]| {
        let file = folder.write("own.pem", &identity.pem);
        let server = TlsServer::new(Script::new(identity));
        let error = trusting(server.url(), &file).models().send().unwrap_err();
        assert_tls(&error, parts);
        assert!(server.log().requests.is_empty());
    };
    let ended = signed_by_itself(|params| params.not_after = date_time_ymd(2001, 2, 3));
    refused(ended, &["expired on 2001-02-03"]);
    let early = signed_by_itself(|params| params.not_before = date_time_ymd(4000, 5, 6));
    refused(early, &["valid only from 4000-05-06"]);
    let other = signed_by_itself(|params| {
        params.subject_alt_names = CertificateParams::new(["other.example".to_owned()])
            .unwrap()
            .subject_alt_names;
    });
    refused(other, &["for other.example", "localhost"]);
    let nameless = signed_by_itself(|params| params.subject_alt_names.clear());
    refused(nameless, &["no subjectAltName"]);
}

#[test]
fn fault_102_a_server_without_the_certificates_key_is_refused() {
    let folder = Folder::new("pinned-impostor");
    for versions in [TLS_1_2, TLS_1_3] {
        let mut script = Script::new(signed_by_itself(|_| {}));
        script.versions = versions;
        script.identity.key = KeyPair::generate().unwrap();
        let file = folder.write("own.pem", &script.identity.pem);
        let server = TlsServer::new(script);
        let error = trusting(server.url(), &file).models().send().unwrap_err();
        assert_tls(&error, &["signature"]);
        assert!(server.log().requests.is_empty());
    }
}

#[test]
fn fault_102_one_that_is_not_in_the_file_is_refused_with_that_advice() {
    let folder = Folder::new("pinned-other");
    // The same names and the same issuer, but not the same certificate.
    let file = folder.write("own.pem", &signed_by_itself(|_| {}).pem);
    let server = TlsServer::new(Script::new(signed_by_itself(|_| {})));
    let error = trusting(server.url(), &file).models().send().unwrap_err();
    assert_tls(&error, &["self-signed", "ca_file"]);
}
