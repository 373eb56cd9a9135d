//! The echo of the terminal: whether what is typed is shown.

#[cfg(unix)]
pub(crate) use unix::Echo;
#[cfg(not(unix))]
pub(crate) use windows::Echo;

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, OptionalActions, Termios};
    use rustix::termios::{tcgetattr, tcgetpgrp, tcsetattr};

    /// The terminal of stdin, as it was found.
    #[derive(Clone)]
    pub struct Echo(Option<Termios>);

    impl Echo {
        /// Remembers how the terminal is set now.
        pub fn of_stdin() -> Self {
            Echo(tcgetattr(io::stdin()).ok())
        }

        /// Switches the echo off, and throws away what was typed so far: it was shown, and it was
        /// typed before there was a question. getpass(3) does the same.
        pub fn off(&self) {
            if let Some(mut silent) = self.0.clone() {
                silent.local_modes.remove(LocalModes::ECHO);
                let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &silent);
            }
        }

        /// Sets the terminal as it was found.
        pub fn restore(&self) {
            if let Some(before) = &self.0
                && is_in_front()
            {
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
            }
        }

        /// Switches the echo off again, as the prompt's library does it, and keeps what was typed.
        pub fn off_again(&self) {
            if let Some(mut silent) = self.0.clone()
                && is_in_front()
            {
                let shown = LocalModes::ECHO | LocalModes::ECHONL;
                let lines = LocalModes::ICANON | LocalModes::ISIG;
                silent.local_modes.remove(shown | lines);
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, &silent);
            }
        }
    }

    /// Whether this program may set the terminal. One in the background is stopped if it does, also
    /// when it is about to end.
    fn is_in_front() -> bool {
        tcgetpgrp(io::stdin()).map_or(true, |group| group == getpgrp())
    }
}

#[cfg(not(unix))]
mod windows {
    /// Nothing to do: the prompt's library switches the echo off by itself, and the shells of
    /// Windows set the mode of the console again for every prompt of theirs.
    #[derive(Clone)]
    pub struct Echo;

    impl Echo {
        pub fn of_stdin() -> Self {
            Echo
        }

        pub fn off(&self) {}

        pub fn restore(&self) {}
    }
}
