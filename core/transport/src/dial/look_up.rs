//! The addresses of a host.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::thread;

use super::no_connection;
use crate::awaited::awaited;
use crate::call_control::CallControl;
use crate::exhausted;
use crate::failure::{ConnectCause, Failure};
use crate::host::without_brackets;
use crate::progress::Phase;

/// The system's look-up may load modules that need more than a worker's stack. Pages that are not
/// touched cost nothing.
const STACK: usize = 512 * 1024;

/// The addresses of `host`, at least one, within the call's connect limit.
///
/// `getaddrinfo` cannot be interrupted. So it runs on its own thread, which is abandoned when the
/// caller stops waiting. An address needs no look-up.
pub(crate) fn look_up(
    host: &str,
    port: u16,
    call: &CallControl,
) -> Result<Vec<SocketAddr>, Failure> {
    let host = without_brackets(host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    call.enter(Phase::LookUp);
    let (giver, answer) = awaited();
    let name = host.to_owned();
    thread::Builder::new()
        .name("neura-look-up".to_owned())
        .stack_size(STACK)
        // Gives it to nobody if the caller has stopped waiting.
        .spawn(move || {
            giver.give(addresses(&name, port));
        })
        .map_err(|error| no_connection(host, port, ConnectCause::NoThread(error.into())))?;
    match answer.wait(&call.cancel, || call.next_connect_wait())? {
        Some(Ok(found)) => Ok(found),
        Some(Err(error)) => Err(failed(host, port, &error)),
        None => {
            let stopped = io::Error::other("the look-up ended without a result");
            Err(failed(host, port, &stopped))
        }
    }
}

fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
    match addresses.is_empty() {
        true => Err(io::Error::other("the name has no address")),
        false => Ok(addresses),
    }
}

fn failed(host: &str, port: u16, error: &io::Error) -> Failure {
    // An error of the standard library's look-up has no code that says what was lacking.
    let lacking = match error.raw_os_error() {
        Some(_) => exhausted::descriptors(error),
        None => exhausted::descriptors_now(),
    };
    let cause = match lacking {
        Some(whose) => ConnectCause::NoDescriptor(whose, error.into()),
        None => ConnectCause::LookUp(error.into()),
    };
    no_connection(host, port, cause)
}
