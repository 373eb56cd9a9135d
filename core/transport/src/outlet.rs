//! A connection without TLS, which the owner of a body may send through from its own thread.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether a send never waits here, so that any thread may do it.
pub(crate) const IS_OFFERED: bool = cfg!(target_os = "linux");

/// A connection, while its call waits for the owner of its body. The system copies the bytes from
/// where they are, and nothing keeps them after that.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Outlet(Arc<Mutex<Option<Arc<TcpStream>>>>);

impl Outlet {
    /// Sends as much as the connection takes without waiting.
    ///
    /// # Errors
    /// `WouldBlock`: nothing fits, or the call does not wait any more. Others: the connection failed.
    pub fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        match &*self.stream() {
            Some(stream) => send(stream, bytes),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn stream(&self) -> MutexGuard<'_, Option<Arc<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lends a connection until this is dropped.
pub(crate) struct Lent(pub(crate) Outlet);

impl Lent {
    pub fn new(stream: &Arc<TcpStream>) -> Self {
        Lent(Outlet(Arc::new(Mutex::new(Some(Arc::clone(stream))))))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.0.stream() = None;
    }
}

/// Writes what fits; on Linux it does not wait. A closed connection is an error, not a signal, which
/// would end the host process.
#[cfg(target_os = "linux")]
pub(crate) fn send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let flags = rustix::net::SendFlags::NOSIGNAL | rustix::net::SendFlags::DONTWAIT;
    Ok(rustix::net::send(stream, bytes, flags)?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn send(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(&mut stream, bytes)
}
