//! Cancelling a call from another thread.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The longest time that a wait lasts before it checks the token again.
pub const TICK: Duration = Duration::from_millis(50);

/// Cancels calls from any thread. A call that runs ends within 100 ms with an error of kind
/// `cancelled`; one that has not begun ends before it connects.
///
/// A clone is the same token. A cancelled token stays cancelled: use a new one for the next call.
#[derive(Clone, Default)]
pub struct CancelToken(Arc<State>);

#[derive(Default)]
struct State {
    cancelled: AtomicBool,
    poll: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    parent: Option<CancelToken>,
}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that also calls `poll`, on the thread of the call, about every 50 ms while the
    /// call waits; `true` cancels it. A language binding runs its signal handlers there.
    #[doc(hidden)]
    pub fn with_poll(poll: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        CancelToken(Arc::new(State {
            poll: Some(Box::new(poll)),
            ..State::default()
        }))
    }

    /// A new token, which is cancelled together with this one or by itself.
    #[doc(hidden)]
    pub fn child(&self) -> Self {
        CancelToken(Arc::new(State {
            parent: Some(self.clone()),
            ..State::default()
        }))
    }

    /// Cancels every call that has this token. It has no effect on calls that are over.
    // In C a signal handler calls it: no lock, and no memory.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
    }

    /// Whether the token was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
            || self
                .0
                .parent
                .as_ref()
                .is_some_and(CancelToken::is_cancelled)
    }

    /// Whether [`poll`](Self::poll) runs the caller's function.
    pub(crate) fn has_poll(&self) -> bool {
        self.0.poll.is_some() || self.0.parent.as_ref().is_some_and(CancelToken::has_poll)
    }

    /// Whether to stop: the token is cancelled, or the function that it polls says so.
    #[doc(hidden)]
    pub fn poll(&self) -> bool {
        if self.is_cancelled() {
            return true;
        }
        let asked = self.0.poll.as_ref().is_some_and(|poll| poll())
            || self.0.parent.as_ref().is_some_and(CancelToken::poll);
        if asked {
            self.cancel();
        }
        asked
    }

    /// Sleeps for `wait`, or until the token is cancelled; returns whether it was. It sleeps in
    /// ticks, as all waits do here: a condition variable has a lock, which a fork may leave
    /// locked.
    #[doc(hidden)]
    pub fn sleep(&self, wait: Duration) -> bool {
        let end = Instant::now() + wait;
        loop {
            if self.poll() {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            std::thread::sleep(left.min(TICK));
        }
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

    #[test]
    fn a_poll_that_returns_true_cancels() {
        let token = CancelToken::with_poll(|| true);
        assert!(!token.is_cancelled());
        assert!(token.child().sleep(Duration::from_secs(30)));
        assert!(token.is_cancelled());
    }

    #[test]
    fn an_undisturbed_sleep_lasts() {
        let start = Instant::now();
        assert!(!CancelToken::new().sleep(Duration::from_millis(120)));
        assert!(start.elapsed() >= Duration::from_millis(120));
    }
}
