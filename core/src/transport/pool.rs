//! The connections of a client that rest between two requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::call::Call;
use super::connection::Connection;

/// As many rest as threads may ask at once, or each of them would connect anew.
const MOST: usize = 1_000;
/// A connection that rested so long is closed when the client is used the next time; servers
/// close theirs after a minute or more.
const OLDEST: Duration = Duration::from_secs(50);

/// All go to one host, the base URL's. The one that rested shortest is used first, so that
/// those which nobody needs any more grow old and are closed.
#[derive(Debug)]
pub(crate) struct Resting {
    connections: Mutex<VecDeque<Rested>>,
}

#[derive(Debug)]
struct Rested {
    since: Instant,
    connection: Box<Connection>,
}

impl Resting {
    pub fn new() -> Self {
        Resting {
            connections: Mutex::default(),
        }
    }

    /// A connection that the other side has not closed, as far as a look tells.
    pub fn take(&self, call: &Arc<Call>) -> Option<Box<Connection>> {
        loop {
            let now = Instant::now();
            let (expired, taken) = {
                let mut all = self.lock();
                (take_expired(&mut all, now), all.pop_back())
            };
            drop(expired); // Closing is a system call each: not under the lock.
            let Rested { mut connection, .. } = taken?;
            connection.serve(Some(call));
            if connection.is_idle() {
                return Some(connection);
            }
        }
    }

    /// Takes a connection back whose last answer was read to its end, just `now`.
    pub fn put(&self, mut connection: Box<Connection>, now: Instant) {
        connection.serve(None);
        let expired = {
            let mut all = self.lock();
            all.push_back(Rested {
                since: now,
                connection,
            });
            take_expired(&mut all, now)
        };
        drop(expired); // Closing is a system call each: not under the lock.
    }

    /// Closes all that rest now.
    pub fn close(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all); // Not under the lock.
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Rested>> {
        // Every change of the list is one call, so a panic cannot leave it half made.
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that rested too long, and what is more than may rest; the oldest stand in front.
fn take_expired(all: &mut VecDeque<Rested>, now: Instant) -> Vec<Rested> {
    let is_old = |rested: &Rested| now.saturating_duration_since(rested.since) > OLDEST;
    let mut expired = Vec::new();
    while all.len() > MOST || all.front().is_some_and(is_old) {
        expired.extend(all.pop_front());
    }
    expired
}
