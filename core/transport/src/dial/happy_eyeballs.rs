//! Connecting to several addresses, each a little later than the one before, until one accepts.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{Shutdown, shutdown};
use socket2::{Domain, Protocol, Socket, Type};

use super::DialError;
use crate::call_control::CallControl;
use crate::cancel::{CancelToken, Registration, TICK};
use crate::process::Process;
use crate::waiters::Wake;

/// The next address is tried when the one before has not answered for this time. Source: RFC 8305,
/// section 5.
const HEAD_START: Duration = Duration::from_millis(250);

/// Tries the addresses in order until one accepts, within the call's connect limit.
///
/// `connect` of a blocking socket cannot be cancelled. So the sockets do not block, and one poll
/// waits for all of them.
pub(super) fn connect(
    addresses: Vec<SocketAddr>,
    call: &CallControl,
) -> Result<TcpStream, DialError> {
    let mut waiting = addresses.into_iter().peekable();
    let mut begun: Vec<Attempt> = Vec::new();
    let mut next_at = Instant::now();
    let mut errors: Vec<(SocketAddr, io::Error)> = Vec::new();
    loop {
        let wait = call.next_connect_wait().map_err(DialError::Call)?;
        let now = Instant::now();
        if begun.is_empty() || now >= next_at {
            if let Some(address) = waiting.next() {
                next_at = now + HEAD_START;
                match begin(&address) {
                    Ok((socket, true)) => return finish(socket),
                    Ok((socket, false)) => {
                        begun.push(Attempt::new(address, socket, &call.cancel));
                        continue; // The token is checked before the wait.
                    }
                    Err(error) => {
                        errors.push((address, error));
                        next_at = now;
                        continue;
                    }
                }
            } else if begun.is_empty() {
                return Err(DialError::Addresses(errors));
            }
        }
        let until_next = match waiting.peek() {
            Some(_) => next_at.saturating_duration_since(now),
            None => wait,
        };
        let wait = match begun.iter().all(|attempt| attempt.registration.is_some()) {
            true => wait.min(until_next),
            false => wait.min(until_next).min(TICK),
        };
        for index in ready(&begun, wait).into_iter().rev() {
            if call.cancel.is_cancelled() {
                return Err(DialError::Call(call.cancelled())); // Which made it ready.
            }
            let attempt = begun.swap_remove(index);
            match attempt.socket.take_error() {
                Ok(None) => return attempt.finish(),
                Ok(Some(error)) | Err(error) => {
                    errors.push((attempt.address, error));
                    next_at = now; // The next address is tried at once.
                }
            }
        }
    }
}

/// A socket that connects.
struct Attempt {
    /// Removed before the socket is dropped.
    registration: Option<Registration>,
    address: SocketAddr,
    socket: Arc<Socket>,
}

impl Attempt {
    fn new(address: SocketAddr, socket: Socket, cancel: &CancelToken) -> Self {
        let socket = Arc::new(socket);
        let wake: Arc<Socket> = Arc::clone(&socket);
        Attempt {
            registration: cancel.register(Process::current(), wake),
            address,
            socket,
        }
    }

    fn finish(self) -> Result<TcpStream, DialError> {
        drop(self.registration);
        // This is the last reference, so nothing is copied.
        let socket = Arc::try_unwrap(self.socket).or_else(|socket| socket.try_clone());
        finish(socket.map_err(DialError::Socket)?)
    }
}

impl Wake for Socket {
    /// Ends the attempt on Linux; the poll then reports it.
    fn wake(&self) {
        let _ = shutdown(self, Shutdown::Read);
    }
}

