//! A forwarding proxy that speaks `CONNECT` and SOCKS 5 on one port and keeps what it saw,
//! and a peer that plays a script of bytes.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A channel that a proxy relays.
trait Duplex: Read + Write + Send {}
impl<T: Read + Write + Send> Duplex for T {}

/// What one connection to the proxy was.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// All that came before the tunnel.
    pub asked: Vec<u8>,
    /// `host:port`, as the client named it.
    pub end: String,
    /// What went through the tunnel, to the host and back.
    pub up: Vec<u8>,
    pub down: Vec<u8>,
}

/// User and password that a proxy wants.
#[derive(Clone, Copy)]
pub struct Login {
    pub user: &'static str,
    pub password: &'static str,
    /// Both in base64.
    pub basic: &'static str,
}

/// The one that these tests give.
pub const ALICE: Login = Login {
    user: "alice",
    password: "fake-proxy-password",
    basic: "YWxpY2U6ZmFrZS1wcm94eS1wYXNzd29yZA==",
};
/// The same as it stands in a URL, part of it percent-encoded.
pub const ALICES: &str = "alice:fake%2Dproxy-password@";

/// Fails where a text tells anything of [`ALICE`].
pub fn assert_tells_no_login(text: &str) {
    for secret in ["alice", "fake-proxy", "fake%2D", &ALICE.basic[..12]] {
        assert!(!text.contains(secret), "{secret:?} in {text}");
    }
}

/// What the proxy does.
#[derive(Clone, Default)]
pub struct Rules {
    pub login: Option<Login>,
    /// Names that it knows, where they lead.
    pub names: BTreeMap<String, SocketAddr>,
    /// Its own certificate, where it is spoken to in TLS.
    pub tls: Option<Arc<ServerConfig>>,
    /// Addresses that it says it has no way to.
    pub no_way_to: Vec<IpAddr>,
}

pub struct Proxy {
    pub port: u16,
    seen: Arc<Mutex<Vec<Passage>>>,
}

impl Proxy {
    pub fn start(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (rules, all) = (rules.clone(), Arc::clone(&all));
                std::thread::spawn(move || {
                    let number = {
                        let mut all = all.lock().unwrap();
                        all.push(Passage::default());
                        all.len() - 1
                    };
                    let keep =
                        |change: &dyn Fn(&mut Passage)| change(&mut all.lock().unwrap()[number]);
                    // A client that goes away is its own affair.
                    let _ = serve(socket, &rules, &keep);
                });
            }
        });
        Proxy { port, seen }
    }

    /// Its URL with this scheme and these credentials, `user:password@` or nothing.
    pub fn url(&self, scheme: &str, credentials: &str) -> String {
        format!("{scheme}://{credentials}localhost:{}", self.port)
    }

    /// One passage for each connection, in their order.
    pub fn passages(&self) -> Vec<Passage> {
        self.seen.lock().unwrap().clone()
    }
}

type Keep<'a> = &'a dyn Fn(&dyn Fn(&mut Passage));

fn serve(socket: TcpStream, rules: &Rules, keep: Keep<'_>) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let handle = socket.try_clone()?;
    let mut client: Box<dyn Duplex> = match &rules.tls {
        Some(config) => {
            let session = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(session, socket))
        }
        None => Box::new(socket),
    };
    let mut first = [0];
    take(&mut client, &mut first, keep)?;
    let server = match first[0] {
        5 => socks(&mut client, rules, keep)?,
        byte => connect(&mut client, byte, rules, keep)?,
    };
    match server {
        Some(server) => relay(client, &handle, server, keep),
        None => Ok(()),
    }
}

fn take(client: &mut dyn Duplex, bytes: &mut [u8], keep: Keep<'_>) -> io::Result<()> {
    client.read_exact(bytes)?;
    keep(&|passage| passage.asked.extend_from_slice(bytes));
    Ok(())
}

fn connect(
    client: &mut dyn Duplex,
    first: u8,
    rules: &Rules,
    keep: Keep<'_>,
) -> io::Result<Option<TcpStream>> {
    let mut head = vec![first];
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        take(client, &mut byte, keep)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let end = head.split(' ').nth(1).unwrap_or_default().to_owned();
    keep(&|passage| passage.end.clone_from(&end));
    let login = rules.login.map(|login| login.basic);
    let login = login.map(|basic| format!("\r\nProxy-Authorization: Basic {basic}\r\n"));
    if login.is_some_and(|login| !head.contains(&login)) {
        client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\
              Proxy-Authenticate: Basic realm=\"the tests\"\r\nContent-Length: 0\r\n\r\n",
        )?;
        return Ok(None);
    }
    let (host, port) = end.rsplit_once(':').unwrap();
    match dial(rules, host, port.parse().unwrap()) {
        Some(server) if head.starts_with("CONNECT ") => {
            client.write_all(b"HTTP/1.1 200 Connection established\r\nVia: tests\r\n\r\n")?;
            Ok(Some(server))
        }
        _ => {
            client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")?;
            Ok(None)
        }
    }
}

