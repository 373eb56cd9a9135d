//! Opens a TCP connection: name look-up, then the addresses, within the connect limit.

#[cfg(unix)]
mod happy_eyeballs;
mod look_up;
#[cfg(any(not(unix), test))]
mod sequential;

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::call_control::CallControl;
use crate::exhausted;
use crate::failure::{Cause, ConnectCause, ConnectFailure, Failure, SystemError};
use crate::progress::Phase;
use crate::socket;
pub(crate) use look_up::look_up;

/// A NAT forgets a connection that is silent for long. Probes keep it alive, and find out when the
/// other side is gone.
const KEEPALIVE: Duration = Duration::from_secs(60);
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "android"))]
const KEEPALIVE_PROBES: u32 = 5;

/// Why there is no connection.
enum DialError {
    /// The system gave no thread to connect on.
    #[cfg(any(not(unix), test))]
    Thread(io::Error),
    /// Each address failed.
    Addresses(Vec<(SocketAddr, io::Error)>),
    /// The connected socket cannot be used.
    Socket(io::Error),
    /// The call ended.
    Call(Failure),
}

/// Connects to the first address of `host` that accepts.
pub(crate) fn dial(host: &str, port: u16, call: &CallControl) -> Result<TcpStream, Failure> {
    let addresses = look_up(host, port, call)?;
    call.enter(Phase::Connect);
    connect(alternate_families(addresses), call)
        .and_then(|stream| prepare(stream).map_err(DialError::Socket))
        .map_err(|error| failure(host, port, error))
}

#[cfg(unix)]
use happy_eyeballs::connect;

#[cfg(not(unix))]
use sequential::connect;

/// The same addresses, IPv6 and IPv4 in turn, beginning with the family of the system's first
/// choice. If one family is broken, the other is soon tried. Source: RFC 8305, section 4.
fn alternate_families(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut all = Vec::new();
    loop {
        let pair = [first.next(), second.next()];
        if pair == [None, None] {
            return all;
        }
        all.extend(pair.into_iter().flatten());
    }
}

fn prepare(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE);
    // Windows takes the number of probes only since version 10.0.16299, as a separate setting.
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "android"))]
    let keepalive = keepalive.with_retries(KEEPALIVE_PROBES);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    socket::prepare(&stream)?;
    Ok(stream)
}

fn failure(host: &str, port: u16, error: DialError) -> Failure {
    let cause = match error {
        DialError::Call(failure) => return failure,
        #[cfg(any(not(unix), test))]
        DialError::Thread(error) => ConnectCause::NoThread(error.into()),
        DialError::Socket(error) => match exhausted::descriptors(&error) {
            Some(whose) => ConnectCause::NoDescriptor(whose, error.into()),
            None => ConnectCause::Socket(error.into()),
        },
        DialError::Addresses(errors) => {
            let lacks = |(_, error): &(SocketAddr, io::Error)| {
                Some((exhausted::descriptors(error)?, SystemError::from(error)))
            };
            match errors.iter().rev().find_map(lacks) {
                Some((whose, error)) => ConnectCause::NoDescriptor(whose, error),
                None => {
                    let plain = |(address, error): (SocketAddr, io::Error)| (address, error.into());
                    ConnectCause::Addresses(errors.into_iter().map(plain).collect())
                }
            }
        }
    };
    no_connection(host, port, cause)
}

fn no_connection(host: &str, port: u16, cause: ConnectCause) -> Failure {
    let host = host.to_owned();
    Cause::Connect(ConnectFailure { host, port, cause }).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_sends_at_once_and_is_probed_when_it_is_silent() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let stream = prepare(stream).unwrap();
        assert!(stream.nodelay().unwrap());
        assert!(SockRef::from(&stream).keepalive().unwrap());
        #[cfg(unix)]
        assert!(stream.read_timeout().unwrap().is_some());
        // On Linux a write never waits.
        #[cfg(all(unix, not(target_os = "linux")))]
        assert!(stream.write_timeout().unwrap().is_some());
        #[cfg(target_os = "linux")]
        {
            let socket = SockRef::from(&stream);
            assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEPALIVE);
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEPALIVE);
            let probes = socket.tcp_keepalive_retries().unwrap();
            assert_eq!(probes, KEEPALIVE_PROBES);
        }
    }

    #[test]
    fn families_alternate() {
        let all = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        for (given, turns) in [
            (
                &["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"][..],
                &["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"][..],
            ),
            (&["1.1.1.1:1", "1.1.1.2:1"], &["1.1.1.1:1", "1.1.1.2:1"]),
            (&[], &[]),
        ] {
            assert_eq!(alternate_families(all(given)), all(turns));
        }
    }
}
