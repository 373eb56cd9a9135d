//! A proxy that tunnels to whom it wants, wants a password, and keeps what it saw.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The variable that has the proxy's URL, with user and password.
pub const PROXY: &str = "NEURA_TEST_PROXY_URL";

/// A name that the proxy alone knows: that of the sandbox.
const BEHIND: &str = "origin.example";
const USER_AND_PASSWORD: &str = "user:fake-password";
/// The same as the header has it.
const BASIC: &str = "Basic dXNlcjpmYWtlLXBhc3N3b3Jk";

/// Runs until the process ends.
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

/// What came from clients.
#[derive(Clone, Default)]
pub struct Seen {
    /// The request of each tunnel, headers and all.
    pub heads: Vec<String>,
    /// What went through the tunnels towards the other ends.
    pub tunnelled: Vec<u8>,
}

impl Proxy {
    /// A proxy that leads to anybody, and to `origin` under a name of its own.
    pub fn new(origin: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let proxy = Proxy {
            address: listener.local_addr().expect("a listener has an address"),
            seen: Arc::default(),
        };
        let (seen, origin) = (Arc::clone(&proxy.seen), origin.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (seen, origin) = (Arc::clone(&seen), origin.clone());
                // A client that goes away is no concern of the proxy's.
                thread::spawn(move || serve(client, &origin, &seen));
            }
        });
        proxy
    }

    pub fn url(&self) -> String {
        format!("http://{USER_AND_PASSWORD}@{}", self.address)
    }

    pub fn seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }
}

fn serve(mut client: TcpStream, origin: &str, seen: &Mutex<Seen>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let lock = || seen.lock().unwrap_or_else(PoisonError::into_inner);
    lock().heads.push(head.clone());
    let known = head.lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("proxy-authorization") && value.trim() == BASIC
        })
    });
    if !known {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                       Proxy-Authenticate: Basic realm=\"fake\"\r\nContent-Length: 0\r\n\r\n";
        return client.write_all(refusal.as_bytes());
    }
    let target = head
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(' ').next())
        .ok_or(io::ErrorKind::InvalidData)?;
    let target = match target.starts_with(BEHIND) {
        true => origin,
        false => target,
    };
    let mut server = TcpStream::connect(target)?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut back, mut to_client) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let ended = io::copy(&mut back, &mut to_client);
        to_client.shutdown(Shutdown::Write).and(ended)
    });
    let mut piece = [0; 4096];
    loop {
        match reader.read(&mut piece)? {
            0 => return server.shutdown(Shutdown::Write),
            bytes => {
                lock().tunnelled.extend_from_slice(&piece[..bytes]);
                server.write_all(&piece[..bytes])?;
            }
        }
    }
}
