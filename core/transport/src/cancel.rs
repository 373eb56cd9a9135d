//! Cancelling a call from another thread.

use std::fmt;
use std::iter;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::event::Event;
use crate::process::Process;
use crate::waiters::{Waiters, Wake};

/// The longest time before a wait checks its token again, where cancelling cannot end the wait, or
/// where the token asks for it.
pub const TICK: Duration = Duration::from_millis(50);
/// The same for all other waits. If the system loses a wake-up, the wait ends after this.
const LONGEST: Duration = Duration::from_secs(60);
/// Whether cancelling ends a wait. Elsewhere no way is known that is safe in a signal handler.
const CANCEL_WAKES: bool = cfg!(target_os = "linux");

/// Cancels calls from any thread. A call that runs ends within 100 ms, on Linux at once, with an
/// error of kind `cancelled`; one that has not begun ends before it connects.
///
/// A clone is the same token. A cancelled token stays cancelled: use a new one for the next call.
#[derive(Clone)]
pub struct CancelToken(Option<Arc<State>>);

struct State {
    cancelled: AtomicBool,
    poll: Option<Poll>,
    parent: CancelToken,
    /// The waits of its calls, and of those of its children.
    waiters: Waiters,
}

/// The caller's function that a waiting call asks.
struct Poll {
    runs_here: Box<dyn Fn() -> bool + Send + Sync>,
    ask: Box<dyn Fn() -> bool + Send + Sync>,
}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::with_state(None, CancelToken::never())
    }

    /// The token of a call that nobody can cancel. It takes no memory, and cancelling it does
    /// nothing.
    #[doc(hidden)]
    pub fn never() -> Self {
        CancelToken(None)
    }

    fn with_state(poll: Option<Poll>, parent: CancelToken) -> Self {
        CancelToken(Some(Arc::new(State {
            cancelled: AtomicBool::new(false),
            poll,
            parent,
            waiters: Waiters::default(),
        })))
    }

    /// A token that also calls `poll`, on the thread of the call, about every 50 ms while the
    /// call waits; `true` cancels it. A language binding runs its signal handlers there.
    #[doc(hidden)]
    pub fn with_poll(poll: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self::with_poll_where(|| true, poll)
    }

    /// As [`with_poll`](Self::with_poll), on those threads only where `runs_here` is true. On the
    /// others a call waits without ticks.
    #[doc(hidden)]
    pub fn with_poll_where(
        runs_here: impl Fn() -> bool + Send + Sync + 'static,
        poll: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let poll = Poll {
            runs_here: Box::new(runs_here),
            ask: Box::new(poll),
        };
        Self::with_state(Some(poll), CancelToken::never())
    }

    /// A new token, which is cancelled together with this one or by itself.
    #[doc(hidden)]
    pub fn child(&self) -> Self {
        Self::with_state(None, self.clone())
    }

    /// Cancels every call that has this token. It has no effect on calls that are over.
    // In C a signal handler calls it: no lock that it could wait for, and no memory.
    pub fn cancel(&self) {
        let Some(state) = &self.0 else {
            return;
        };
        state.cancelled.store(true, Ordering::SeqCst);
        if CANCEL_WAKES {
            state.waiters.wake();
        }
    }

    /// Whether the token was cancelled.
    pub fn is_cancelled(&self) -> bool {
        let mut states = self.line();
        states.any(|state| state.cancelled.load(Ordering::SeqCst))
    }

    /// The states of this token, its parent, and so on.
    fn line(&self) -> impl Iterator<Item = &State> {
        iter::successors(self.0.as_deref(), |state| state.parent.0.as_deref())
    }

    /// Whether [`poll`](Self::poll) may run the caller's function.
    pub(crate) fn has_poll(&self) -> bool {
        self.line().any(|state| state.poll.is_some())
    }

    /// Whether to stop: the token is cancelled, or the function that it polls says so.
    #[doc(hidden)]
    pub fn poll(&self) -> bool {
        if self.is_cancelled() {
            return true;
        }
        let Some(state) = &self.0 else {
            return false;
        };
        let stops = |poll: &Poll| (poll.runs_here)() && (poll.ask)();
        let asked = state.poll.as_ref().is_some_and(stops) || state.parent.poll();
        if asked {
            self.cancel();
        }
        asked
    }

    /// The longest time for which a wait that was registered may leave the token alone.
    pub(crate) fn longest_wait(&self) -> Duration {
        let mut polls = self.line().filter_map(|state| state.poll.as_ref());
        match polls.any(|poll| (poll.runs_here)()) {
            true => TICK,
            false => LONGEST,
        }
    }

    /// Lets [`cancel`](Self::cancel) end a wait of `process` until the result is dropped. Whoever
    /// waits must check the token after this and before the wait. `None` if the token must be
    /// checked every [`TICK`] instead.
    pub fn register(&self, process: Process, wake: Arc<dyn Wake>) -> Option<Registration> {
        if !CANCEL_WAKES {
            return None;
        }
        let mut registration = Registration {
            token: self.clone(),
            added: 0,
            process,
            wake,
        };
        for state in self.line() {
            if !state.waiters.add(process, &registration.wake) {
                return None;
            }
            registration.added += 1;
        }
        Some(registration)
    }

    /// Calls `look` until it breaks: at once, when the token was cancelled or `event` was notified,
    /// and when the time is over with which it continues. It must check the token itself.
    pub fn wait<T>(
        &self,
        event: &Arc<Event>,
        mut look: impl FnMut() -> ControlFlow<T, Duration>,
    ) -> T {
        let mut registered = None;
        loop {
            let seen = event.count();
            if registered.is_none() {
                let event: Arc<Event> = Arc::clone(event);
                registered = self.register(Process::current(), event);
            }
            let wait = match look() {
                ControlFlow::Break(done) => return done,
                ControlFlow::Continue(wait) => wait.min(self.longest_wait()),
            };
            event.wait(
                seen,
                if registered.is_some() {
                    wait
                } else {
                    wait.min(TICK)
                },
            );
        }
    }

    /// Sleeps for `wait`, or until the token is cancelled; returns whether it was.
    #[doc(hidden)]
    pub fn sleep(&self, wait: Duration) -> bool {
        let end = Instant::now() + wait;
        self.wait(&Arc::default(), || {
            if self.poll() {
                return ControlFlow::Break(true);
            }
            match end.saturating_duration_since(Instant::now()) {
                Duration::ZERO => ControlFlow::Break(false),
                left => ControlFlow::Continue(left),
            }
        })
    }
}

