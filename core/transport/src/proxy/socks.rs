//! A tunnel through a SOCKS proxy. Source: RFC 1928 and RFC 1929.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr};

use zeroize::Zeroizing;

use super::{ProxyConnector, failed};
use crate::failure::{Failure, ProxyCause, ProxyStep};
use crate::progress::Phase;
use crate::tls::Channel;
use crate::tls::TlsConnector;

const VERSION: u8 = 5;
/// The version of the sub-negotiation of user and password.
const LOGIN_VERSION: u8 = 1;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;

/// What the proxy is asked to connect to.
pub(super) enum Target {
    Address(IpAddr),
    /// The proxy looks it up.
    Name(String),
}

/// Why there is no tunnel.
enum Refusal {
    /// The proxy did not reach this target. It may reach another address of the host.
    OfTarget(Failure),
    OfAll(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal::OfAll(failure)
    }
}

/// Opens a tunnel to the first target that the proxy reaches, with a connection for each try.
pub(super) fn open_tunnel(
    connector: &ProxyConnector<'_>,
    tls: &TlsConnector,
    targets: Vec<Target>,
    port: u16,
) -> Result<Channel, Failure> {
    let mut last = failed(ProxyStep::Request, ProxyCause::NoAddress);
    for target in targets {
        let mut channel = connector.connect(tls)?;
        connector.call.enter(Phase::Tunnel);
        match tunnel(connector, &mut channel, &target, port) {
            Ok(()) => return Ok(channel),
            Err(Refusal::OfTarget(failure)) => last = failure,
            Err(Refusal::OfAll(failure)) => return Err(failure),
        }
    }
    Err(last)
}

/// Asks the proxy for a tunnel. Afterwards the channel leads to `target`.
fn tunnel(
    connector: &ProxyConnector<'_>,
    channel: &mut Channel,
    target: &Target,
    port: u16,
) -> Result<(), Refusal> {
    greet(connector, channel)?;
    let step = ProxyStep::Request;
    send(connector, channel, &request(target, port)?, step)?;
    let [version, reply, _, kind] = receive(connector, channel, step)?;
    if version != VERSION {
        return Err(not_socks(step).into());
    }
    if reply != 0 {
        return Err(refusal(target, port, reply));
    }
    // The address from which the proxy connects is not needed.
    match kind {
        1 => receive::<4>(connector, channel, step).map(drop)?,
        4 => receive::<16>(connector, channel, step).map(drop)?,
        3 => {
            let [length] = receive(connector, channel, step)?;
            for _ in 0..length {
                receive::<1>(connector, channel, step)?;
            }
        }
        _ => return Err(not_socks(step).into()),
    }
    receive::<2>(connector, channel, step)?;
    Ok(())
}

/// Agrees on a way to log in, and logs in.
fn greet(connector: &ProxyConnector<'_>, channel: &mut Channel) -> Result<(), Failure> {
    let credentials = connector.proxy.credentials.as_ref();
    let hello: &[u8] = match credentials {
        Some(_) => &[VERSION, 2, NO_LOGIN, LOGIN],
        None => &[VERSION, 1, NO_LOGIN],
    };
    let step = ProxyStep::Greeting;
    send(connector, channel, hello, step)?;
    let [version, method] = receive(connector, channel, step)?;
    match (version, method, credentials) {
        (VERSION, NO_LOGIN, _) => Ok(()),
        (VERSION, LOGIN, Some(credentials)) => {
            // At once: a growing buffer would leave a copy of the credentials behind.
            let mut login = Zeroizing::new(Vec::with_capacity(3 + 2 * 255));
            login.push(LOGIN_VERSION);
            for text in [&credentials.user, &credentials.password] {
                push_text(&mut login, text, ProxyStep::Login)?;
            }
            send(connector, channel, &login, ProxyStep::Login)?;
            let [_, status] = receive(connector, channel, ProxyStep::Login)?;
            match status {
                0 => Ok(()),
                _ => Err(failed(ProxyStep::Login, ProxyCause::LoginRefused)),
            }
        }
        (VERSION, NO_METHOD | LOGIN, None) => Err(failed(step, ProxyCause::LoginWanted)),
        (VERSION, NO_METHOD, Some(_)) => {
            Err(failed(step, ProxyCause::LoginUnsupported(Vec::new())))
        }
        _ => Err(not_socks(step)),
    }
}