fn socks(client: &mut dyn Duplex, rules: &Rules, keep: Keep<'_>) -> io::Result<Option<TcpStream>> {
    let mut count = [0];
    take(client, &mut count, keep)?;
    let mut methods = vec![0; count[0].into()];
    take(client, &mut methods, keep)?;
    let method = u8::from(rules.login.is_some()) * 2;
    if !methods.contains(&method) {
        client.write_all(&[5, 0xff])?;
        return Ok(None);
    }
    client.write_all(&[5, method])?;
    if let Some(login) = rules.login {
        let mut version = [0];
        take(client, &mut version, keep)?;
        let given = (counted(client, keep)?, counted(client, keep)?);
        let right = version == [1] && given == (login.user.into(), login.password.into());
        client.write_all(&[1, u8::from(!right)])?;
        if !right {
            return Ok(None);
        }
    }
    let mut request = [0; 4];
    take(client, &mut request, keep)?;
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            take(client, &mut address, keep)?;
            IpAddr::from(address).to_string()
        }
        4 => {
            let mut address = [0; 16];
            take(client, &mut address, keep)?;
            IpAddr::from(address).to_string()
        }
        _ => String::from_utf8(counted(client, keep)?).unwrap(),
    };
    let mut port = [0; 2];
    take(client, &mut port, keep)?;
    let port = u16::from_be_bytes(port);
    keep(&|passage| passage.end = format!("{host}:{port}"));
    let server = dial(rules, &host, port);
    let reply = if server.is_some() { 0 } else { 5 };
    // The address that it connects from as a name, which only a careful reader skips.
    client.write_all(&[5, reply, 0, 3, 3, b'm', b'e', b'!', 0, 80])?;
    Ok(server)
}

fn counted(client: &mut dyn Duplex, keep: Keep<'_>) -> io::Result<Vec<u8>> {
    let mut count = [0];
    take(client, &mut count, keep)?;
    let mut bytes = vec![0; count[0].into()];
    take(client, &mut bytes, keep)?;
    Ok(bytes)
}

fn dial(rules: &Rules, host: &str, port: u16) -> Option<TcpStream> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Some(address) = rules.names.get(host) {
        return TcpStream::connect(address).ok();
    }
    let blocked = bare
        .parse()
        .is_ok_and(|address| rules.no_way_to.contains(&address));
    match blocked {
        true => None,
        false => TcpStream::connect((bare, port)).ok(),
    }
}

/// Both ways on one thread, so that it also serves a TLS session.
fn relay(
    mut client: Box<dyn Duplex>,
    handle: &TcpStream,
    mut server: TcpStream,
    keep: Keep<'_>,
) -> io::Result<()> {
    let tick = Some(Duration::from_millis(2));
    handle.set_read_timeout(tick)?;
    server.set_read_timeout(tick)?;
    let mut buffer = [0; 16 * 1024];
    let mut last = Instant::now();
    while last.elapsed() < Duration::from_secs(60) {
        let up = pump(&mut *client, &mut server, &mut buffer)?;
        keep(&|passage| passage.up.extend_from_slice(&buffer[..up]));
        let down = pump(&mut server, &mut *client, &mut buffer)?;
        keep(&|passage| passage.down.extend_from_slice(&buffer[..down]));
        if up + down > 0 {
            last = Instant::now();
        }
    }
    Ok(())
}

/// Hands on what is there; the end of one side is the end of both.
fn pump(from: &mut dyn Read, to: &mut dyn Write, buffer: &mut [u8]) -> io::Result<usize> {
    match from.read(buffer) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(bytes) => {
            to.write_all(&buffer[..bytes])?;
            to.flush()?;
            Ok(bytes)
        }
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ) =>
        {
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// What a scripted peer does with each connection, step by step.
#[derive(Clone)]
pub enum Act {
    /// Waits until so many bytes came.
    Read(usize),
    /// Waits for an empty line.
    ReadHead,
    Write(Vec<u8>),
    Pause(Duration),
    /// Says nothing more, and keeps the connection open for as long as the client does.
    Stay,
}

/// A peer that plays its acts on every connection and then closes it; returns its port.
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

/// A server over TLS that answers every request with an empty list of models and keeps what
/// it got.
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
