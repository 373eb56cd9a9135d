//! A server that receives requests and answers only when the test says so.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use neura::{Client, ClientBuilder};
use socket2::{Domain, Socket, Type};

use crate::common::FAKE_KEY;

/// Longer than any step of a test takes, also on a busy machine.
pub const LONG: Duration = Duration::from_secs(30);

/// Keeps all connections open until dropped.
pub struct Silent {
    url: String,
    arrived: Receiver<TcpStream>,
}

impl Silent {
    pub fn new() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&any.into()).unwrap();
        // A thousand clients may connect at once.
        socket.listen(4_096).unwrap();
        let listener = TcpListener::from(socket);
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, arrived) = channel();
        thread::spawn(move || {
            for socket in listener.incoming() {
                if sender.send(socket.unwrap()).is_err() {
                    return;
                }
            }
        });
        Silent { url, arrived }
    }

    pub fn client(&self) -> ClientBuilder {
        Client::builder().api_key(FAKE_KEY).base_url(&self.url)
    }

    /// The next connection, its request read.
    pub fn request(&self) -> Held {
        let mut socket = self.arrived.recv_timeout(LONG).expect("no client connects");
        socket.set_read_timeout(Some(LONG)).unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let bytes = socket.read(&mut buffer).unwrap();
            assert!(bytes > 0, "the client closed in the middle of its request");
            request.extend_from_slice(&buffer[..bytes]);
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        let path = text.split(' ').nth(1).unwrap().to_owned();
        Held { socket, path }
    }

    /// Whether another connection arrives within `wait`.
    pub fn is_asked_within(&self, wait: Duration) -> bool {
        self.arrived.recv_timeout(wait).is_ok()
    }
}

/// A request without an answer.
pub struct Held {
    socket: TcpStream,
    pub path: String,
}

impl Held {
    /// Answers with `{}`, and closes.
    pub fn answer(mut self) {
        let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        self.socket.write_all(reply.as_bytes()).unwrap();
    }

    /// Whether the client closes the connection within `wait`.
    pub fn is_closed_within(&mut self, wait: Duration) -> bool {
        self.socket.set_read_timeout(Some(wait)).unwrap();
        match self.socket.read(&mut [0]) {
            Ok(bytes) => bytes == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}
