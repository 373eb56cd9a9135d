//! Waking the threads that wait, from any thread and from a signal handler.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};

use crate::event::Event;
use crate::process::Process;

/// How often the lock is tried: it is only ever held for a moment, but after a fork perhaps for
/// ever.
const TRIES: usize = 100;

/// What a thread waits on.
pub trait Wake: Send + Sync {
    /// Ends the wait. If the waiters of a [`CancelToken`](crate::CancelToken) are woken, a signal
    /// handler may call it: it takes no lock and no memory.
    fn wake(&self);
}

impl Wake for Event {
    fn wake(&self) {
        self.notify();
    }
}

/// The waits that one occurrence ends.
///
/// Waking takes the lock only if it is free, so that a signal handler may do it, whatever the
/// thread that it interrupts holds. A thread that held the lock meanwhile wakes them in its place.
#[derive(Default)]
pub struct Waiters {
    list: Mutex<List>,
    /// A wake was asked for and is not done yet.
    called: AtomicBool,
}

/// Most have at most one, which needs no memory of its own.
#[derive(Default)]
struct List {
    first: Option<Waiter>,
    others: Vec<Waiter>,
}

struct Waiter {
    /// Whose thread waits. A child of `fork` must not touch its parent's sockets.
    process: Process,
    /// Its owner drops it only after `remove`, so that waking never frees it.
    wake: Weak<dyn Wake>,
}

impl Waiters {
    /// Adds a wait of `process`, which must be [`remove`](Self::remove)d before `wake` is dropped.
    /// False if the lock is held: then the caller must check again from time to time.
    pub fn add(&self, process: Process, wake: &Arc<dyn Wake>) -> bool {
        let Some(mut list) = self.lock_soon() else {
            return false;
        };
        let wake = Arc::downgrade(wake);
        list.add(Waiter { process, wake });
        drop(list);
        self.wake_if_called();
        true
    }

    /// Removes a wait of `process`. Call it only if `add` returned true: it may wait for the lock.
    /// Afterwards nothing wakes the wait.
    pub fn remove(&self, process: Process, wake: &Arc<dyn Wake>) {
        let list = self.lock_soon();
        // Only for a child of `fork` may the lock be held for ever. Nothing is woken then.
        let list = list.or_else(|| process.is_current().then(|| self.lock()));
        let Some(mut list) = list else {
            return;
        };
        list.remove(|waiter| std::ptr::addr_eq(waiter.wake.as_ptr(), Arc::as_ptr(wake)));
        drop(list);
        self.wake_if_called();
    }

    /// Wakes all of this process. A signal handler may call it.
    pub fn wake(&self) {
        self.called.store(true, Ordering::SeqCst);
        self.wake_if_called();
    }

    fn wake_if_called(&self) {
        loop {
            // The lock's holder releases it before it looks here; others set this before they find
            // it held.
            fence(Ordering::SeqCst);
            if !self.called.load(Ordering::SeqCst) {
                return;
            }
            let Some(list) = self.try_lock() else {
                return; // Its holder comes here next.
            };
            self.called.store(false, Ordering::SeqCst);
            let process = Process::current();
            let all = list.first.iter().chain(&list.others);
            let all = all.filter(|waiter| waiter.process == process);
            for wake in all.filter_map(|waiter| waiter.wake.upgrade()) {
                wake.wake();
            }
        }
    }

    fn lock_soon(&self) -> Option<MutexGuard<'_, List>> {
        (0..TRIES).find_map(|_| {
            let list = self.try_lock();
            if list.is_none() {
                spin_loop();
            }
            list
        })
    }

    // Nothing panics under the lock.
    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the lock, as a thread does that is gone after a fork.
    #[cfg(test)]
    pub(crate) fn hold(&self) -> impl Drop + '_ {
        self.lock()
    }

    fn try_lock(&self) -> Option<MutexGuard<'_, List>> {
        match self.list.try_lock() {
            Ok(list) => Some(list),
            Err(TryLockError::Poisoned(list)) => Some(list.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl List {
    fn add(&mut self, waiter: Waiter) {
        match self.first {
            None => self.first = Some(waiter),
            Some(_) => self.others.push(waiter),
        }
    }

    fn remove(&mut self, is_it: impl Fn(&Waiter) -> bool) {
        if self.first.as_ref().is_some_and(&is_it) {
            self.first = None;
        } else if let Some(place) = self.others.iter().rposition(is_it) {
            self.others.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn waking_reaches_those_that_wait_and_nothing_that_was_removed() {
        let (waiters, process) = (Waiters::default(), Process::current());
        let events = [(); 3].map(|()| Arc::new(Event::default()));
        let wakes = events.clone().map(|event| event as Arc<dyn Wake>);
        for wake in &wakes {
            assert!(waiters.add(process, wake));
        }
        waiters.remove(process, &wakes[1]);
        waiters.wake();
        assert_eq!(events.each_ref().map(|event| event.count()), [1, 0, 1]);
        waiters.wake();
        assert_eq!(events.each_ref().map(|event| event.count()), [2, 0, 2]);
    }

    /// As a signal handler does that interrupts the thread which holds the lock.
    #[test]
    fn who_holds_the_lock_wakes_after_it() {
        let (waiters, process) = (Waiters::default(), Process::current());
        let [waits, comes, again] = [(); 3].map(|()| Arc::new(Event::default()));
        let dynamic = |event: &Arc<Event>| Arc::clone(event) as Arc<dyn Wake>;
        assert!(waiters.add(process, &dynamic(&waits)));
        let held = waiters.lock();
        waiters.wake();
        assert!(!waiters.add(process, &dynamic(&comes)), "it waits");
        assert_eq!((waits.count(), comes.count()), (0, 0));
        drop(held);
        assert!(waiters.add(process, &dynamic(&again)));
        assert_eq!((waits.count(), comes.count()), (1, 0));
    }

    #[test]
    fn no_wake_is_lost_among_threads() {
        let (waiters, process) = (Waiters::default(), Process::current());
        for _ in 0..500 {
            let done = AtomicBool::new(false);
            std::thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| {
                        let event = Arc::new(Event::default());
                        let wake = Arc::clone(&event) as Arc<dyn Wake>;
                        let added = waiters.add(process, &wake);
                        let seen = event.count();
                        while added && !done.load(Ordering::SeqCst) {
                            event.wait(seen, Duration::from_secs(60));
                        }
                        if added {
                            waiters.remove(process, &wake);
                        }
                    });
                }
                scope.spawn(|| {
                    done.store(true, Ordering::SeqCst);
                    waiters.wake();
                });
            });
        }
        let list = waiters.lock();
        assert!(list.first.is_none() && list.others.is_empty());
    }
}
