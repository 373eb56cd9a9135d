//! The idle connections of a client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::call_control::CallControl;
use crate::connection::Connection;

/// The most idle connections: enough for all threads of a large program.
const MOST: usize = 1_000;
/// An older idle connection is closed at the next use of the pool. Servers close theirs after a
/// minute or more.
const OLDEST: Duration = Duration::from_secs(50);

/// Idle connections, all to one endpoint. The one that became idle last is used first, so that
/// surplus ones grow old and are closed.
#[derive(Debug)]
pub(crate) struct IdlePool {
    connections: Mutex<VecDeque<IdleConnection>>,
}

#[derive(Debug)]
struct IdleConnection {
    /// `None` for a time beyond the clock's range.
    closes_at: Option<Instant>,
    connection: Box<Connection>,
}

impl IdlePool {
    pub fn new() -> Self {
        IdlePool {
            connections: Mutex::default(),
        }
    }

    /// An idle connection for `call`. It may be closed by the server all the same: a check without
    /// a request cannot exclude that.
    pub fn take(&self, call: &Arc<CallControl>) -> Option<Box<Connection>> {
        loop {
            let now = Instant::now();
            let (expired, taken) = {
                let mut all = self.lock();
                (take_expired(&mut all, now), all.pop_back())
            };
            drop(expired); // Without the lock: each close is a system call.
            let IdleConnection { mut connection, .. } = taken?;
            connection.serve(Some(call));
            if connection.is_idle() {
                return Some(connection);
            }
        }
    }

    /// Adds a connection whose last reply was read to its end.
    pub fn put(&self, mut connection: Box<Connection>, now: Instant) {
        connection.serve(None);
        let expired = {
            let mut all = self.lock();
            all.push_back(IdleConnection {
                closes_at: now.checked_add(OLDEST),
                connection,
            });
            take_expired(&mut all, now)
        };
        drop(expired); // Without the lock: each close is a system call.
    }

    /// Closes all idle connections.
    pub fn close(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all); // Without the lock, as above.
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<IdleConnection>> {
        // Each change of the list is a single call, so a panic cannot leave it half done.
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the connections that are too old or too many. The oldest are in front.
fn take_expired(all: &mut VecDeque<IdleConnection>, now: Instant) -> Vec<IdleConnection> {
    let is_old = |idle: &IdleConnection| idle.closes_at.is_some_and(|then| then < now);
    let mut expired = Vec::new();
    while all.len() > MOST || all.front().is_some_and(is_old) {
        expired.extend(all.pop_front());
    }
    expired
}
