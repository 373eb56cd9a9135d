//! The clients that are compared. Each makes the same request over a kept connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::{Server, question};

const KEY: &str = "nk-fake-0123456789abcdef";

pub struct Side {
    pub name: &'static str,
    call: Box<dyn FnMut() -> usize>,
}

impl Side {
    pub fn call(&mut self) {
        assert_eq!((self.call)(), 600, "{} read another answer", self.name);
    }

    /// A socket, or a bare rustls stream over one: it sends a prepared request, and reads the reply
    /// by its length.
    pub fn socket(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_nodelay(true).unwrap();
        match &server.certificate {
            None => Side::bare("bare socket", stream),
            Some((certificate, _)) => {
                let mut roots = RootCertStore::empty();
                roots.add(certificate.clone()).unwrap();
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                let config = ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .unwrap()
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let name = "localhost".try_into().unwrap();
                let session = ClientConnection::new(Arc::new(config), name).unwrap();
                Side::bare("bare rustls stream", StreamOwned::new(session, stream))
            }
        }
    }

    fn bare(name: &'static str, mut stream: impl Read + Write + 'static) -> Self {
        let body = question();
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\
             \r\nUser-Agent: bare\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\
             Content-Type: application/json\r\nX-Retry-Count: 0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut buffer = vec![0; 16 * 1024];
        let call = move || {
            stream.write_all(request.as_bytes()).unwrap();
            stream.flush().unwrap();
            let mut filled = 0;
            loop {
                filled += stream.read(&mut buffer[filled..]).unwrap();
                if let Some((head, length)) = head_of(&buffer[..filled])
                    && filled >= head + length
                {
                    return buffer[head..filled].to_vec().len();
                }
            }
        };
        Side {
            name,
            call: Box::new(call),
        }
    }

    pub fn neura(server: &Server) -> Self {
        let client = neura::Client::builder().api_key(KEY);
        let (name, client) = match &server.certificate {
            None => (
                "neura",
                client.base_url(format!("http://{}/v1", server.address)),
            ),
            Some((_, file)) => (
                "neura over TLS",
                client
                    .base_url(format!("https://localhost:{}/v1", server.address.port()))
                    .ca_file(file),
            ),
        };
        let client = client.build().unwrap();
        let body = question();
        let call = move || {
            let request = neura::bindings::Request::new(neura::Method::Post, "/chat/completions")
                .json(body.as_bytes());
            let response = client.send(request).unwrap();
            response.bytes().len()
        };
        Side {
            name,
            call: Box::new(call),
        }
    }

    pub fn ureq(server: &Server) -> Self {
        let agent = ureq::Agent::new_with_defaults();
        let url = format!("http://{}/v1/chat/completions", server.address);
        let body = question();
        let call = move || {
            let mut response = agent
                .post(&url)
                .header("Authorization", format!("Bearer {KEY}"))
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .header("X-Retry-Count", "0")
                .send(&body)
                .unwrap();
            response.body_mut().read_to_vec().unwrap().len()
        };
        Side {
            name: "bare ureq",
            call: Box::new(call),
        }
    }
}

/// The start and the length of the body.
fn head_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = memchr::memmem::find(bytes, b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?;
    let at = text.find("Content-Length: ")? + "Content-Length: ".len();
    let length = text[at..].lines().next()?.parse().ok()?;
    Some((head, length))
}
