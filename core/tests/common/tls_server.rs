//! An authority that issues certificates, and a TLS server that reports what it saw.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    HandshakeKind, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    SupportedProtocolVersion,
};

/// The TLS versions that a server allows.
pub type Versions = &'static [&'static SupportedProtocolVersion];
pub static TLS_1_2: Versions = &[&rustls::version::TLS12];
pub static TLS_1_3: Versions = &[&rustls::version::TLS13];

/// Issues certificates for one test only.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::self_signed(authority_named(name), key).unwrap())
    }

    /// Another authority, whose certificate this one issues.
    pub fn vouch_for(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::signed_by(authority_named(name), key, &self.0).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `localhost` and `127.0.0.1`, with the test's changes.
    pub fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity {
            pem: certificate.pem(),
            key,
        }
    }
}

fn authority_named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// A certificate followed by those of its issuers, and its key.
pub struct Identity {
    pub pem: String,
    pub key: KeyPair,
}

/// What a server does after each reply.
#[derive(Clone, Copy, PartialEq)]
pub enum Then {
    /// Waits for the next request.
    KeepOpen,
    /// Closes TLS and the socket.
    Close,
    /// Closes only the socket, without a close_notify.
    Cut,
    /// Changes the keys, and waits for the next request.
    ChangeKeys,
    /// Sends unrequested bytes, and waits for the next request.
    SendMore,
}

/// How a server behaves; the default answers every request with `{}`.
pub struct Script {
    pub identity: Identity,
    pub versions: Versions,
    /// The authority (PEM) of the client certificates that the server requires.
    pub clients: Option<String>,
    /// The server asks for a client certificate, but does not require it.
    pub lenient: bool,
    pub reply: Vec<u8>,
    pub then: Then,
}

impl Script {
    pub fn new(identity: Identity) -> Self {
        Script {
            identity,
            versions: rustls::ALL_VERSIONS,
            clients: None,
            lenient: false,
            reply: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec(),
            then: Then::KeepOpen,
        }
    }
}

/// The events that a server has seen.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub full: usize,
    pub resumed: usize,
    pub requests: Vec<Vec<u8>>,
    /// Connections whose client sent a close_notify.
    pub clean_ends: usize,
    /// Why the others ended.
    pub errors: Vec<String>,
    pub client_certificates: usize,
}

/// A server on loopback, for as long as the process lives.
pub struct TlsServer {
    pub port: u16,
    log: Arc<Mutex<Log>>,
}

impl TlsServer {
    pub fn new(script: Script) -> Self {
        let config = Arc::new(config(&script));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        let script = Arc::new(script);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let (config, log, script) = (config.clone(), shared.clone(), script.clone());
                std::thread::spawn(move || serve(config, socket.unwrap(), &script, &log));
            }
        });
        TlsServer { port, log }
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log shows what is expected: the server may see it after the client.
    pub fn wait_for(&self, expected: impl Fn(&Log) -> bool) -> Log {
        let started = Instant::now();
        loop {
            let log = self.log();
            if expected(&log) {
                return log;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{log:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn config(script: &Script) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(script.versions)
        .unwrap();
    let builder = match &script.clients {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let mut roots = RootCertStore::empty();
            roots.add(certificates(pem).remove(0)).unwrap();
            let mut verifier =
                WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
            if script.lenient {
                verifier = verifier.allow_unauthenticated();
            }
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = script.identity.key.serialize_der().try_into().unwrap();
    let key = provider.key_provider.load_private_key(key).unwrap();
    // Not compared with the certificate: a test may impersonate another server.
    let identity = CertifiedKey::new(certificates(&script.identity.pem), key);
    builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
}

fn certificates(pem: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(Result::unwrap)
        .collect()
}

fn serve(config: Arc<ServerConfig>, socket: TcpStream, script: &Script, log: &Mutex<Log>) {
    let session = ServerConnection::new(config).unwrap();
    let mut stream = StreamOwned::new(session, socket);
    let ended = converse(&mut stream, script, log);
    let mut log = log.lock().unwrap();
    match ended {
        Ok(()) => log.clean_ends += 1,
        Err(error) => log.errors.push(error.to_string()),
    }
}

/// Answers requests until the client sends a close_notify.
fn converse(
    stream: &mut StreamOwned<ServerConnection, TcpStream>,
    script: &Script,
    log: &Mutex<Log>,
) -> std::io::Result<()> {
    stream.conn.complete_io(&mut stream.sock)?;
    {
        let mut log = log.lock().unwrap();
        match stream.conn.handshake_kind() {
            Some(HandshakeKind::Resumed) => log.resumed += 1,
            _ => log.full += 1,
        }
        log.client_certificates += usize::from(stream.conn.peer_certificates().is_some());
    }
    while let Some(request) = read_request(stream)? {
        log.lock().unwrap().requests.push(request);
        stream.write_all(&script.reply)?;
        match script.then {
            Then::KeepOpen => {}
            Then::Close => {
                stream.conn.send_close_notify();
                stream.flush()?;
                return stream.sock.shutdown(Shutdown::Both);
            }
            Then::Cut => return stream.sock.shutdown(Shutdown::Both),
            Then::ChangeKeys => stream.conn.refresh_traffic_keys().unwrap(),
            Then::SendMore => stream.write_all(b"more")?,
        }
        stream.flush()?;
    }
    Ok(())
}

/// The next request with its body; `None` after the client's close_notify.
fn read_request(stream: &mut impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |length| length.trim().parse().unwrap());
            if request.len() >= end + 4 + length {
                return Ok(Some(request));
            }
        }
        match stream.read(&mut buffer)? {
            0 if request.is_empty() => return Ok(None),
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            bytes => request.extend_from_slice(&buffer[..bytes]),
        }
    }
}
