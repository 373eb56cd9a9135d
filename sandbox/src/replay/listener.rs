//! The listening socket, which a script can close and open again.
//!
//! While it is closed the port stays bound by a socket that does not listen:
//! connections are refused, and no other program can take the port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

const BACKLOG: i32 = 1024;

pub(super) struct Listener {
    address: SocketAddr,
    state: Mutex<State>,
}

enum State {
    Open(TcpListener),
    Closed {
        socket: Socket,
        /// None: only after `open_after`.
        opens_at: Option<Instant>,
    },
    /// The port could not be bound again.
    Lost,
}

impl Listener {
    /// Binds the port, and refuses connections until [`Listener::open_after`].
    pub(super) fn new(port: u16) -> io::Result<Self> {
        let socket = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let address = socket
            .local_addr()?
            .as_socket()
            .ok_or_else(|| io::Error::other("the socket has no address"))?;
        Ok(Self {
            address,
            state: Mutex::new(State::Closed {
                socket,
                opens_at: None,
            }),
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Refuses connections from now on. Those not yet accepted are reset.
    pub(super) fn close(&self) -> io::Result<()> {
        let mut state = self.lock();
        // The old socket must be closed before the port can be bound again.
        *state = State::Lost;
        let socket = bind(self.address)?;
        *state = State::Closed {
            socket,
            opens_at: None,
        };
        Ok(())
    }

    /// Accepts connections again after `delay`, or without one when this returns.
    pub(super) fn open_after(&self, delay: Duration) -> io::Result<()> {
        let mut state = self.lock();
        if let State::Closed { opens_at, .. } = &mut *state {
            *opens_at = Some(Instant::now() + delay);
        }
        open_if_due(&mut state)
    }

    /// A waiting connection, if any.
    pub(super) fn accept(&self) -> io::Result<Option<TcpStream>> {
        let mut state = self.lock();
        open_if_due(&mut state)?;
        let State::Open(listener) = &*state else {
            return Ok(None);
        };
        match listener.accept() {
            Ok((stream, _)) => Ok(Some(stream)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_if_due(state: &mut State) -> io::Result<()> {
    let State::Closed {
        socket,
        opens_at: Some(time),
    } = &*state
    else {
        return Ok(());
    };
    if *time <= Instant::now() {
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from(socket.try_clone()?);
        listener.set_nonblocking(true)?;
        *state = State::Open(listener);
    }
    Ok(())
}

fn bind(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Earlier connections of this port may still exist. On Windows the option
    // would let other programs take the port, too.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}
