//! Failed TCP connections.

use std::io;
use std::net::SocketAddr;

use neura_transport::{ConnectCause, ConnectFailure, SystemError};

use crate::exhausted;
use crate::redact::quoted;

pub(super) fn message(failure: &ConnectFailure) -> String {
    let (host, port) = (quoted(&failure.host), failure.port);
    let why = match &failure.cause {
        ConnectCause::LookUp(error) => format!(
            "its name could not be looked up ({error}). Is the base URL right, and the network up?"
        ),
        ConnectCause::Addresses(errors) => addresses(errors),
        ConnectCause::Socket(error) => {
            format!("the connection failed ({error}). Is the network up?")
        }
        ConnectCause::NoDescriptor(whose, error) => {
            format!("{} ({error})", exhausted::words(*whose))
        }
        ConnectCause::NoThread(error) => exhausted::threads(error),
    };
    format!("could not connect to {host}:{port}: {why}")
}

/// The advice is for the error of the last address; the others are named if they differ.
fn addresses(errors: &[(SocketAddr, SystemError)]) -> String {
    let Some((_, last)) = errors.last() else {
        return "its name has no address. Is the base URL right?".to_owned();
    };
    let (what, advice) = match last.kind {
        io::ErrorKind::ConnectionRefused => {
            ("no server is listening there", "Is the base URL right?")
        }
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            ("there is no route to it", "Is the network up?")
        }
        _ => ("the connection failed", "Is the network up?"),
    };
    let said = match errors.iter().all(|(_, error)| error == last) {
        true => last.to_string(),
        false => {
            let each = errors.iter().map(|(at, error)| format!("{at}: {error}"));
            each.collect::<Vec<_>>().join("; ")
        }
    };
    format!("{what} ({said}). {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> SystemError {
        io::Error::from(io::ErrorKind::ConnectionRefused).into()
    }

    #[test]
    fn addresses_that_fail_in_the_same_way_are_one_reason_and_others_are_named() {
        let [first, second]: [SocketAddr; 2] =
            ["[::1]:9", "127.0.0.1:9"].map(|text| text.parse().unwrap());
        let alike = addresses(&[(first, refused()), (second, refused())]);
        assert_eq!(
            alike,
            "no server is listening there (connection refused). Is the base URL right?"
        );
        let unreachable = io::Error::from(io::ErrorKind::NetworkUnreachable).into();
        let apart = addresses(&[(first, unreachable), (second, refused())]);
        let each = "([::1]:9: network unreachable; 127.0.0.1:9: connection refused)";
        assert!(apart.contains(each), "{apart}");
    }
}
