//! faults.md 48: the sources of the authorities that a client trusts.

use std::path::Path;
use std::process::Command;

use neura::bindings::{Language, set_language};
use neura::{Client, ErrorKind, Options, diagnose};

use super::{FAKE_KEY, Folder, assert_tls, client, server, trusting};
use crate::tls_server::Authority;

#[test]
fn fault_48_a_ca_file_is_trusted_in_place_of_the_systems() {
    let folder = Folder::new("ca-file");
    let (server, ca_file) = server(&folder, |_| {});
    assert_eq!(
        trusting(server.url(), &ca_file)
            .get("/models")
            .send()
            .unwrap()
            .text(),
        "{}"
    );
    let by_address = trusting(format!("https://127.0.0.1:{}", server.port), &ca_file);
    assert_eq!(by_address.get("/models").send().unwrap().text(), "{}");
    let error = client(server.url())
        .build()
        .unwrap()
        .models()
        .send()
        .unwrap_err();
    assert_tls(&error, &["CN=Test Authority"]);

    // One of two certificates, with a comment between them and a byte order mark at the start, as
    // editors write it.
    let many = format!(
        "\u{feff}{}\n# the one that counts\n{}",
        Authority::new("Another").pem(),
        std::fs::read_to_string(&ca_file).unwrap()
    );
    let many = folder.write("many.pem", many.replace('\n', "\r\n"));
    assert_eq!(
        trusting(server.url(), &many)
            .get("/models")
            .send()
            .unwrap()
            .text(),
        "{}"
    );
}

/// PEM, but no certificate.
const BAD: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

#[test]
fn one_bad_certificate_spoils_no_ca_file_and_is_reported() {
    let folder = Folder::new("one-bad");
    let (server, ca_file) = server(&folder, |_| {});
    let good = std::fs::read_to_string(ca_file).unwrap();
    let odd = folder.write("odd.pem", format!("{BAD}{good}"));
    assert_eq!(
        trusting(server.url(), &odd)
            .get("/models")
            .send()
            .unwrap()
            .text(),
        "{}"
    );
    let another = format!("{BAD}{BAD}{}", Authority::new("Another").pem());
    let another = folder.write("another.pem", another);
    let error = trusting(server.url(), &another)
        .models()
        .send()
        .unwrap_err();
    assert_tls(&error, &["where 2 certificates cannot be read"]);
}

/// Unusable files, each with a part of its error.
fn bad_files(folder: &Folder) -> Vec<(std::path::PathBuf, &'static str)> {
    let pem = Authority::new("Test Authority").pem();
    let cut = pem.split("-----END").next().unwrap().to_owned();
    let garbled = pem.replacen("MII", "M!!", 1);
    std::fs::create_dir_all(folder.path("folder")).unwrap();
    let mut files = vec![
        (folder.path("missing.pem"), "is not there"),
        (folder.path("folder"), "a folder without a PEM file"),
        (folder.write("empty.pem", ""), "is empty"),
        (folder.write("blank.pem", " \n\n"), "is empty"),
        (folder.write("text.pem", "no certificate"), "is not PEM"),
        (folder.write("binary.pem", b"\x30\x82\x01\x02"), "is binary"),
        (folder.write("cut.pem", cut), "breaks off"),
        (folder.write("garbled.pem", garbled), "not base64"),
        (
            folder.write("wrong.pem", format!("{BAD}{BAD}")),
            "no certificate in it can be read",
        ),
        (
            folder.write("large.pem", vec![b'#'; (8 << 20) + 1]),
            "is larger than 8192 KiB",
        ),
    ];
    if cfg!(unix) {
        let fifo = folder.path("fifo.pem");
        let made = Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        files.push((fifo, "not a regular file"));
    }
    files
}

#[test]
fn fault_48_a_ca_file_that_cannot_serve_is_a_config_error_that_names_it() {
    let folder = Folder::new("bad-ca-file");
    for (path, part) in bad_files(&folder) {
        let error = Client::builder().api_key(FAKE_KEY).ca_file(&path).build();
        let error = error.unwrap_err();
        let actual = (error.kind(), error.attempts());
        assert_eq!(actual, (ErrorKind::Config, 0), "{error}");
        let named = format!("the ca_file {}", path.display());
        for part in [&named, part] {
            assert!(error.message().contains(part), "{part:?} in {error}");
        }
    }
}

const URL: &str = "NEURA_TEST_TLS_URL";
const CA_FILE: &str = "NEURA_TEST_TLS_CA_FILE";
const LANGUAGE: &str = "NEURA_TEST_TLS_LANGUAGE";
/// Set if a report is requested.
pub const DIAGNOSED: &str = "NEURA_TEST_TLS_DIAGNOSED";
const ANSWER: &str = "the answer: ";

/// The answer of a client of this language in its own process.
pub fn asked_in(language: &'static str, url: &str, env: &[(&str, &Path)]) -> String {
    let language = [(LANGUAGE, Path::new(language))];
    asked(url, &[env, &language[..]].concat())
}

/// The answer of a client in its own process, with only this environment.
pub fn asked(url: &str, env: &[(&str, &Path)]) -> String {
    let done = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tls::trust::answers_in_its_own_process",
            "--nocapture",
        ])
        .env_clear()
        // Windows opens no socket without it.
        .envs(std::env::var_os("SYSTEMROOT").map(|root| ("SYSTEMROOT", root)))
        .env(URL, url)
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    let answer = out
        .lines()
        .find_map(|line| Some(line.split_once(ANSWER)?.1));
    answer
        .unwrap_or_else(|| panic!("{out} {done:?}"))
        .to_owned()
}

