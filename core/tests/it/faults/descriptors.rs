//! 103: a process without free descriptors.

use std::fs::File;
use std::net::TcpListener;
use std::time::Duration;

use neura::{Client, EnvFile, Error, ErrorKind, Options};
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::json;

use super::assert_shows_no_key;
use crate::common::Server;
use crate::common::self_signed::self_signed;
use crate::isolated::{isolated, isolated_with};
use crate::wire;

/// Sets the descriptor limit of this process.
const LIMIT: u64 = 64;
const WORDS: &str = "this process has no file descriptors left";

/// Takes every free descriptor of the process except `left`.
fn all_but(left: usize) -> Vec<File> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = Some(LIMIT);
    setrlimit(Resource::Nofile, limit).unwrap();
    let mut held: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(held.len() > left);
    held.truncate(held.len() - left);
    held
}

fn assert_says_so(error: &Error, kind: ErrorKind) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(WORDS), "{error}");
    assert!(error.message().contains("ulimit -n"), "{error}");
    for other in ["network", "base URL", "Fix it"] {
        assert!(!error.message().contains(other), "{error}");
    }
    assert_shows_no_key(error);
}

#[test]
fn fault_103_no_descriptor_for_a_connection() {
    let name = "faults::descriptors::fault_103_no_descriptor_for_a_connection";
    isolated(name, || {
        // Another process, which has its own descriptors.
        let server = Server::replies(json!([200]));
        let by_name = server.base_url().replace("127.0.0.1", "localhost");
        let proxy = server.base_url().replace("http://", "socks5h://");
        let through = server.client().proxy(proxy.trim_end_matches("/v1"));
        let clients = [server.client(), server.client().base_url(by_name)];
        let clients = clients.map(|client| client.max_retries(0).build().unwrap());
        let through = through.max_retries(0).build().unwrap();
        let held = all_but(0);
        for client in &clients {
            let error = client.get("/models").send().unwrap_err();
            assert_says_so(&error, ErrorKind::Connection);
            assert!(error.retryable() && error.unsent());
        }
        let error = through.get("/models").send().unwrap_err();
        assert!(error.message().contains(WORDS), "{error}");
        drop(held);
        for client in &clients {
            assert!(client.get("/models").send().unwrap().ok());
        }
    });
}

#[test]
fn fault_103_no_descriptor_for_the_systems_authorities() {
    let name = "faults::descriptors::fault_103_no_descriptor_for_the_systems_authorities";
    let folder = std::env::temp_dir().join(format!("neura-authorities-{}", std::process::id()));
    let variables = || {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("own.pem"), self_signed(&["localhost"]).1).unwrap();
        vec![
            ("SSL_CERT_FILE", "".into()),
            ("SSL_CERT_DIR", folder.clone().into()),
        ]
    };
    isolated_with(name, variables, || {
        // One is for the connection, one more for the folder.
        for left in [1, 2] {
            // The connections are never accepted, which would take a descriptor.
            let server = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("https://{}/v1", server.local_addr().unwrap());
            let client = wire::client(url).timeout(Duration::from_secs(1));
            let client = client.build().unwrap();
            let held = all_but(left);
            let error = client.get("/models").send().unwrap_err();
            assert_says_so(&error, ErrorKind::Connection);
            drop(held);
            // Descriptors are checked again: now the server's silence is the cause.
            let error = client.get("/models").send().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        }
    });
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn fault_103_no_descriptor_for_a_file() {
    let name = "faults::descriptors::fault_103_no_descriptor_for_a_file";
    isolated(name, || {
        let file = std::env::temp_dir().join(format!("neura-descriptors-{}", std::process::id()));
        std::fs::write(&file, "NEURA_API_KEY=nk-fake-0123456789abcdef\n").unwrap();
        let held = all_but(0);
        let mut options = Options::new();
        options.set_env_file(EnvFile::Path(file.clone()));
        let error = Client::new(options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.message().contains(WORDS), "{error}");
        assert!(!error.message().contains("another file"), "{error}");
        for path in [file.clone(), std::env::temp_dir()] {
            let mut options = Options::new();
            options.set_api_key(wire::KEY);
            options.set_base_url("https://gw.example/v1");
            options.set_ca_file(path);
            let error = Client::new(options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.message().contains(WORDS), "{error}");
            assert!(!error.message().contains("PEM file"), "{error}");
        }
        drop(held);
        std::fs::remove_file(&file).unwrap();
    });
}
