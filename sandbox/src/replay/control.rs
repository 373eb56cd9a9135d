//! The control listener: `GET /report` at any time, on a separate port, so
//! that it does not appear in the recording.

use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::incoming::Incoming;
use super::server::Service;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Starts the listener; returns its port.
pub(super) fn start<S: Service>(service: Arc<S>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let accept = move || {
        for stream in listener.incoming().flatten() {
            let service = service.clone();
            // Without a thread the request is dropped and its connection closed.
            let _ = thread::Builder::new().spawn(move || answer(&*service, &stream));
        }
    };
    thread::Builder::new()
        .name("control".into())
        .spawn(accept)?;
    Ok(port)
}

fn answer<S: Service>(service: &S, mut stream: &TcpStream) {
    let _ = stream.set_read_timeout(Some(TIMEOUT));
    let Ok(head) = Incoming::new(stream).read_head() else {
        return;
    };
    let (status, body) = match (head.method.as_str(), head.target.as_str()) {
        ("GET", "/report") => match serde_json::to_string(&service.report()) {
            Ok(report) => ("200 OK", report),
            Err(_) => ("500 Internal Server Error", "{}".into()),
        },
        _ => (
            "404 Not Found",
            r#"{"error":{"message":"ask for GET /report"}}"#.into(),
        ),
    };
    let reply = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(reply.as_bytes());
}
