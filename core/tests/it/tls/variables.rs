//! design.md, Requests: the variables that name authorities, for each language; and folders.

use std::path::{Path, PathBuf};

use super::trust::{DIAGNOSED, asked_in, found};
use super::{Folder, server};
use crate::tls_server::Authority;

/// The variables of all languages.
const ALL: [&str; 4] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

#[test]
fn each_language_reads_the_variables_of_its_own_tools() {
    let folder = Folder::new("languages");
    let (server, ca_file) = server(&folder, |_| {});
    let reads: [(&str, &[&str]); 4] = [
        (
            "python",
            &["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
        ),
        ("c", &["SSL_CERT_FILE", "CURL_CA_BUNDLE"]),
        ("node", &["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]),
        ("rust", &["SSL_CERT_FILE"]),
    ];
    for (language, read) in reads {
        for variable in ALL {
            let answer = asked_in(language, &server.url(), &[(variable, &ca_file)]);
            let expected = match read.contains(&variable) {
                true => "reply {}",
                false => "tls ",
            };
            assert!(
                answer.starts_with(expected),
                "{language} {variable}: {answer}"
            );
        }
    }
}

#[test]
fn only_the_first_variable_that_is_set_counts() {
    let folder = Folder::new("first");
    let (server, ca_file) = server(&folder, |_| {});
    let other = folder.write("other.pem", Authority::new("Another").pem());
    let missing = folder.path("missing.pem");
    let order = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
    for (at, first) in order.iter().enumerate() {
        for second in &order[at + 1..] {
            let ask = |one: &Path, two: &Path| {
                asked_in("python", &server.url(), &[(first, one), (second, two)])
            };
            assert_eq!(ask(&ca_file, &missing), "reply {}", "{first} {second}");
            let answer = ask(&other, &ca_file);
            assert!(answer.starts_with("tls "), "{first} {second}: {answer}");
            assert!(answer.contains(first), "{first} {second}: {answer}");
            assert_eq!(
                ask(Path::new(" "), &ca_file),
                "reply {}",
                "{first} {second}"
            );
            let answer = ask(&missing, &ca_file);
            let named = ["config ", "missing.pem", first];
            assert!(named.iter().all(|part| answer.contains(part)), "{answer}");
        }
    }
}

#[test]
fn fault_99_quotation_marks_around_a_path_are_named() {
    let folder = Folder::new("quoted");
    let (server, ca_file) = server(&folder, |_| {});
    let ca_file = ca_file.to_str().unwrap();
    for (language, name) in [
        ("rust", "SSL_CERT_FILE"),
        ("python", "REQUESTS_CA_BUNDLE"),
        ("c", "CURL_CA_BUNDLE"),
        ("node", "NODE_EXTRA_CA_CERTS"),
        #[cfg(all(unix, not(target_vendor = "apple")))]
        ("rust", "SSL_CERT_DIR"),
    ] {
        for value in [
            format!("\"{ca_file}\""),
            format!(" '{ca_file}' "),
            format!("\"{ca_file}"),
            "\"\"".to_owned(),
        ] {
            let answer = asked_in(language, &server.url(), &[(name, Path::new(&value))]);
            let parts = ["config ", name, "quotation marks"];
            assert!(parts.iter().all(|part| answer.contains(part)), "{answer}");
        }
        if name != "SSL_CERT_DIR" {
            let value = format!("\u{feff}{ca_file}\u{200b}");
            let answer = asked_in(language, &server.url(), &[(name, Path::new(&value))]);
            assert_eq!(answer, "reply {}", "{name}");
        }
    }
    // A variable that is not used may hold anything.
    let quoted = Path::new("\"/etc/ca.pem\"");
    let env = [
        ("SSL_CERT_FILE", Path::new(ca_file)),
        ("REQUESTS_CA_BUNDLE", quoted),
        ("NODE_EXTRA_CA_CERTS", quoted),
    ];
    assert_eq!(asked_in("python", &server.url(), &env), "reply {}");
}

#[test]
fn node_adds_its_extra_authorities_to_those_that_count() {
    let folder = Folder::new("extra");
    let (server, ca_file) = server(&folder, |_| {});
    let other = folder.write("other.pem", Authority::new("Another").pem());
    let none = folder.path("none");
    std::fs::create_dir(&none).unwrap();
    let ask = |env: &[(&str, &PathBuf)]| {
        let env: Vec<_> = env
            .iter()
            .map(|(name, path)| (*name, path.as_path()))
            .collect();
        asked_in("node", &server.url(), &env)
    };
    let extra = ("NODE_EXTRA_CA_CERTS", &ca_file);
    // In addition to a file, also the caller's; to the system's; to the bundled ones.
    assert_eq!(ask(&[("SSL_CERT_FILE", &other), extra]), "reply {}");
    assert_eq!(
        ask(&[("NEURA_TEST_TLS_CA_FILE", &other), extra]),
        "reply {}"
    );
    assert_eq!(ask(&[extra]), "reply {}");
    assert_eq!(ask(&[("SSL_CERT_DIR", &none), extra]), "reply {}");
    let swapped = [("SSL_CERT_FILE", &ca_file), ("NODE_EXTRA_CA_CERTS", &other)];
    assert_eq!(ask(&swapped), "reply {}");
    let answer = ask(&[("NODE_EXTRA_CA_CERTS", &other)]);
    assert!(
        answer.starts_with("tls ") && answer.contains("NODE_EXTRA_CA_CERTS"),
        "{answer}"
    );
    let answer = ask(&[("NODE_EXTRA_CA_CERTS", &folder.path("missing.pem"))]);
    assert!(
        answer.starts_with("config ") && answer.contains("NODE_EXTRA_CA_CERTS"),
        "{answer}"
    );
}

#[test]
fn a_folder_of_pem_files_is_read() {
    let folder = Folder::new("folder");
    let (server, ca_file) = server(&folder, |_| {});
    let authorities = folder.path("authorities");
    std::fs::create_dir_all(authorities.join("below")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(authorities.join(name), text).unwrap();
    write("README", "no certificate");
    write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    write("another.pem", &Authority::new("Another").pem());
    write(
        "private.key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    let ask = |name| asked_in("c", &server.url(), &[(name, &authorities)]);
    assert!(ask("SSL_CERT_FILE").starts_with("tls "));
    std::fs::copy(&ca_file, authorities.join("below/authority.pem")).unwrap();
    assert!(
        ask("SSL_CERT_FILE").starts_with("tls "),
        "folders below are not read"
    );
    #[cfg(unix)]
    {
        // As Kubernetes mounts it: a link to a file in a folder that is a link.
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, authorities.join(name)).unwrap();
        };
        link("below", "..data");
        link("..data/authority.pem", "ca.crt");
        link("nowhere", "broken.pem");
        let fifo = std::process::Command::new("mkfifo")
            .arg(authorities.join("fifo"))
            .status();
        assert!(fifo.unwrap().success());
    }
    #[cfg(not(unix))]
    std::fs::copy(&ca_file, authorities.join("ca.crt")).unwrap();
    for name in ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "NEURA_TEST_TLS_CA_FILE"] {
        assert_eq!(ask(name), "reply {}", "{name}");
    }
}

#[test]
fn diagnose_shows_which_variable_counts() {
    let folder = Folder::new("which");
    let (server, ca_file) = server(&folder, |_| {});
    let other = folder.write("other.pem", Authority::new("Another").pem());
    let report = |language, url: &str, env: &[(&str, &Path)]| {
        let answer = asked_in(
            language,
            url,
            &[env, &[(DIAGNOSED, Path::new("1"))]].concat(),
        );
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    let env = [
        ("REQUESTS_CA_BUNDLE", ca_file.as_path()),
        ("CURL_CA_BUNDLE", &other),
    ];
    let text = found(&report("python", &server.url(), &env), "ok");
    for part in [
        &format!("{} that REQUESTS_CA_BUNDLE names", ca_file.display()),
        "CURL_CA_BUNDLE is set, but REQUESTS_CA_BUNDLE takes precedence",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let text = found(&report("rust", &server.url(), &env), "failed");
    for part in [
        "system's authorities",
        "REQUESTS_CA_BUNDLE is set, but not read here",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let env = [
        ("SSL_CERT_FILE", other.as_path()),
        ("NODE_EXTRA_CA_CERTS", &ca_file),
    ];
    let text = found(&report("node", "https://localhost:9", &env), "skipped");
    for part in ["that SSL_CERT_FILE names", "that NODE_EXTRA_CA_CERTS names"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}
