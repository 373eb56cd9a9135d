//! The addresses of a host.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use super::{failed, unopened};
use crate::error::Error;
use crate::exhausted;
use crate::transport::call::{Call, Step};

/// The system's look-up may load modules that want more than a worker's stack; what is not
/// touched costs nothing.
const STACK: usize = 512 * 1024;

/// The addresses of `host`, at least one, within the call's connect limit.
///
/// `getaddrinfo` cannot be interrupted, so it runs on a thread of its own (for a new
/// connection alone) that is left to itself when the caller stops waiting. An address
/// needs no look-up.
pub(crate) fn look_up(host: &str, port: u16, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    call.steps(Step::LookingUp);
    let (sender, receiver) = channel();
    let name = host.to_owned();
    thread::Builder::new()
        .name("neura-look-up".to_owned())
        .stack_size(STACK)
        // Nobody listens any more when the caller stopped waiting.
        .spawn(move || drop(sender.send(addresses(&name, port))))
        .map_err(|error| unopened(host, port, &exhausted::threads(&error)))?;
    loop {
        let wait = call.next_connect_wait()?;
        match receiver.recv_timeout(wait) {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => return Err(failed(host, port, &error)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(failed(host, port, &io::Error::other("the look-up stopped")));
            }
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