/// In the child process: makes one call and prints the result. Otherwise starts that child.
#[test]
fn answers_in_its_own_process() {
    let Ok(url) = std::env::var(URL) else {
        let folder = Folder::new("own-process");
        let (server, ca_file) = server(&folder, |_| {});
        let answer = asked(&server.url(), &[(CA_FILE, &ca_file)]);
        assert_eq!(answer, "reply {}");
        return;
    };
    let mut options = Options::new();
    options.set_api_key(FAKE_KEY);
    options.set_base_url(url);
    if let Some(path) = std::env::var_os(CA_FILE) {
        options.set_ca_file(path);
    }
    if let Ok(language) = std::env::var(LANGUAGE) {
        let languages = [
            Language::Rust,
            Language::Python,
            Language::Node,
            Language::C,
        ];
        let named = |it: &Language| format!("{it:?}").to_lowercase() == language;
        set_language(languages.into_iter().find(named).unwrap());
    }
    if std::env::var_os(DIAGNOSED).is_some() {
        println!("\n{ANSWER}{}", diagnose(&options).to_json());
        return;
    }
    let client = Client::new(options);
    // Changes after the client was made have no effect.
    for name in [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    ] {
        // SAFETY: this process runs one test, so no other thread reads the environment.
        unsafe { std::env::set_var(name, "/changed/since") };
    }
    match client.and_then(|client| client.get("/models").send()) {
        Ok(reply) => println!("\n{ANSWER}reply {}", reply.text()),
        Err(error) => println!("\n{ANSWER}{} {error}", error.kind().name()),
    }
}

#[test]
fn fault_48_the_file_that_ssl_cert_file_names_counts_as_a_ca_file() {
    let folder = Folder::new("ssl-cert-file");
    let (server, ca_file) = server(&folder, |_| {});
    let url = server.url();
    assert_eq!(asked(&url, &[("SSL_CERT_FILE", &ca_file)]), "reply {}");

    // The option takes precedence, and the variable is not read.
    let missing = folder.path("missing.pem");
    let both = [("SSL_CERT_FILE", missing.as_path()), (CA_FILE, &ca_file)];
    assert_eq!(asked(&url, &both), "reply {}");
    let another = folder.write("another.pem", Authority::new("Another").pem());
    let both = [("SSL_CERT_FILE", ca_file.as_path()), (CA_FILE, &another)];
    assert!(asked(&url, &both).starts_with("tls "));

    // Blank counts as unset: the system's authorities are used, or the bundled ones.
    for blank in ["", " "] {
        let answer = asked(&url, &[("SSL_CERT_FILE", Path::new(blank))]);
        assert!(answer.starts_with("tls "), "{answer}");
        assert!(answer.contains(" is not among the "), "{answer}");
    }
}

#[test]
fn fault_48_a_file_of_ssl_cert_file_that_cannot_serve_names_the_variable() {
    let folder = Folder::new("bad-ssl-cert-file");
    for (path, part) in bad_files(&folder) {
        let answer = asked("https://localhost:9", &[("SSL_CERT_FILE", &path)]);
        let path = path.display().to_string();
        for part in ["config ", &path, "SSL_CERT_FILE", part] {
            assert!(answer.contains(part), "{part:?} in {answer}");
        }
    }
}

#[test]
fn a_connection_without_tls_does_not_mind_ssl_cert_file() {
    let missing = Path::new("/no/such/file.pem");
    let answer = asked("http://127.0.0.1:9", &[("SSL_CERT_FILE", missing)]);
    assert!(answer.starts_with("connection "), "{answer}");
}

#[test]
#[cfg(all(unix, not(target_vendor = "apple")))]
fn a_system_without_authorities_leaves_the_bundled_ones() {
    let folder = Folder::new("no-roots");
    let (server, ca_file) = server(&folder, |_| {});
    std::fs::create_dir(folder.path("none")).unwrap();
    std::fs::create_dir(folder.path("some")).unwrap();
    std::fs::copy(&ca_file, folder.path("some/authority.pem")).unwrap();
    std::fs::write(folder.path("some/other.txt"), "no certificate").unwrap();

    let answer = asked(&server.url(), &[("SSL_CERT_DIR", &folder.path("none"))]);
    assert!(answer.starts_with("tls "), "{answer}");
    assert!(
        answer.contains("authorities that come with this library"),
        "{answer}"
    );
    // If the system has authorities, only those are used.
    let answer = asked(&server.url(), &[("SSL_CERT_DIR", &folder.path("some"))]);
    assert_eq!(answer, "reply {}");
}

#[test]
fn diagnose_shows_the_issuer_and_the_end_of_a_certificate() {
    let folder = Folder::new("diagnose");
    let (server, ca_file) = server(&folder, |_| {});
    let mut options = Options::new();
    options.set_api_key(FAKE_KEY);
    options.set_base_url(server.url());
    options.set_ca_file(&ca_file);
    let report = diagnose(&options).to_json();
    let text = found(&report, "ok");
    for part in ["TLS 1.3", "CN=Test Authority", "01 Jan 4096"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }

    options.set_ca_file(folder.write("another.pem", Authority::new("Another").pem()));
    let report = diagnose(&options).to_json();
    assert_eq!(report["verdict"], "tls", "{report}");
    assert!(found(&report, "failed").contains("CN=Test Authority"));
}

/// The text of the report's TLS check, which must have this status.
pub fn found(report: &serde_json::Value, status: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["code"] == "tls").unwrap();
    assert_eq!(check["status"], status, "{report}");
    check["found"].as_str().unwrap().to_owned()
}
