//! Opens a TCP connection: name look-up and every address, within the connect limit.

#[cfg(any(not(unix), test))]
mod in_turn;
mod look_up;
#[cfg(unix)]
mod race;

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use super::call::{Call, Step};
use super::socket;
use crate::error::{Error, ErrorKind};
use crate::exhausted;
use crate::redact::quoted;
pub(crate) use look_up::look_up;

/// Behind a NAT a silent stream's connection is forgotten without a word; probes keep it
/// known and find out when the other side is gone.
const KEEPALIVE: Duration = Duration::from_secs(60);
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "android"))]
const KEEPALIVE_PROBES: u32 = 5;

/// Why there is no connection.
enum Fault {
    /// The system gave no thread to connect on.
    #[cfg(any(not(unix), test))]
    Thread(io::Error),
    /// What the system said of the last address.
    System(io::Error),
    /// The call's own end.
    Call(Error),
}

/// Connects to the first address of `host` that answers.
pub(crate) fn dial(host: &str, port: u16, call: &Call) -> Result<TcpStream, Error> {
    let addresses = look_up(host, port, call)?;
    call.steps(Step::Connecting);
    connect(in_families_by_turns(addresses), call)
        .and_then(|stream| prepare(stream).map_err(Fault::System))
        .map_err(|fault| match fault {
            Fault::Call(error) => error,
            #[cfg(any(not(unix), test))]
            Fault::Thread(error) => unopened(host, port, &exhausted::threads(&error)),
            Fault::System(error) => failed(host, port, &error),
        })
}

#[cfg(unix)]
use race::connect;

#[cfg(not(unix))]
use in_turn::connect;

/// The same addresses, IPv6 and IPv4 by turns, the system's first choice first: where one
/// family is broken, the other one's turn comes soon. Source: RFC 8305, section 4.
fn in_families_by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
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
    // Windows takes the number of probes only since version 10.0.16299, as a setting of its own.
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "android"))]
    let keepalive = keepalive.with_retries(KEEPALIVE_PROBES);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    socket::prepare(&stream)?;
    Ok(stream)
}

fn failed(host: &str, port: u16, error: &io::Error) -> Error {
    let lost = || match error.raw_os_error() {
        // A look-up's failure does not say what it lacked.
        None => exhausted::descriptors_now(),
        Some(_) => None,
    };
    if let Some(why) = exhausted::descriptors(error).or_else(lost) {
        return unopened(host, port, &format!("{why} ({error})")).with_io_source(error);
    }
    let (what, advice) = match error.kind() {
        io::ErrorKind::ConnectionRefused => ("nobody listens there", "Is the base URL right?"),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            ("there is no route to it", "Is the network up?")
        }
        // A look-up's failure has no kind of its own in the standard library.
        _ if error.raw_os_error().is_none() => (
            "its name could not be looked up",
            "Is the base URL right, and the network up?",
        ),
        _ => ("the connection failed", "Is the network up?"),
    };
    unopened(host, port, &format!("{what} ({error}). {advice}")).with_io_source(error)
}

fn unopened(host: &str, port: u16, why: &str) -> Error {
    let message = format!("could not connect to {}:{port}: {why}", quoted(host));
    Error::new(ErrorKind::Connection, message).with_retryable(true)
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
        {
            assert!(stream.read_timeout().unwrap().is_some());
            assert!(stream.write_timeout().unwrap().is_some());
        }
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
    fn families_take_turns() {
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
            assert_eq!(in_families_by_turns(all(given)), all(turns));
        }
    }
}
