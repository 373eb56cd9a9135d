//! TLS: which servers a client trusts, its errors otherwise, and how sessions begin and end.

mod client_cert;
mod ending;
mod pinned;
mod refused;
mod session;
mod trust;
mod variables;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use neura::{Client, ClientBuilder, Error, ErrorKind};

use crate::tls_server::{Authority, Script, TlsServer};

/// Clearly fake, and long enough for a mask.
const FAKE_KEY: &str = "nk-fake-0123456789abcdef";

/// A folder for one test, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // With dots, because such a long name of letters, digits and hyphens would be masked as a
        // key.
        let name = format!("neura-tls.{test}.{}.{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn client(url: impl Into<String>) -> ClientBuilder {
    Client::builder().api_key(FAKE_KEY).base_url(url)
}

/// A client that trusts the authorities of this file.
fn trusting(url: impl Into<String>, ca_file: &Path) -> Client {
    client(url).ca_file(ca_file).build().unwrap()
}

/// A server, and the file of the authority that issued its certificate.
fn server(folder: &Folder, change: impl FnOnce(&mut Script)) -> (TlsServer, PathBuf) {
    let authority = Authority::new("Test Authority");
    let mut script = Script::new(authority.issue(|_| {}));
    change(&mut script);
    let file = folder.write("authority.pem", authority.pem());
    (TlsServer::new(script), file)
}

/// Checks that the error is a TLS error, was not retried, and has these parts.
#[track_caller]
fn assert_tls(error: &Error, parts: &[&str]) {
    let actual = (error.kind(), error.attempts(), error.retryable());
    assert_eq!(actual, (ErrorKind::Tls, 1, false), "{error}");
    for part in parts {
        assert!(error.message().contains(part), "{part:?} in {error}");
    }
}
