//! `neura-replay` as a proxy, and a peer that plays a script of bytes as a fake proxy.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::common::Server;
use crate::common::self_signed::Pem;

/// One connection to the proxy.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// The bytes before the tunnel.
    pub asked: Vec<u8>,
    /// `host:port`, as the client sent it.
    pub end: String,
    /// The bytes in the tunnel, to the host and back.
    pub up: Vec<u8>,
    pub down: Vec<u8>,
}

/// The user and password that a proxy requires.
#[derive(Clone, Copy)]
pub struct Login {
    pub user: &'static str,
    pub password: &'static str,
    /// Both in base64.
    pub basic: &'static str,
}

/// The login of these tests.
pub const ALICE: Login = Login {
    user: "alice",
    password: "fake-proxy-password",
    basic: "YWxpY2U6ZmFrZS1wcm94eS1wYXNzd29yZA==",
};
/// The same login in a URL, partly percent-encoded.
pub const ALICES: &str = "alice:fake%2Dproxy-password@";

/// Fails if a text shows any part of [`ALICE`].
pub fn assert_shows_no_login(text: &str) {
    for secret in ["alice", "fake-proxy", "fake%2D", &ALICE.basic[..12]] {
        assert!(!text.contains(secret), "{secret:?} in {text}");
    }
}

/// The rules of the proxy.
#[derive(Default)]
pub struct Rules {
    pub login: Option<Login>,
    /// Names that it resolves, and their addresses.
    pub names: BTreeMap<String, SocketAddr>,
    /// Its own certificate, if it speaks TLS.
    pub tls: Option<Pem>,
}

pub struct Proxy {
    pub port: u16,
    server: Server,
}

impl Proxy {
    pub fn start(rules: Rules) -> Self {
        let mut script = json!({});
        if let Some(login) = rules.login {
            script["user"] = login.user.into();
            script["password"] = login.password.into();
        }
        if let Some(pem) = rules.tls {
            script["certificate"] = pem.certificate.into();
            script["private_key"] = pem.private_key.into();
        }
        let names = rules.names.into_iter();
        script["names"] = names.map(|(name, to)| (name, to.to_string())).collect();
        let server = Server::replay(&json!({ "proxy": script }));
        let port = server.hello["port"].as_u64().unwrap() as u16;
        Proxy { port, server }
    }

    /// Its URL with this scheme and these credentials, `user:password@` or nothing.
    pub fn url(&self, scheme: &str, credentials: &str) -> String {
        format!("{scheme}://{credentials}localhost:{}", self.port)
    }

    /// One passage for each connection, in order.
    pub fn passages(&self) -> Vec<Passage> {
        let report = self.server.report();
        let passages = report["passages"].as_array().unwrap().iter();
        let passages = passages.map(|passage| Passage {
            asked: bytes(&passage["asked"]),
            end: passage["target"].as_str().unwrap_or_default().to_owned(),
            up: bytes(&passage["up"]),
            down: bytes(&passage["down"]),
        });
        passages.collect()
    }
}

/// Decodes text in which each character stands for the byte of its number.
fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap().chars();
    text.map(|it| u8::try_from(it).unwrap()).collect()
}

/// One step of a scripted peer.
#[derive(Clone)]
pub enum Act {
    /// Waits until this many bytes have arrived.
    Read(usize),
    /// Waits for an empty line.
    ReadHead,
    Write(Vec<u8>),
    Pause(Duration),
    /// Sends nothing more, and keeps the connection open until the client closes it.
    Stay,
}

/// Starts a peer that plays its steps on every connection and then closes it; returns its port.
pub fn scripted(acts: Vec<Act>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let acts = acts.clone();
            std::thread::spawn(move || {
                let _ = play(socket, &acts);
            });
        }
    });
    port
}

fn play(mut socket: TcpStream, acts: &[Act]) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    for act in acts {
        match act {
            Act::Read(bytes) => socket.read_exact(&mut vec![0; *bytes])?,
            Act::ReadHead => {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    socket.read_exact(&mut byte)?;
                    head.push(byte[0]);
                }
            }
            Act::Write(bytes) => socket.write_all(bytes)?,
            Act::Pause(time) => std::thread::sleep(*time),
            Act::Stay => {
                let mut more = [0; 1024];
                while let Ok(1..) = socket.read(&mut more) {}
            }
        }
    }
    Ok(())
}

/// A TLS server that answers every request with an empty list of models and keeps the bytes it
/// received.
pub fn secure_service(config: Arc<ServerConfig>) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&got);
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let (config, all) = (Arc::clone(&config), Arc::clone(&all));
            std::thread::spawn(move || {
                let session = ServerConnection::new(config).unwrap();
                let mut stream = StreamOwned::new(session, socket);
                let mut buffer = [0; 4096];
                while let Ok(bytes @ 1..) = stream.read(&mut buffer) {
                    all.lock().unwrap().extend_from_slice(&buffer[..bytes]);
                    let body = "{\"data\": []}";
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
                    let length = body.len();
                    let reply = format!("{head}Content-Length: {length}\r\n\r\n{body}");
                    if stream.write_all(reply.as_bytes()).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, got)
}
