//! A tunnel through a SOCKS proxy. Source: RFC 1928 and RFC 1929.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::IpAddr;

use zeroize::Zeroizing;

use super::Hop;
use crate::error::Error;
use crate::redact::quoted;
use crate::transport::call::Step;
use crate::transport::channel::Channel;
use crate::transport::tls::Trust;

const VERSION: u8 = 5;
/// The version of the exchange of user and password.
const LOGIN_VERSION: u8 = 1;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;

/// What the proxy is asked to connect to.
pub(super) enum End {
    Address(IpAddr),
    /// The proxy looks it up.
    Name(String),
}

/// Why there is no tunnel.
enum Refusal {
    /// The proxy did not reach this end; it may reach another address of the host.
    OfThisEnd(Error),
    OfAll(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::OfAll(error)
    }
}

/// A tunnel to the first of these that the proxy reaches; each try is a connection of its own.
pub(super) fn open(
    hop: &Hop<'_>,
    trust: &Trust,
    ends: Vec<End>,
    port: u16,
) -> Result<Channel, Error> {
    let mut failed = hop.fails("was given no address to connect to");
    for end in ends {
        let mut channel = hop.connect(trust)?;
        hop.call.steps(Step::Tunnelling);
        match tunnel(hop, &mut channel, &end, port) {
            Ok(()) => return Ok(channel),
            Err(Refusal::OfThisEnd(error)) => failed = error,
            Err(Refusal::OfAll(error)) => return Err(error),
        }
    }
    Err(failed)
}

/// Asks the proxy for a tunnel; afterwards the channel ends at `end`.
fn tunnel(hop: &Hop<'_>, channel: &mut Channel, end: &End, port: u16) -> Result<(), Refusal> {
    greet(hop, channel)?;
    let step = "the answer to the request for a connection";
    send(hop, channel, &request(hop, end, port)?, step)?;
    let [version, reply, _, kind] = receive(hop, channel, step)?;
    if version != VERSION {
        return Err(not_socks(hop).into());
    }
    if reply != 0 {
        return Err(refused(hop, end, port, reply));
    }
    // The address that the proxy connects from is of no use here.
    match kind {
        1 => receive::<4>(hop, channel, step).map(drop)?,
        4 => receive::<16>(hop, channel, step).map(drop)?,
        3 => {
            let [length] = receive(hop, channel, step)?;
            for _ in 0..length {
                receive::<1>(hop, channel, step)?;
            }
        }
        _ => return Err(not_socks(hop).into()),
    }
    receive::<2>(hop, channel, step)?;
    Ok(())
}

/// Agrees on a way to log in, and does it.
fn greet(hop: &Hop<'_>, channel: &mut Channel) -> Result<(), Error> {
    let credentials = hop.proxy.credentials.as_ref();
    let hello: &[u8] = match credentials {
        Some(_) => &[VERSION, 2, NO_LOGIN, LOGIN],
        None => &[VERSION, 1, NO_LOGIN],
    };
    let step = "the answer to the greeting";
    send(hop, channel, hello, step)?;
    let [version, method] = receive(hop, channel, step)?;
    match (version, method, credentials) {
        (VERSION, NO_LOGIN, _) => Ok(()),
        (VERSION, LOGIN, Some(credentials)) => {
            // All of it at once: a list that grows leaves its bytes behind.
            let mut login = Zeroizing::new(Vec::with_capacity(3 + 2 * 255));
            login.push(LOGIN_VERSION);
            for text in [&credentials.user, &credentials.password] {
                push_text(hop, &mut login, text)?;
            }
            let step = "the answer to user and password";
            send(hop, channel, &login, step)?;
            let [_, status] = receive(hop, channel, step)?;
            match status {
                0 => Ok(()),
                _ => Err(hop.fails(&format!(
                    "refused the user and password in {}. Are they right?",
                    hop.proxy.source
                ))),
            }
        }
        (VERSION, NO_METHOD | LOGIN, None) => Err(hop.fails(&format!(
            "wants a user and a password. Put them into {}: {}://user:password@host:port",
            hop.proxy.source,
            hop.proxy.scheme.name()
        ))),
        (VERSION, NO_METHOD, Some(_)) => Err(hop.fails(
            "wants a way to log in that is not supported; user and password are: ask whoever runs \
             it",
        )),
        _ => Err(not_socks(hop)),
    }
}

fn request(hop: &Hop<'_>, end: &End, port: u16) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![VERSION, CONNECT, 0];
    match end {
        End::Address(IpAddr::V4(address)) => {
            bytes.push(1);
            bytes.extend(address.octets());
        }
        End::Address(IpAddr::V6(address)) => {
            bytes.push(4);
            bytes.extend(address.octets());
        }
        End::Name(name) => {
            bytes.push(3);
            push_text(hop, &mut bytes, name)?;
        }
    }
    bytes.extend(port.to_be_bytes());
    Ok(bytes)
}

