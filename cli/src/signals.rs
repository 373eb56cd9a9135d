//! Signals that end or stop the program while the terminal does not show what is typed: the terminal
//! is put back as it was before.
//!
//! Ctrl-C is elsewhere ([`Interrupt`](crate::Interrupt)), because a command decides what it does.
//! Each of these signals then does what it does without a handler. The handlers are never removed:
//! the signals would be lost.

#[cfg(not(unix))]
pub(crate) use other::restoring;
#[cfg(unix)]
pub(crate) use unix::restoring;

/// What a program does with its terminal.
#[derive(Clone, Copy)]
pub(crate) enum Stops {
    /// It is stopped and goes on with the terminal as it was.
    Handled,
    /// It sees to that by itself.
    Own,
}

#[cfg(unix)]
mod unix {
    use super::Stops;
    use std::sync::mpsc::channel;
    use std::sync::{Mutex, MutexGuard, Once, PoisonError};
    use std::thread;

    use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use crate::echo::Echo;

    const ENDS: &[i32] = &[SIGTERM, SIGHUP, SIGQUIT];
    const STOPS: &[i32] = &[SIGTSTP, SIGCONT];

    /// The terminal, while it is changed.
    static CHANGED: Mutex<Option<Echo>> = Mutex::new(None);

    /// Runs `ask`, for which the terminal is changed. The first call says which signals are
    /// handled from then on.
    pub(crate) fn restoring<T>(terminal: &Echo, stops: Stops, ask: impl FnOnce() -> T) -> T {
        static ONCE: Once = Once::new();
        *changed() = Some(terminal.clone());
        ONCE.call_once(|| handle(stops));
        let answer = ask();
        *changed() = None;
        answer
    }

    /// Starts the thread that handles the signals, and waits until it does. Without it they do what
    /// they always do.
    fn handle(stops: Stops) {
        let stops = match stops {
            Stops::Handled => STOPS,
            Stops::Own => &[],
        };
        let (ready, wait) = channel::<()>();
        let started = thread::Builder::new().spawn(move || {
            let Ok(mut signals) = Signals::new(ENDS.iter().chain(stops)) else {
                return;
            };
            drop(ready);
            for signal in signals.forever() {
                let terminal = changed();
                match (signal, &*terminal) {
                    // The shell has set the terminal meanwhile.
                    (SIGCONT, Some(terminal)) => terminal.off_again(),
                    (_, Some(terminal)) => terminal.restore(),
                    (_, None) => {}
                }
                drop(terminal);
                if signal != SIGCONT {
                    let _ = emulate_default_handler(signal);
                }
            }
        });
        if started.is_ok() {
            let _ = wait.recv();
        }
    }

    fn changed() -> MutexGuard<'static, Option<Echo>> {
        CHANGED.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(unix))]
mod other {
    /// Runs `ask`: there are no such signals.
    pub(crate) fn restoring<T>(
        _terminal: &crate::echo::Echo,
        _stops: super::Stops,
        ask: impl FnOnce() -> T,
    ) -> T {
        ask()
    }
}
