//! Raw servers inside a test, which handle connections with a function of the test.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use neura::{Client, ClientBuilder};
use socket2::{Domain, SockRef, Socket, Type};

/// Clearly fake.
pub const KEY: &str = "nk-fake-0123456789abcdef";
/// The longest wait of a server, so that a failed test ends.
const PATIENCE: Duration = Duration::from_secs(60);
const STACK: usize = 128 * 1024;
/// How many clients may connect at once.
const QUEUE: i32 = 2_048;

/// A server with one thread for each connection.
pub struct Wire {
    pub address: SocketAddr,
    opened: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
}

impl Wire {
    /// Serves the nth connection, counted from 0, with `serve(peer, n)`.
    pub fn start(serve: impl Fn(&mut Peer, usize) + Send + Sync + 'static) -> Self {
        Self::on((Ipv4Addr::LOCALHOST, 0).into(), serve)
    }

    /// The same on the test's own listener.
    pub fn on(
        address: SocketAddr,
        serve: impl Fn(&mut Peer, usize) + Send + Sync + 'static,
    ) -> Self {
        let listener = listen(address, QUEUE);
        let address = listener.local_addr().unwrap();
        let (opened, open) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let (count, now) = (Arc::clone(&opened), Arc::clone(&open));
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = count.fetch_add(1, Ordering::SeqCst);
                now.fetch_add(1, Ordering::SeqCst);
                let (serve, now) = (Arc::clone(&serve), Arc::clone(&now));
                let peer = thread::Builder::new().stack_size(STACK);
                let served = peer.spawn(move || {
                    stream.set_nodelay(true).unwrap();
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    stream.set_write_timeout(Some(PATIENCE)).unwrap();
                    let ahead = Vec::new();
                    serve(&mut Peer { stream, ahead }, number);
                    now.fetch_sub(1, Ordering::SeqCst);
                });
                served.unwrap();
            }
        });
        Wire {
            address,
            opened,
            open,
        }
    }

    /// A client of this server without retries.
    pub fn client(&self) -> ClientBuilder {
        client(format!("http://{}/v1", self.address))
    }

    /// How many connections were accepted.
    pub fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }

    /// How many are being served.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

/// A client without retries.
pub fn client(url: String) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(url).max_retries(0)
}

/// A listener with a queue of this length.
pub fn listen(address: SocketAddr, queue: i32) -> TcpListener {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_reuse_address(cfg!(unix)).unwrap();
    socket.bind(&address.into()).unwrap();
    socket.listen(queue).unwrap();
    socket.into()
}

/// One connection, seen from the server.
pub struct Peer {
    pub stream: TcpStream,
    /// The bytes after the last request.
    ahead: Vec<u8>,
}

impl Peer {
    /// The next request, its head and its body; `None` when the client closed.
    pub fn request(&mut self) -> Option<Asked> {
        let head = self.head()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().unwrap())
        });
        let length = length.unwrap_or_default();
        while self.ahead.len() < length {
            self.more()?;
        }
        let body = self.ahead.drain(..length).collect();
        Some(Asked { head, body })
    }

    /// The head of the next request.
    pub fn head(&mut self) -> Option<String> {
        loop {
            let end = self.ahead.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = self.ahead.drain(..end + 4).collect();
                return Some(String::from_utf8(head).unwrap());
            }
            self.more()?;
        }
    }

    /// The bytes after the last head, at most this many.
    pub fn ahead(&mut self, most: usize) -> Vec<u8> {
        let there = self.ahead.len().min(most);
        self.ahead.drain(..there).collect()
    }

    fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 32 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(bytes @ 1..) => {
                self.ahead.extend_from_slice(&buffer[..bytes]);
                Some(())
            }
            _ => None,
        }
    }

    /// Sends these bytes; returns whether they could be written.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Answers 200 with this body.
    pub fn answer(&mut self, body: &str) -> bool {
        self.send(whole(200, "", body))
    }

    /// Answers every further request with `{}`.
    pub fn answer_all(&mut self) {
        while self.request().is_some() && self.answer("{}") {}
    }

    /// Sends these bytes repeatedly while the client reads; returns how many it read.
    pub fn flood(&mut self, bytes: &[u8], most: u64) -> u64 {
        let mut sent = 0;
        while sent < most {
            match self.stream.write(bytes) {
                Ok(written) => sent += written as u64,
                Err(_) => break,
            }
        }
        sent
    }

    /// Closes the connection with a reset.
    pub fn reset(&mut self) {
        SockRef::from(&self.stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        // Dropped by the caller, at the end of its turn.
    }

    /// Waits until the client closes, perhaps with a reset, and returns how long that took. Further
    /// bytes are ignored.
    pub fn until_closed(&mut self) -> Duration {
        let started = Instant::now();
        let mut buffer = [0; 64 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    panic!("the client did not close")
                }
                _ => return started.elapsed(),
            }
        }
    }
}

/// A received request.
#[derive(Debug)]
pub struct Asked {
    pub head: String,
    pub body: Vec<u8>,
}

/// A reply with a length; `headers` end with a line break each.
pub fn whole(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Replied\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

/// The head of an event stream that ends with its connection.
pub const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

/// An address where connections get no answer: a listener with a full queue drops them.
pub struct BlackHole {
    pub address: SocketAddr,
    _listener: TcpListener,
    _held: Vec<io::Result<TcpStream>>,
}

impl BlackHole {
    /// At this address; port 0 for any.
    pub fn at(ip: impl Into<IpAddr>, port: u16) -> Self {
        let listener = listen(SocketAddr::new(ip.into(), port), 0);
        let address = listener.local_addr().unwrap();
        let short = Duration::from_millis(100);
        let held: Vec<_> = (0..4)
            .map(|_| TcpStream::connect_timeout(&address, short))
            .collect();
        assert!(held.iter().any(Result::is_err), "the queue is not full");
        BlackHole {
            address,
            _listener: listener,
            _held: held,
        }
    }
}