/// A text behind one byte of length.
fn push_text(hop: &Hop<'_>, bytes: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let length = u8::try_from(text.len())
        .map_err(|_| hop.fails("cannot be told a name of more than 255 bytes"))?;
    bytes.push(length);
    bytes.extend(text.bytes());
    Ok(())
}

fn send(hop: &Hop<'_>, channel: &mut Channel, bytes: &[u8], step: &str) -> Result<(), Error> {
    channel
        .write_all(bytes)
        .and_then(|()| channel.flush())
        .map_err(|error| hop.broken(error, step))
}

/// Exactly so many bytes: what follows the last answer is the host's.
fn receive<const N: usize>(
    hop: &Hop<'_>,
    channel: &mut Channel,
    step: &str,
) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    match channel.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == IoErrorKind::UnexpectedEof => Err(hop
            .fails(&format!(
                "closed the connection at this step: {step}. Does it speak another protocol, such \
                 as http?"
            ))
            .with_retryable(true)),
        Err(error) => Err(hop.broken(error, step)),
    }
}

fn refused(hop: &Hop<'_>, end: &End, port: u16, reply: u8) -> Refusal {
    // Whether another try, or another address, may do better.
    let (what, passing) = match reply {
        1 => ("it failed for a reason that it does not tell", true),
        2 => ("its rules do not allow that", false),
        3 => ("it has no way to that network", true),
        4 => ("it has no way to that host", true),
        5 => ("nobody listens there", true),
        6 => ("the way there is too long", true),
        7 => ("it does not know the command CONNECT", false),
        8 => ("it does not know this kind of address", true),
        _ => ("the reason has a number that is not assigned", false),
    };
    let end = match end {
        End::Address(address) => std::net::SocketAddr::new(*address, port).to_string(),
        End::Name(name) => format!("{}:{port}", quoted(name)),
    };
    let error = hop
        .fails(&format!(
            "did not open the way to {end}: {what} (reply {reply})"
        ))
        .with_retryable(passing && reply != 8);
    match passing {
        true => Refusal::OfThisEnd(error),
        false => Refusal::OfAll(error),
    }
}

fn not_socks(hop: &Hop<'_>) -> Error {
    hop.fails(
        "answered something that is not SOCKS 5. Is it a SOCKS proxy? An HTTP proxy is named with \
         http:// or https://",
    )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;

    use super::*;
    use crate::cancel::CancelToken;
    use crate::config::{Limits, Proxy, ProxyScheme, Setup};
    use crate::transport::Call;

    /// Plays the proxy: no way to the first address, and one to the second. Returns what it
    /// was asked for.
    fn picky(listener: TcpListener, first_reply: u8) -> Vec<Vec<u8>> {
        let mut asked = Vec::new();
        for reply in [first_reply, 0] {
            let (mut socket, _) = listener.accept().unwrap();
            socket.read_exact(&mut [0; 3]).unwrap();
            socket.write_all(&[5, 0]).unwrap();
            let mut request = vec![0; 10];
            socket.read_exact(&mut request).unwrap();
            asked.push(request);
            socket
                .write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0])
                .unwrap();
            if reply != 0 && first_reply == 2 {
                break;
            }
        }
        asked
    }

    fn try_two(first_reply: u8) -> (Result<Channel, Error>, Vec<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy {
            scheme: ProxyScheme::Socks5,
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
            credentials: None,
            source: "a test".to_owned(),
        };
        let server = std::thread::spawn(move || picky(listener, first_reply));
        let call = Arc::new(Call::new(CancelToken::new(), Limits::DEFAULT, false));
        let trust = Trust::new(&Setup::default()).unwrap();
        let ends = [[192, 0, 2, 1], [192, 0, 2, 2]];
        let ends = ends.map(|address| End::Address(address.into())).into();
        let opened = open(&Hop::new(&proxy, &call), &trust, ends, 443);
        (opened, server.join().unwrap())
    }

    #[test]
    fn the_next_address_is_tried_where_the_proxy_has_no_way_to_the_first() {
        let (opened, asked) = try_two(4);
        assert!(opened.is_ok(), "{opened:?}");
        let wanted = [
            [5, 1, 0, 1, 192, 0, 2, 1, 1, 187],
            [5, 1, 0, 1, 192, 0, 2, 2, 1, 187],
        ];
        assert_eq!(asked, wanted);
    }

    #[test]
    fn a_refusal_by_the_proxys_rules_holds_for_every_address() {
        let (opened, asked) = try_two(2);
        assert!(opened.unwrap_err().message().contains("192.0.2.1:443"));
        assert_eq!(asked.len(), 1);
    }
}
