//! Wakes an event loop from any thread, through a descriptor that it watches.

use std::io;
use std::time::Duration;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod platform {
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd};

    use rustix::event::{EventfdFlags, eventfd};

    /// An eventfd: one descriptor, one system call to write and one to read.
    pub struct Signal(OwnedFd);

    impl Signal {
        pub fn new() -> io::Result<Self> {
            Ok(Self(eventfd(
                0,
                EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK,
            )?))
        }

        pub fn descriptor(&self) -> i32 {
            self.0.as_raw_fd()
        }

        pub fn wake(&self) {
            // A full counter wakes the loop as well.
            let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
        }

        pub fn clear(&self) {
            let _ = rustix::io::read(&self.0, &mut [0_u8; 8]);
        }

        pub fn watched(&self) -> &OwnedFd {
            &self.0
        }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
mod platform {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    /// A pair of sockets.
    pub struct Signal {
        ours: UnixStream,
        watched: UnixStream,
    }

    impl Signal {
        pub fn new() -> io::Result<Self> {
            let (ours, watched) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            watched.set_nonblocking(true)?;
            Ok(Self { ours, watched })
        }

        pub fn descriptor(&self) -> i32 {
            self.watched.as_raw_fd()
        }

        pub fn wake(&self) {
            // A full socket wakes the loop as well.
            let _ = (&self.ours).write(&[1]);
        }

        pub fn clear(&self) {
            let mut seen = [0; 64];
            while matches!((&self.watched).read(&mut seen), Ok(64)) {}
        }

        pub fn watched(&self) -> &UnixStream {
            &self.watched
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;

    /// Event loops on this platform watch sockets only.
    pub enum Signal {}

    impl Signal {
        pub fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub fn descriptor(&self) -> i32 {
            match *self {}
        }

        pub fn wake(&self) {
            match *self {}
        }

        pub fn clear(&self) {
            match *self {}
        }
    }
}

/// Wakes, from any thread, the event loop that watches its descriptor.
pub struct WakeupFd(platform::Signal);

impl WakeupFd {
    /// Fails with `Unsupported` where an event loop cannot watch a descriptor.
    pub fn new() -> io::Result<Self> {
        platform::Signal::new().map(Self)
    }

    /// The descriptor that the event loop watches for reading.
    pub fn descriptor(&self) -> i32 {
        self.0.descriptor()
    }

    /// Never waits.
    pub fn wake(&self) {
        self.0.wake();
    }

    /// Makes the descriptor unreadable until the next `wake`.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Waits until the descriptor is readable, for up to `timeout`, or for ever; returns whether it
    /// is. A signal handler that ran ends the wait as well.
    #[cfg(unix)]
    pub fn wait(&self, timeout: Option<Duration>) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};

        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        let mut watched = [PollFd::new(self.0.watched(), PollFlags::IN)];
        matches!(poll(&mut watched, timeout.as_ref()), Ok(1..))
    }

    /// Never called: there is no descriptor here.
    #[cfg(not(unix))]
    pub fn wait(&self, _timeout: Option<Duration>) -> bool {
        match self.0 {}
    }
}