/// A socket that connects, and whether it is connected already.
fn begin(address: &SocketAddr) -> io::Result<(Socket, bool)> {
    let socket = Socket::new(
        Domain::for_address(*address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    match socket.connect(&(*address).into()) {
        Ok(()) => Ok((socket, true)),
        Err(error) if is_in_progress(&error) => Ok((socket, false)),
        Err(error) => Err(error),
    }
}

fn is_in_progress(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINPROGRESS)
        || matches!(
            error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
        )
}

/// The positions of the sockets that connected or failed.
fn ready(begun: &[Attempt], wait: Duration) -> Vec<usize> {
    let mut polled: Vec<PollFd<'_>> = begun
        .iter()
        .map(|attempt| PollFd::new(&*attempt.socket, PollFlags::OUT))
        .collect();
    let wait = Timespec::try_from(wait).ok(); // One that is too long for the system has no end.
    // An interruption ends the wait like any other end.
    match poll(&mut polled, wait.as_ref()) {
        Ok(1..) => (0..polled.len())
            .filter(|index| !polled[*index].revents().is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

fn finish(socket: Socket) -> Result<TcpStream, DialError> {
    socket.set_nonblocking(false).map_err(DialError::Socket)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::CancelToken;
    use crate::dial::sequential;
    use crate::failure::{Cause, Limit};
    use crate::limits::Limits;
    use crate::progress::Phase;
    use std::net::TcpListener;

    /// An address that does not answer: the queue of its listener is full.
    fn black_hole() -> (Socket, SocketAddr, Vec<io::Result<TcpStream>>) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let short = Duration::from_millis(100);
        let held: Vec<_> = (0..4)
            .map(|_| TcpStream::connect_timeout(&address, short))
            .collect();
        assert!(held.iter().any(Result::is_err), "the queue is not full");
        (listener, address, held)
    }

    fn call(connect: Duration) -> CallControl {
        let limits = Limits {
            connect: Some(connect),
            ..Limits::default()
        };
        let call = CallControl::new(CancelToken::new(), limits, false);
        call.enter(Phase::Connect);
        call
    }

    type Connect = fn(Vec<SocketAddr>, &CallControl) -> Result<TcpStream, DialError>;
    const WAYS: [(&str, Connect); 2] = [
        ("happy eyeballs", connect),
        ("sequential", sequential::connect),
    ];

    #[test]
    fn an_address_that_answers_is_found_behind_one_that_does_not() {
        let alive = TcpListener::bind("127.0.0.1:0").unwrap();
        let alive = alive.local_addr().unwrap();
        let (_listener, dead, _held) = black_hole();
        for (way, connect) in WAYS {
            let started = Instant::now();
            let stream = connect(vec![dead, alive], &call(Duration::from_secs(4)));
            assert_eq!(stream.ok().unwrap().peer_addr().unwrap(), alive, "{way}");
            assert!(started.elapsed() < Duration::from_secs(3), "{way}");
        }
    }

    #[test]
    fn an_address_that_refuses_costs_no_time() {
        let alive = TcpListener::bind("127.0.0.1:0").unwrap();
        let alive = alive.local_addr().unwrap();
        let refusing: SocketAddr = "127.0.0.1:9".parse().unwrap();
        for (way, connect) in WAYS {
            let stream = connect(
                vec![refusing, refusing, alive],
                &call(Duration::from_secs(5)),
            );
            assert_eq!(stream.ok().unwrap().peer_addr().unwrap(), alive, "{way}");
            match connect(vec![refusing], &call(Duration::from_secs(5))) {
                Err(DialError::Addresses(errors)) => {
                    let [(address, error)] = &errors[..] else {
                        panic!("{way}: {errors:?}");
                    };
                    assert_eq!(*address, refusing, "{way}");
                    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused, "{way}");
                }
                _ => panic!("{way}"),
            }
        }
    }

    #[test]
    fn the_limit_ends_the_wait_for_all_of_them() {
        let (_listener, dead, _held) = black_hole();
        for (way, connect) in WAYS {
            let started = Instant::now();
            let limit = Duration::from_millis(400);
            match connect(vec![dead, dead], &call(limit)) {
                Err(DialError::Call(failure)) => match failure.cause() {
                    Cause::LimitPassed(Limit::Connect(passed), _) => assert_eq!(*passed, limit),
                    cause => panic!("{way}: {cause:?}"),
                },
                _ => panic!("{way}"),
            }
            assert!((limit..limit * 4).contains(&started.elapsed()), "{way}");
        }
    }
}
