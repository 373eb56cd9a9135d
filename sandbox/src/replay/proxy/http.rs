//! `CONNECT`, and requests that are forwarded.

use std::io::{self, Write};
use std::net::TcpStream;

use super::record::{Outcome, Protocol};
use super::rules::Rules;
use super::server::Client;
use crate::replay::head::{Head, values};

const LONGEST_HEAD: usize = 64 * 1024;

/// Reads a request that begins with this byte, and answers it. Returns the connection to the
/// host, if it is open.
pub(super) fn open(client: &mut Client, first: u8, rules: &Rules) -> io::Result<Option<TcpStream>> {
    let mut bytes = vec![first];
    // Byte by byte: the bytes after the head belong to the host.
    while !bytes.ends_with(b"\r\n\r\n") {
        if bytes.len() > LONGEST_HEAD {
            return refuse(
                client,
                Outcome::Malformed,
                "431 Request Header Fields Too Large",
            );
        }
        bytes.push(client.byte()?);
    }
    let head = Head::parse(&bytes).ok();
    let destination = head.as_ref().and_then(Destination::of);
    let (Some(head), Some(destination)) = (&head, destination) else {
        return refuse(client, Outcome::Malformed, "400 Bad Request");
    };
    client.entry.note(|connection| {
        connection.protocol = Some(destination.protocol);
        connection.target = Some(destination.target.clone());
    });
    if let Some(login) = &rules.login {
        let wanted = login.basic();
        if !values(&head.headers, "proxy-authorization").eq([wanted.as_str()]) {
            let status = "407 Proxy Authentication Required\r\n\
                          Proxy-Authenticate: Basic realm=\"neura-replay\"";
            return refuse(client, Outcome::LoginRefused, status);
        }
    }
    let Ok(mut host) = rules.dial(&destination.host, destination.port) else {
        return refuse(client, Outcome::Unreachable, "502 Bad Gateway");
    };
    client
        .entry
        .note(|connection| connection.outcome = Some(Outcome::Open));
    match destination.protocol {
        Protocol::Forward => {
            let request = forwarded(head, &destination.path);
            client
                .entry
                .note(|connection| connection.up(request.as_bytes()));
            host.write_all(request.as_bytes())?;
        }
        _ => {
            client.write(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 neura-replay\r\n\r\n")?
        }
    }
    Ok(Some(host))
}

/// Answers with this status line (and headers), and ends the connection.
fn refuse(client: &mut Client, outcome: Outcome, status: &str) -> io::Result<Option<TcpStream>> {
    let refused = client.refused(outcome);
    client.write(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes())?;
    Ok(refused)
}

/// The target of a request.
struct Destination {
    protocol: Protocol,
    /// `host:port`, as in the request.
    target: String,
    /// Without brackets.
    host: String,
    port: u16,
    /// The path for the host.
    path: String,
}

impl Destination {
    fn of(head: &Head) -> Option<Self> {
        let (protocol, target, path) = if head.method == "CONNECT" {
            (Protocol::Connect, head.target.as_str(), "")
        } else {
            let rest = head.target.strip_prefix("http://")?;
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            (Protocol::Forward, &rest[..end], &rest[end..])
        };
        let (host, port) = match target.rsplit_once(':') {
            // A colon within brackets is part of the address.
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ if matches!(protocol, Protocol::Forward) => (target, 80),
            _ => return None,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (!host.is_empty()).then(|| Self {
            protocol,
            target: target.into(),
            host: host.into(),
            port,
            path: if path.starts_with('/') {
                path.into()
            } else {
                format!("/{path}")
            },
        })
    }
}

/// The request for the host: without the proxy's headers, and with `Connection: close`,
/// because the client's next request may be for another host.
fn forwarded(head: &Head, path: &str) -> String {
    let mut request = format!("{} {path} HTTP/1.1\r\n", head.method);
    let for_the_proxy = ["proxy-authorization", "proxy-connection", "connection"];
    for (name, value) in &head.headers {
        if !for_the_proxy.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            request += &format!("{name}: {value}\r\n");
        }
    }
    request + "Via: 1.1 neura-replay\r\nConnection: close\r\n\r\n"
}
