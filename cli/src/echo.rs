//! The echo of the terminal: whether what is typed is shown.

#[cfg(unix)]
pub(crate) use unix::Echo;
#[cfg(not(unix))]
pub(crate) use windows::Echo;

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

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
            if let Some(before) = &self.0 {
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
            }
        }
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
