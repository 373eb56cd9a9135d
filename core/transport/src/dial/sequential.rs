//! Connecting to several addresses one after the other, for systems where connecting cannot be
//! interrupted.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::DialError;
use crate::awaited::awaited;
use crate::call_control::CallControl;
use crate::cancel::TICK;

/// The least time for one of several addresses.
const LEAST_SHARE: Duration = Duration::from_millis(250);
const STACK: usize = 128 * 1024;

type Errors = Vec<(SocketAddr, io::Error)>;

/// Tries the addresses in order until one accepts, within the call's connect limit. It runs on its
/// own thread, which is abandoned when the caller stops waiting.
pub(super) fn connect(
    addresses: Vec<SocketAddr>,
    call: &CallControl,
) -> Result<TcpStream, DialError> {
    let end = call
        .connect_limit()
        .and_then(|limit| Instant::now().checked_add(limit));
    let (giver, outcome) = awaited();
    thread::Builder::new()
        .name("neura-connect".to_owned())
        .stack_size(STACK)
        // Gives it to nobody if the caller has stopped waiting; the stream is then closed.
        .spawn(move || {
            giver.give(try_all(&addresses, end));
        })
        .map_err(DialError::Thread)?;
    let outcome = outcome.wait(&call.cancel, || call.next_connect_wait());
    match outcome.map_err(DialError::Call)? {
        Some(Ok(stream)) => Ok(stream),
        // The share of the last address ends just before the call's limit, which says more.
        Some(Err(errors)) if timed_out(&errors) => {
            let left = call.connect_limit().filter(|left| *left <= TICK);
            thread::sleep(left.unwrap_or_default());
            let ended = call.next_connect_wait().err();
            Err(ended.map_or(DialError::Addresses(errors), DialError::Call))
        }
        Some(Err(errors)) => Err(DialError::Addresses(errors)),
        None => {
            let stopped = io::Error::other("the attempt ended without a result");
            Err(DialError::Socket(stopped))
        }
    }
}

fn timed_out(errors: &Errors) -> bool {
    let last = errors.last();
    last.is_some_and(|(_, error)| error.kind() == io::ErrorKind::TimedOut)
}

fn try_all(addresses: &[SocketAddr], end: Option<Instant>) -> Result<TcpStream, Errors> {
    let mut errors = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let tried = match end {
            Some(end) => TcpStream::connect_timeout(address, share(end, left)),
            None => TcpStream::connect(address),
        };
        match tried {
            Ok(stream) => return Ok(stream),
            Err(error) => errors.push((*address, error)),
        }
    }
    Err(errors)
}

/// The time for the next of `addresses` addresses.
fn share(end: Instant, addresses: u32) -> Duration {
    let left = end.saturating_duration_since(Instant::now());
    (left / addresses)
        .max(LEAST_SHARE.min(left))
        .max(Duration::from_millis(1))
}
