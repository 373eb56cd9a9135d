//! A bare socket, or a bare rustls stream over one: a prepared request, and a reply that is read by its
//! Content-Length.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use memchr::memmem;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::setting::{Call, Setting, Side, question};

pub fn side(setting: &Setting) -> Side {
    Side::new(setting, None, || {
        let (scheme, rest) = setting.base_url.split_once("://").expect("a URL");
        let (host, path) = rest.split_once('/').expect("a path");
        let stream = TcpStream::connect(host).expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let body = question().to_string();
        let request = format!(
            "POST /{path}/chat/completions HTTP/1.1\r\nHost: {host}\r\nAuthorization: {}\r\n\
             Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             \r\n{body}",
            setting.authorization(),
            body.len()
        );
        match scheme {
            "https" => bare(StreamOwned::new(session(setting), stream), request),
            _ => bare(stream, request),
        }
    })
}

fn session(setting: &Setting) -> ClientConnection {
    let file = setting.ca_file.as_ref().expect("a certificate");
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(file).expect("a certificate");
    roots.add(certificate).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    ClientConnection::new(Arc::new(config), name).expect("a session")
}

fn bare(mut stream: impl Read + Write + Send + 'static, request: String) -> Call {
    let mut buffer = vec![0; 16 * 1024];
    Box::new(move || {
        stream.write_all(request.as_bytes()).expect("sent");
        stream.flush().expect("sent");
        let mut filled = 0;
        loop {
            filled += stream.read(&mut buffer[filled..]).expect("a piece");
            if let Some((head, length)) = head_of(&buffer[..filled])
                && filled >= head + length
            {
                return buffer[head..filled].to_vec().len();
            }
        }
    })
}

/// The start and the length of the body.
fn head_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = memmem::find(bytes, b"\r\n\r\n")? + 4;
    let name = b"content-length: ";
    let at = memmem::find(&bytes[..head], name)? + name.len();
    let digits = bytes[at..head].split(|byte| *byte == b'\r').next()?;
    Some((head, std::str::from_utf8(digits).ok()?.parse().ok()?))
}
