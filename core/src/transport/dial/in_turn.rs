//! Connecting to several addresses in turn, where a connect cannot be waited for in ticks.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::Fault;
use crate::cancel::TICK;
use crate::transport::call::Call;

/// The least time an address gets when several share the limit.
const LEAST_SHARE: Duration = Duration::from_millis(250);
const STACK: usize = 128 * 1024;

/// Tries the addresses in order until one connects, within the call's connect limit: on a
/// thread of its own, which is left to itself when the caller stops waiting.
pub(super) fn connect(addresses: Vec<SocketAddr>, call: &Call) -> Result<TcpStream, Fault> {
    let end = call
        .connect_limit()
        .and_then(|limit| Instant::now().checked_add(limit));
    let (sender, receiver) = channel();
    thread::Builder::new()
        .name("neura-connect".to_owned())
        .stack_size(STACK)
        // Nobody listens any more when the caller stopped waiting; a stream closes then.
        .spawn(move || drop(sender.send(try_all(&addresses, end))))
        .map_err(Fault::Thread)?;
    loop {
        let wait = call.next_connect_wait().map_err(Fault::Call)?;
        match receiver.recv_timeout(wait) {
            Ok(Ok(stream)) => return Ok(stream),
            // The last address's share ends a moment before the call's limit, which tells more.
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                let left = call.connect_limit().filter(|left| *left <= TICK);
                thread::sleep(left.unwrap_or_default());
                let ended = call.next_connect_wait().err();
                return Err(ended.map_or(Fault::System(error), Fault::Call));
            }
            Ok(Err(error)) => return Err(Fault::System(error)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Fault::System(io::Error::other("the connect stopped")));
            }
        }
    }
}

fn try_all(addresses: &[SocketAddr], end: Option<Instant>) -> io::Result<TcpStream> {
    let mut last = io::Error::other("no address was tried");
    for (index, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let tried = match end {
            Some(end) => TcpStream::connect_timeout(address, share(end, others)),
            None => TcpStream::connect(address),
        };
        match tried {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// What one of `others` addresses may use of the time that is left.
fn share(end: Instant, others: u32) -> Duration {
    let left = end.saturating_duration_since(Instant::now());
    (left / others)
        .max(LEAST_SHARE.min(left))
        .max(Duration::from_millis(1))
}
