//! What Ctrl-C does: it ends the program, unless a command has something to finish or to cancel.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neura::CancelToken;

use crate::exit;

/// The longest time until the handler of a signal has run.
const HANDLER: Duration = Duration::from_millis(200);

/// What Ctrl-C does now. Clones share it.
///
/// Without more, Ctrl-C ends the program with exit code 130. [`cancels`](Self::cancels) makes it
/// cancel a call instead, [`deferred`](Self::deferred) makes it wait for the end of a change.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Ends the program; nothing in tests that run a command in their own process.
    end: Option<Box<dyn Fn(u8) + Send>>,
    /// Puts the terminal back as it was.
    restore: Option<Box<dyn Fn() + Send>>,
    mode: Mode,
    /// Ctrl-C came while it was deferred.
    waits: bool,
    /// Ctrl-C came at all.
    raised: bool,
}

#[derive(Default)]
enum Mode {
    #[default]
    Ends,
    Cancels(CancelToken),
    Deferred,
    Ignored,
}

impl Interrupt {
    /// Lets Ctrl-C end this process with [`exit::INTERRUPTED`]. If SIGINT is ignored, as it is in a
    /// background job of a script, it stays ignored.
    pub(crate) fn of_process() -> Self {
        let interrupt = Interrupt::default();
        interrupt.state().end = Some(Box::new(|code| std::process::exit(code.into())));
        let raised = interrupt.clone();
        // An error means that another handler is there, or that the signal is ignored.
        let _ = ctrlc::try_set_handler(move || raised.raise());
        interrupt
    }

    /// What the signal's handler calls, on a thread of its own.
    pub fn raise(&self) {
        let mut state = self.state();
        state.raised = true;
        match &state.mode {
            Mode::Ends => state.end(),
            Mode::Cancels(token) => {
                // For the second time: the call does not end by itself.
                if token.is_cancelled() {
                    state.end();
                }
                token.cancel();
            }
            Mode::Deferred => state.waits = true,
            Mode::Ignored => {}
        }
    }

    /// Runs `call`. Ctrl-C cancels the token instead of ending the program; a second one ends it.
    pub fn cancels<T>(&self, token: &CancelToken, call: impl FnOnce() -> T) -> T {
        self.during(Mode::Cancels(token.clone()), call)
    }

    /// Runs `change` to its end: Ctrl-C ends the program only after it. For a change of files that
    /// must not stop in its middle.
    pub fn deferred<T>(&self, change: impl FnOnce() -> T) -> T {
        self.during(Mode::Deferred, change)
    }

    /// Runs `wait` for a child process, which gets Ctrl-C from the terminal too and decides.
    pub fn left_to_child<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.during(Mode::Ignored, wait)
    }

    /// Whether Ctrl-C came at all. A child that it ended may be seen to end first: the signal's
    /// handler runs on a thread of its own.
    pub fn was_raised(&self) -> bool {
        let until = Instant::now() + HANDLER;
        while !self.state().raised && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.state().raised
    }

    /// Runs `ask`. `restore` puts the terminal back as it was if Ctrl-C ends the program.
    pub fn restoring<T>(&self, restore: impl Fn() + Send + 'static, ask: impl FnOnce() -> T) -> T {
        self.state().restore = Some(Box::new(restore));
        let answer = ask();
        self.state().restore = None;
        answer
    }

    fn during<T>(&self, mode: Mode, run: impl FnOnce() -> T) -> T {
        let before = std::mem::replace(&mut self.state().mode, mode);
        let result = run();
        let mut state = self.state();
        state.mode = before;
        if std::mem::take(&mut state.waits) {
            state.end();
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&self) {
        if let Some(restore) = &self.restore {
            restore();
        }
        if let Some(end) = &self.end {
            end(exit::INTERRUPTED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a process would have ended with.
    fn watched() -> (Interrupt, Arc<Mutex<Vec<u8>>>) {
        let (interrupt, ended) = (Interrupt::default(), Arc::new(Mutex::new(Vec::new())));
        let codes = Arc::clone(&ended);
        interrupt.state().end = Some(Box::new(move |code| codes.lock().unwrap().push(code)));
        (interrupt, ended)
    }

    #[test]
    fn it_ends_the_program_and_restores_the_terminal_before() {
        let (interrupt, ended) = watched();
        let (restored, codes) = (Arc::new(Mutex::new(None)), Arc::clone(&ended));
        let seen = Arc::clone(&restored);
        let restore = move || *seen.lock().unwrap() = Some(codes.lock().unwrap().len());
        interrupt.restoring(restore, || interrupt.raise());
        assert_eq!(*restored.lock().unwrap(), Some(0));
        interrupt.raise();
        assert_eq!(
            *ended.lock().unwrap(),
            [exit::INTERRUPTED, exit::INTERRUPTED]
        );
    }

    #[test]
    fn a_change_is_finished_first() {
        let (interrupt, ended) = watched();
        let changed = interrupt.deferred(|| {
            interrupt.raise();
            interrupt.raise();
            ended.lock().unwrap().is_empty()
        });
        assert!(changed);
        assert_eq!(*ended.lock().unwrap(), [exit::INTERRUPTED]);
    }

    #[test]
    fn a_call_is_cancelled_first_and_the_program_ended_the_second_time() {
        let (interrupt, ended) = watched();
        let token = CancelToken::new();
        interrupt.cancels(&token, || {
            interrupt.raise();
            assert!(token.is_cancelled() && ended.lock().unwrap().is_empty());
            interrupt.raise();
        });
        assert_eq!(ended.lock().unwrap().len(), 1);
        interrupt.left_to_child(|| interrupt.raise());
        assert_eq!(ended.lock().unwrap().len(), 1);
        assert!(interrupt.was_raised());
    }
}