fn request(target: &Target, port: u16) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![VERSION, CONNECT, 0];
    match target {
        Target::Address(IpAddr::V4(address)) => {
            bytes.push(1);
            bytes.extend(address.octets());
        }
        Target::Address(IpAddr::V6(address)) => {
            bytes.push(4);
            bytes.extend(address.octets());
        }
        Target::Name(name) => {
            bytes.push(3);
            push_text(&mut bytes, name, ProxyStep::Request)?;
        }
    }
    bytes.extend(port.to_be_bytes());
    Ok(bytes)
}

/// Appends a byte with the length of a text, then the text.
fn push_text(bytes: &mut Vec<u8>, text: &str, step: ProxyStep) -> Result<(), Failure> {
    let length = u8::try_from(text.len()).map_err(|_| failed(step, ProxyCause::TextTooLong))?;
    bytes.push(length);
    bytes.extend(text.bytes());
    Ok(())
}

fn send(
    connector: &ProxyConnector<'_>,
    channel: &mut Channel,
    bytes: &[u8],
    step: ProxyStep,
) -> Result<(), Failure> {
    channel
        .write_all(bytes)
        .and_then(|()| channel.flush())
        .map_err(|error| connector.lost(error, step))
}

/// Reads exactly this many bytes: what follows the last reply is the target's.
fn receive<const N: usize>(
    connector: &ProxyConnector<'_>,
    channel: &mut Channel,
    step: ProxyStep,
) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    match channel.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == IoErrorKind::UnexpectedEof => {
            Err(failed(step, ProxyCause::Closed(false)))
        }
        Err(error) => Err(connector.lost(error, step)),
    }
}

fn refusal(target: &Target, port: u16, code: u8) -> Refusal {
    let target = match target {
        Target::Address(address) => SocketAddr::new(*address, port).to_string(),
        Target::Name(name) => format!("{name}:{port}"),
    };
    let failure = failed(ProxyStep::Request, ProxyCause::SocksReply { code, target });
    match code {
        // A general failure; network or host unreachable; connection refused; TTL expired; the
        // type of address is not supported.
        1 | 3..=6 | 8 => Refusal::OfTarget(failure),
        _ => Refusal::OfAll(failure),
    }
}

fn not_socks(step: ProxyStep) -> Failure {
    failed(step, ProxyCause::NotSocks)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;

    use super::*;
    use crate::call_control::CallControl;
    use crate::cancel::CancelToken;
    use crate::failure::Cause;
    use crate::limits::Limits;
    use crate::settings::{Proxy, ProxyScheme};
    use crate::tls::TlsSettings;

    /// A proxy that cannot reach the first address, but the second. Returns the requests.
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

    fn try_two(first_reply: u8) -> (Result<Channel, Failure>, Vec<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy {
            scheme: ProxyScheme::Socks5,
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
            credentials: None,
        };
        let server = std::thread::spawn(move || picky(listener, first_reply));
        let call = Arc::new(CallControl::new(
            CancelToken::new(),
            Limits::default(),
            false,
        ));
        let tls = TlsConnector::new(TlsSettings::default(), false);
        let targets = [[192, 0, 2, 1], [192, 0, 2, 2]];
        let targets = targets.map(|address| Target::Address(address.into()));
        let connector = ProxyConnector {
            proxy: &proxy,
            call: &call,
        };
        let opened = open_tunnel(&connector, &tls, targets.into(), 443);
        (opened, server.join().unwrap())
    }

    #[test]
    fn the_next_address_is_tried_if_the_proxy_cannot_reach_the_first() {
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
        let failure = opened.unwrap_err();
        let Cause::Proxy(failure) = failure.cause() else {
            panic!("{failure:?}");
        };
        assert!(
            matches!(&failure.cause, ProxyCause::SocksReply { code: 2, target }
                if target == "192.0.2.1:443"),
            "{failure:?}"
        );
        assert_eq!(asked.len(), 1);
    }
}
