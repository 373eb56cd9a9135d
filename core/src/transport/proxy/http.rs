//! A tunnel through an HTTP proxy: `CONNECT`. Source: RFC 9110, 9.3.6.

use std::io::{Read, Write};

use zeroize::Zeroizing;

use super::Hop;
use crate::error::Error;
use crate::redact::quoted;
use crate::transport::channel::Channel;
use crate::transport::http1::{self, ReplyHead};

/// The heads of the proxy's answers, interim ones included, may be so long.
const LONGEST_HEAD: usize = 64 * 1024;
/// So many characters of a proxy's words are told.
const WORDS: usize = 100;
/// What the proxy is waited for, in the words of an error.
const STEP: &str = "the answer to CONNECT";

/// Asks the proxy for a tunnel to `end`, `host:port`; afterwards the channel ends there.
pub(super) fn tunnel(hop: &Hop<'_>, channel: &mut Channel, end: &str) -> Result<(), Error> {
    let ask = request(hop, end);
    channel
        .write_all(ask.as_bytes())
        .and_then(|()| channel.flush())
        .map_err(|error| hop.broken(error, "the request CONNECT"))?;
    let head = answer(hop, channel)?;
    match head.status {
        200..=299 => Ok(()),
        407 => Err(hop.fails(&wants_credentials(hop, &head))),
        status => Err(hop
            .fails(&format!(
                "refused the way to {} with status {status}{}. {}",
                quoted(end),
                told(hop, &head.reason),
                match status {
                    502..=504 => "It may not reach that host, or be overloaded",
                    _ => "Does it let you through to that host and port?",
                }
            ))
            .with_retryable(matches!(status, 502..=504))),
    }
}

fn request(hop: &Hop<'_>, end: &str) -> Zeroizing<String> {
    let mut ask = Zeroizing::new(format!(
        "CONNECT {end} HTTP/1.1\r\nHost: {end}\r\nUser-Agent: neura-ai/{}\r\n",
        crate::VERSION
    ));
    if let Some(credentials) = &hop.proxy.credentials {
        let basic = credentials.basic();
        // At once: a text that grows leaves its bytes behind.
        ask.reserve(basic.len() + 64);
        ask.push_str("Proxy-Authorization: Basic ");
        ask.push_str(&basic);
        ask.push_str("\r\n");
    }
    ask.push_str("\r\n");
    ask
}

struct Head {
    status: u16,
    reason: String,
    /// The schemes of `Proxy-Authenticate`.
    schemes: Vec<String>,
}

/// The head of the final answer; nothing is read behind it.
fn answer(hop: &Hop<'_>, channel: &mut Channel) -> Result<Head, Error> {
    let mut came: Vec<u8> = Vec::new();
    let (mut read_before, mut searched) = (0, 0);
    loop {
        let found = http1::read_head(&came, searched).map_err(|_| not_http(hop))?;
        searched = came.len();
        if let Some(head) = found {
            let rest = came.split_off(head.length);
            read_before += head.length;
            searched = 0;
            // 101 is the final one: nobody asked for another protocol.
            if (100..200).contains(&head.status) && head.status != 101 {
                came = rest;
                continue;
            }
            // Neither HTTP nor TLS lets the host speak first, so this is none of its words: a
            // reply that is there before the request would be taken for the request's own.
            if !rest.is_empty() && (200..300).contains(&head.status) {
                return Err(
                    hop.fails("sent more than its answer to CONNECT, which nobody asked for")
                );
            }
            return Ok(Head {
                status: head.status,
                reason: http1::reason(&came),
                schemes: schemes(&head),
            });
        }
        if read_before + came.len() > LONGEST_HEAD {
            return Err(hop.fails("sent a head of more than 64 KiB in answer to CONNECT"));
        }
        let mut piece = [0; 2048];
        let read = match channel.read(&mut piece) {
            Ok(read) => read,
            Err(error) => return Err(hop.broken(error, STEP)),
        };
        match piece.get(..read) {
            Some(bytes) if read > 0 => came.extend_from_slice(bytes),
            _ => {
                let when = match read_before + came.len() {
                    0 => "before it answered CONNECT",
                    _ => "in the midst of its answer to CONNECT",
                };
                return Err(hop
                    .fails(&format!(
                        "closed the connection {when}. Does it speak another protocol, such as \
                         https or socks5h?"
                    ))
                    .with_retryable(true));
            }
        }
    }
}

fn schemes(head: &ReplyHead) -> Vec<String> {
    head.headers
        .iter()
        .filter(|(name, _)| *name == "proxy-authenticate")
        .filter_map(|(_, value)| value.split_whitespace().next().map(str::to_owned))
        .collect()
}

fn wants_credentials(hop: &Hop<'_>, head: &Head) -> String {
    let basic = head
        .schemes
        .iter()
        .any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    if !basic && !head.schemes.is_empty() {
        let offered = hop.words(&head.schemes.join(", "), WORDS);
        return format!(
            "wants a way to log in that is not supported (407; it offers {offered}). Basic is: ask \
             whoever runs it"
        );
    }
    let source = &hop.proxy.source;
    match &hop.proxy.credentials {
        Some(_) => format!("refused the user and password in {source} (407). Are they right?"),
        None => format!(
            "wants a user and a password (407). Put them into {source}: \
             http://user:password@host:port"
        ),
    }
}

fn not_http(hop: &Hop<'_>) -> Error {
    hop.fails(
        "answered something that is not HTTP/1.1. Is it an HTTP proxy? Others are named with \
         https://, socks5:// or socks5h://",
    )
}

fn told(hop: &Hop<'_>, reason: &str) -> String {
    match hop.words(reason, WORDS) {
        words if words.is_empty() => String::new(),
        words => format!(" ({words})"),
    }
}
