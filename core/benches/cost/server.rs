//! A minimal server: it reads a request and sends a prepared reply.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ServerConnection, StreamOwned};

use crate::self_signed::self_signed;

/// The body of every request.
pub fn question() -> String {
    let content =
        "x".repeat(300 - r#"{"model":"gpt-5","messages":[{"role":"user","content":""}]}"#.len());
    format!(r#"{{"model":"gpt-5","messages":[{{"role":"user","content":"{content}"}}]}}"#)
}

fn answer() -> Vec<u8> {
    let frame = r#"{"object":"chat.completion","choices":[{"message":{"content":""}}]}"#;
    let content = "y".repeat(600 - frame.len());
    let body = frame.replace(r#""content":"""#, &format!(r#""content":"{content}""#));
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: req-0123456789\r\n\
         Date: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub struct Server {
    pub address: SocketAddr,
    /// The certificate to trust, and its file.
    pub certificate: Option<(CertificateDer<'static>, PathBuf)>,
}

impl Server {
    pub fn plain() -> Self {
        let address = listen(serve);
        Server {
            address,
            certificate: None,
        }
    }

    pub fn tls() -> Self {
        let (config, pem) = self_signed(&["localhost"]);
        let file = std::env::temp_dir().join(format!("neura-cost-{}.pem", std::process::id()));
        std::fs::write(&file, &pem).unwrap();
        let address = listen(move |stream| {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(StreamOwned::new(session, stream));
        });
        Server {
            address,
            certificate: Some((
                CertificateDer::from_pem_slice(pem.as_bytes()).unwrap(),
                file,
            )),
        }
    }
}

fn listen(serve: impl Fn(std::net::TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, serve) = (stream.unwrap(), serve.clone());
            stream.set_nodelay(true).unwrap();
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

fn serve(mut stream: impl Read + Write) {
    let answer = answer();
    let end = question().into_bytes();
    let mut buffer = vec![0; 16 * 1024];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) | Err(_) => return,
            Ok(bytes) => filled += bytes,
        }
        // Every request ends with the same body, and the next one is sent only after the reply.
        if buffer[..filled].ends_with(&end) {
            filled = 0;
            if stream
                .write_all(&answer)
                .and_then(|()| stream.flush())
                .is_err()
            {
                return;
            }
        }
    }
}
