//! One thread that ends waiting jobs at their deadlines, or when their token is cancelled. It runs
//! while any job has either.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use neura_transport::TICK;

use super::queue::{Job, Turn};
use super::threads::{STACK, Workers};

impl Workers {
    /// Makes sure that the waiting jobs are looked at by `look`. Must not be called under the lock.
    pub(super) fn watch(self: &Arc<Self>, look: Instant) {
        let mut state = self.lock();
        if state.timer {
            // The thread checks the earliest deadline whenever it wakes.
            if state.queue.next_end().is_none_or(|first| look <= first) {
                self.hurried.notify();
            }
            return;
        }
        state.timer = true;
        drop(state);
        let workers = Arc::clone(self);
        let started = thread::Builder::new()
            .name("neura-timer".to_owned())
            .stack_size(STACK)
            .spawn(move || workers.keep_time());
        let mut state = self.lock();
        match started {
            Ok(started) => state.note(started),
            // Without the thread, late jobs end when a worker takes them.
            Err(_) => state.timer = false,
        }
    }

    fn keep_time(&self) {
        let (mut state, mut since) = (self.lock(), Instant::now());
        loop {
            let (seen, now) = (self.hurried.count(), Instant::now());
            if let Some(job) = state.queue.pop_late(now) {
                drop(state);
                call(job, self.late());
                (state, since) = (self.lock(), Instant::now());
                continue;
            }
            let cancelled = state.queue.take_cancelled();
            if !cancelled.is_empty() {
                drop(state);
                for job in cancelled {
                    call(job, Turn::Cancelled);
                }
                (state, since) = (self.lock(), Instant::now());
                continue;
            }
            let mut wait = self.idle;
            if state.queue.has_tokens() {
                since = now;
            }
            if state.queue.has_ticks() {
                wait = wait.min(TICK);
            }
            match state.queue.next_end() {
                Some(end) => {
                    wait = wait.min(end.saturating_duration_since(now));
                    since = now;
                }
                None if state.is_over() || now.duration_since(since) >= self.idle => break,
                None => {}
            }
            drop(state);
            self.hurried.wait(seen, wait);
            state = self.lock();
        }
        state.leave();
        state.timer = false;
        self.ended.notify_all();
    }

    /// The turn of a job whose deadline passed before a worker was free.
    pub(super) fn late(&self) -> Turn {
        Turn::Late {
            workers: self.limit,
        }
    }
}

/// A job handles its own panic. The thread must survive it, even if the panic's payload panics
/// again when it is dropped.
#[inline(never)]
pub(super) fn call(job: Job, turn: Turn) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| job(turn))) {
        std::mem::forget(payload);
    }
}
