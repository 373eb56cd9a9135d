//! The command in a pseudo-terminal.

use std::io::{Read, Write};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty};

use crate::neura::{BINARY, Neura};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal of 100 columns, and what is on its screen.
pub struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    shown: Arc<Mutex<Vec<u8>>>,
    /// What [`wait_for`](Self::wait_for) has found already.
    seen: usize,
}

impl Terminal {
    /// `neura` with these arguments.
    pub fn run(neura: &Neura, args: &[&str]) -> Self {
        Self::run_after(neura, "", args)
    }

    /// `neura` with these arguments, after something was typed.
    pub fn run_after(neura: &Neura, typed: &str, args: &[&str]) -> Self {
        Self::start(neura, typed, BINARY, args, |command| command)
    }

    /// A shell's line, in which `$NEURA` is the command.
    pub fn shell(neura: &Neura, line: &str) -> Self {
        let set = |command: Command| command.env("NEURA", BINARY);
        Self::start(neura, "", "sh", &["-c", line], set)
    }

    fn start(
        neura: &Neura,
        typed: &str,
        program: &str,
        args: &[&str],
        set: impl FnOnce(Command) -> Command,
    ) -> Self {
        let (mut pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(24, 100)).unwrap();
        let command = Command::new(program)
            .args(args)
            .env_clear()
            .env("TERM", "xterm-256color")
            .envs(neura.variables().iter().cloned())
            .current_dir(neura.place.path("work"));
        pty.write_all(typed.as_bytes()).unwrap();
        let child = set(command).spawn(pts).unwrap();
        let (pty, shown) = (Arc::new(pty), Arc::new(Mutex::new(Vec::new())));
        let (reader, screen) = (Arc::clone(&pty), Arc::clone(&shown));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of a terminal is an error on Linux.
            while let Ok(length @ 1..) = (&*reader).read(&mut bytes) {
                screen.lock().unwrap().extend_from_slice(&bytes[..length]);
            }
        });
        Terminal {
            child,
            pty,
            shown,
            seen: 0,
        }
    }

    pub fn type_(&mut self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Whether the terminal shows what is typed.
    pub fn echoes(&self) -> bool {
        let modes = rustix::termios::tcgetattr(&*self.pty).unwrap().local_modes;
        modes.contains(rustix::termios::LocalModes::ECHO)
    }

    /// Sends the program a signal.
    pub fn send(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Whether the program was stopped.
    #[cfg(target_os = "linux")]
    pub fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        stat.rsplit(") ").next().unwrap().starts_with('T')
    }

    /// Waits until this text was shown, after what was found before.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if let Some(at) = screen[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            assert!(Instant::now() < until, "{text:?} did not come: {screen:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// All that was shown, with its escape sequences.
    pub fn screen(&self) -> String {
        let shown = self.shown.lock().unwrap();
        // A character may have come in part.
        match std::str::from_utf8(&shown) {
            Ok(text) => text.to_owned(),
            Err(error) => String::from_utf8_lossy(&shown[..error.valid_up_to()]).into_owned(),
        }
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    pub fn end(&mut self) -> Option<i32> {
        self.status().code()
    }

    /// Waits for the end; the signal that ended it.
    #[track_caller]
    pub fn signal_of_end(&mut self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt;
        self.status().signal()
    }

    #[track_caller]
    fn status(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // Its last words may still be on the way.
                thread::sleep(Duration::from_millis(50));
                return status;
            }
            assert!(Instant::now() < until, "no end: {:?}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
