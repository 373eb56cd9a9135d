//! Servers that stand for the host of a URL, and what they were asked.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::{fs, thread};

use rcgen::CertificateParams;
use serde_json::json;

use super::cases::Case;
use super::runner::{Checked, Runner};
use crate::servers::Server;
use crate::tls_server::{Authority, Script, TlsServer};

/// The authority of all servers, and the file with its certificate.
static AUTHORITY: LazyLock<(Authority, PathBuf)> = LazyLock::new(|| {
    let authority = Authority::new("the test's own");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance.pem");
    fs::write(&file, authority.pem()).expect("the build folder can be written");
    (authority, file)
});

/// The parts of a URL of a case.
struct Url<'a> {
    is_https: bool,
    /// The host and the port, if there is one: what the header `Host` has.
    authority: &'a str,
    host: &'a str,
    port: &'a str,
    target: String,
}

impl<'a> Url<'a> {
    fn new(url: &'a str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a scheme");
        let (authority, target) = rest.split_once('/').expect("a path");
        let is_https = scheme == "https";
        let after_host = authority.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match authority[after_host..].split_once(':') {
            Some((name, port)) => (&authority[..after_host + name.len()], port),
            None => (authority, if is_https { "443" } else { "80" }),
        };
        Url {
            is_https,
            authority,
            host,
            port,
            target: format!("/{target}"),
        }
    }

    fn address(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }
}

/// Runs a case whose request must reach this URL: directly, or through a proxy that leads every
/// host to a server of this test.
pub fn asked(case: &Case, url: &str, is_direct: bool, runner: &mut Runner) -> Checked {
    if is_direct {
        let host = Url::new(url).address().replace("localhost", "127.0.0.1");
        let server = PlainServer::new(&host);
        let port = server.port.to_string();
        runner.run(case, &[("port", &port)])?;
        let url = url.replace("{port}", &port);
        return compare(&Url::new(&url), &server.requests.lock().unwrap());
    }
    let url = Url::new(url);
    let (authority, ca_file) = &*AUTHORITY;
    let tls = url.is_https.then(|| {
        let names = vec![url.address().to_owned()];
        let identity = authority.issue(|it| *it = CertificateParams::new(names).unwrap());
        TlsServer::new(Script::new(identity))
    });
    let plain = PlainServer::new("127.0.0.1");
    let port = tls.as_ref().map_or(plain.port, |server| server.port);
    let proxy = Server::replay(&json!({"proxy": {"target": format!("127.0.0.1:{port}")}}));
    let values = [
        ("proxy", proxy.field("proxy_url")),
        ("ca_file", ca_file.to_str().expect("the path is text")),
    ];
    runner.run(case, &values)?;
    match tls {
        Some(server) => compare(&url, &server.log().requests)?,
        None => compare(&url, &plain.requests.lock().unwrap())?,
    }
    let passages = proxy.report()["passages"].clone();
    let asked = passages[0]["asked"].as_str().unwrap_or_default();
    let wanted = format!("CONNECT {}:{} HTTP/1.1\r\n", url.host, url.port);
    match asked.starts_with(&wanted) {
        true => Ok(()),
        false => Err(format!("{wanted:?} in {passages}")),
    }
}

/// Whether the only request is for this URL.
fn compare(url: &Url<'_>, requests: &[Vec<u8>]) -> Checked {
    let heads: Vec<_> = requests
        .iter()
        .map(|it| String::from_utf8_lossy(it))
        .collect();
    let begin = format!("GET {} HTTP/1.1\r\n", url.target);
    let host = format!("\r\nhost: {}\r\n", url.authority);
    match &heads[..] {
        [head] if head.starts_with(&begin) && head.contains(&host) => Ok(()),
        _ => Err(format!("{begin:?} and {host:?} in {heads:?}")),
    }
}

/// A server on an address of this machine, which answers each connection's first request.
struct PlainServer {
    port: u16,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl PlainServer {
    fn new(address: &str) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("an address of this machine");
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::default();
        let seen: Arc<Mutex<Vec<Vec<u8>>>> = Arc::clone(&requests);
        thread::spawn(move || {
            for mut socket in listener.incoming().map_while(Result::ok) {
                let (mut request, mut byte) = (Vec::new(), [0]);
                while !request.ends_with(b"\r\n\r\n") && socket.read(&mut byte).unwrap_or(0) > 0 {
                    request.push(byte[0]);
                }
                seen.lock().unwrap().push(request);
                let reply = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
                // A client that has left sees no reply.
                let _ = socket.write_all(reply.as_bytes());
            }
        });
        PlainServer { port, requests }
    }
}
