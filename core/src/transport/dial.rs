//! Opens a TCP connection: name look-up and every address, within the connect limit.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use super::call::Call;
use crate::cancel::TICK;
use crate::error::{Error, ErrorKind};

/// Behind a NAT a silent stream's connection is forgotten without a word; probes keep it
/// known and find out when the other side is gone.
const KEEPALIVE: Duration = Duration::from_secs(60);
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "android"))]
const KEEPALIVE_PROBES: u32 = 5;

/// The system's look-up may load modules that want more than a worker's stack; what is not
/// touched costs nothing.
const STACK: usize = 512 * 1024;

/// The least time an address gets when several share the limit.
const LEAST_SHARE: Duration = Duration::from_millis(250);

/// Connects to the first address of `host` that answers.
pub(crate) fn dial(host: &str, port: u16, call: &Call) -> Result<TcpStream, Error> {
    apart(host, port, call, |host, port, limit| {
        try_addresses(host, port, limit.map(|limit| Instant::now() + limit))
    })
}

/// The addresses of `host`, at least one.
pub(crate) fn look_up(host: &str, port: u16, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    apart(host, port, call, |host, port, _| addresses(host, port))
}

/// `getaddrinfo` and `connect` cannot be interrupted, so they run on a thread of their own
/// (for a new connection alone) which is left to itself when the caller stops waiting.
fn apart<T: Send + 'static>(
    host: &str,
    port: u16,
    call: &Call,
    work: fn(&str, u16, Option<Duration>) -> io::Result<T>,
) -> Result<T, Error> {
    let limit = call.connect_limit();
    let (sender, receiver) = channel();
    let target = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    thread::Builder::new()
        .name("neura-connect".to_owned())
        .stack_size(STACK)
        // Nobody listens any more when the caller stopped waiting; a stream closes then.
        .spawn(move || drop(sender.send(work(&target, port, limit))))
        .map_err(|error| failed(host, port, &error))?;

    let started = Instant::now();
    loop {
        if call.cancel.poll() {
            return Err(call.cancelled());
        }
        let left = limit.map(|limit| limit.saturating_sub(started.elapsed()));
        match receiver.recv_timeout(left.map_or(TICK, |left| left.min(TICK))) {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(call.connect_reached(limit.unwrap_or(started.elapsed())));
            }
            Ok(Err(error)) => return Err(failed(host, port, &error)),
            Err(RecvTimeoutError::Timeout) if left.is_some_and(|left| left.is_zero()) => {
                return Err(call.connect_reached(limit.unwrap_or_default()));
            }
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
        true => Err(io::Error::new(
            io::ErrorKind::NotFound,
            "the name has no address",
        )),
        false => Ok(addresses),
    }
}

fn try_addresses(host: &str, port: u16, end: Option<Instant>) -> io::Result<TcpStream> {
    let addresses = addresses(host, port)?;
    let mut last = io::Error::other("no address was tried");
    for (index, address) in addresses.iter().enumerate() {
        let others = (addresses.len() - index) as u32;
        match connect(address, end.map(|end| share(end, others))) {
            Ok(stream) => return prepare(stream),
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

fn connect(address: &SocketAddr, limit: Option<Duration>) -> io::Result<TcpStream> {
    match limit {
        Some(limit) => TcpStream::connect_timeout(address, limit),
        None => TcpStream::connect(address),
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
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(TICK))?;
    Ok(stream)
}

fn failed(host: &str, port: u16, error: &io::Error) -> Error {
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
    let message = format!("could not connect to {host}:{port}: {what} ({error}). {advice}");
    Error::new(ErrorKind::Connection, message).with_retryable(true)
}