/// A wait that [`CancelToken::cancel`] ends, until this is dropped.
pub struct Registration {
    token: CancelToken,
    /// How many tokens have it, from this one on. Registering stops at a token whose lock is held,
    /// which in a child of `fork` may be for ever.
    added: usize,
    process: Process,
    wake: Arc<dyn Wake>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        for state in self.token.line().take(self.added) {
            state.waiters.remove(self.process, &self.wake);
        }
    }
}

impl Default for CancelToken {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.token).finish()
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CancelToken({})", self.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeper_wakes_when_its_token_or_its_parent_is_cancelled() {
        for of_parent in [false, true] {
            let parent = CancelToken::new();
            let token = parent.child();
            let (remote, start) = (
                if of_parent { parent } else { token.clone() },
                Instant::now(),
            );
            let canceller = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(20));
                remote.cancel();
            });
            assert!(token.sleep(Duration::from_secs(30)));
            assert!(start.elapsed() < Duration::from_secs(1));
            canceller.join().unwrap();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_token_whose_lock_is_held_for_ever_is_left_alone() {
        let (parent, event) = (CancelToken::new(), Arc::<Event>::default());
        let child = parent.child();
        let held = parent.0.as_ref().unwrap().waiters.hold();
        let (done, was_registered) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let registered = child.register(Process::current(), event);
            done.send(registered.is_some()).unwrap();
        });
        let was_registered = was_registered.recv_timeout(Duration::from_secs(5));
        drop(held);
        assert_eq!(was_registered, Ok(false));
    }

    #[test]
    fn a_poll_that_returns_true_cancels() {
        let token = CancelToken::with_poll(|| true);
        assert!(!token.is_cancelled());
        assert!(token.child().sleep(Duration::from_secs(30)));
        assert!(token.is_cancelled());
    }

    #[test]
    fn an_undisturbed_sleep_lasts() {
        for token in [CancelToken::new(), CancelToken::never()] {
            let start = Instant::now();
            assert!(!token.sleep(Duration::from_millis(120)));
            assert!(start.elapsed() >= Duration::from_millis(120));
        }
    }

    #[test]
    fn a_token_that_nobody_can_cancel_has_children_that_can_be() {
        let never = CancelToken::never();
        let child = never.child();
        never.cancel();
        assert!(!never.is_cancelled() && !child.is_cancelled());
        child.cancel();
        assert!(child.is_cancelled() && !never.is_cancelled());
        assert!(CancelToken::default().0.is_some());
    }
}
