//! Wakes an event loop from any thread, through a descriptor that it watches.

use std::io;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod ring {
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd};

    use rustix::event::{EventfdFlags, eventfd};

    /// A counter of the system's: one descriptor, written to and read in one call each.
    pub struct Ring(OwnedFd);

    impl Ring {
        pub fn new() -> io::Result<Self> {
            Ok(Self(eventfd(
                0,
                EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK,
            )?))
        }

        pub fn descriptor(&self) -> i32 {
            self.0.as_raw_fd()
        }

        pub fn ring(&self) {
            // A counter that is full wakes as well.
            let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
        }

        pub fn hush(&self) {
            let _ = rustix::io::read(&self.0, &mut [0_u8; 8]);
        }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
mod ring {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    /// Two ends of a socket.
    pub struct Ring {
        ours: UnixStream,
        watched: UnixStream,
    }

    impl Ring {
        pub fn new() -> io::Result<Self> {
            let (ours, watched) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            watched.set_nonblocking(true)?;
            Ok(Self { ours, watched })
        }

        pub fn descriptor(&self) -> i32 {
            self.watched.as_raw_fd()
        }

        pub fn ring(&self) {
            // A socket that is full wakes as well.
            let _ = (&self.ours).write(&[1]);
        }

        pub fn hush(&self) {
            let mut seen = [0; 64];
            while matches!((&self.watched).read(&mut seen), Ok(64)) {}
        }
    }
}

#[cfg(not(unix))]
mod ring {
    use std::io;

    /// No event loop here watches a descriptor that is not a socket.
    pub enum Ring {}

    impl Ring {
        pub fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub fn descriptor(&self) -> i32 {
            match *self {}
        }

        pub fn ring(&self) {
            match *self {}
        }

        pub fn hush(&self) {
            match *self {}
        }
    }
}

/// Rings from any thread; the event loop that watches its descriptor hears it.
pub struct Bell(ring::Ring);

impl Bell {
    /// `Unsupported` where there is nothing to watch.
    pub fn new() -> io::Result<Self> {
        ring::Ring::new().map(Self)
    }

    /// What the event loop watches for reading.
    pub fn descriptor(&self) -> i32 {
        self.0.descriptor()
    }

    /// Never waits.
    pub fn ring(&self) {
        self.0.ring();
    }

    /// Until it rings again.
    pub fn hush(&self) {
        self.0.hush();
    }
}
