//! What one call allows: its limits, its cancel token, and how far it has come.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::cancel::{CancelToken, TICK};
use crate::config::{Asking, Limits};
use crate::error::{Error, ErrorKind};

/// One call over all its attempts.
#[derive(Debug)]
pub(crate) struct Call {
    pub cancel: CancelToken,
    started: Instant,
    limits: Limits,
    /// A stream's total ends with its headers.
    for_stream: bool,
    phase: AtomicU8,
    received: AtomicU64,
    /// This attempt opened a connection of its own.
    fresh: AtomicBool,
    /// Something of this attempt's request went out.
    sent: AtomicBool,
    /// When this attempt began, in microseconds after `started`.
    attempt_began: AtomicU64,
}

const CONNECTING: u8 = 0;
const AWAITING_HEAD: u8 = 1;
const READING_BODY: u8 = 2;
/// The body is an event stream, for which the total limit is over.
const STREAMING: u8 = 3;
/// All that is wanted was read; the end of the body is taken along if it is near.
const FINISHING: u8 = 4;

/// How long the end of a body is waited for so that its connection can serve again.
const FINISH_WAIT: Duration = Duration::from_millis(5);

impl Call {
    pub fn new(cancel: CancelToken, limits: Limits, for_stream: bool) -> Self {
        Call {
            cancel,
            started: Instant::now(),
            limits,
            for_stream,
            phase: AtomicU8::new(CONNECTING),
            received: AtomicU64::new(0),
            fresh: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            attempt_began: AtomicU64::new(0),
        }
    }

    /// Begins an attempt.
    pub fn begin_attempt(&self) {
        self.phase.store(CONNECTING, Ordering::Relaxed);
        self.received.store(0, Ordering::Relaxed);
        self.fresh.store(false, Ordering::Relaxed);
        self.sent.store(false, Ordering::Relaxed);
        let began = self.started.elapsed().as_micros() as u64;
        self.attempt_began.store(began, Ordering::Relaxed);
    }

    /// A connection of this attempt's own is open, its TLS handshake included.
    pub fn connected(&self) {
        self.fresh.store(true, Ordering::Relaxed);
        self.phase.store(AWAITING_HEAD, Ordering::Relaxed);
    }

    /// The request begins to go out.
    pub fn sends(&self) {
        self.sent.store(true, Ordering::Relaxed);
        self.phase.store(AWAITING_HEAD, Ordering::Relaxed);
    }

    pub fn head_came(&self, success: bool) {
        // An error's body is read whole, also where a stream was asked for.
        let phase = match self.for_stream && success {
            true => STREAMING,
            false => READING_BODY,
        };
        self.phase.store(phase, Ordering::Relaxed);
    }

    pub fn finish(&self) {
        self.phase.store(FINISHING, Ordering::Relaxed);
    }

    /// So many bytes of the reply came.
    pub fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A pooled connection was used and nothing of the reply came.
    pub fn was_stale(&self) -> bool {
        !self.fresh.load(Ordering::Relaxed) && self.nothing_came()
    }

    pub fn nothing_came(&self) -> bool {
        self.received.load(Ordering::Relaxed) == 0
    }

    pub fn nothing_sent(&self) -> bool {
        !self.sent.load(Ordering::Relaxed)
    }

    pub fn started(&self) -> Instant {
        self.started
    }

    /// What is left of the total limit; `None` without one.
    pub fn left(&self) -> Option<Duration> {
        let in_stream = self.phase.load(Ordering::Relaxed) >= STREAMING;
        let total = self.limits.total.filter(|_| !in_stream)?;
        Some(total.saturating_sub(self.started.elapsed()))
    }

    /// How long a connection may take in all.
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.limits.connect
    }

    /// How long a connection may take from now: its own limit from the beginning of the
    /// attempt, for a way through a proxy has several steps, within the total.
    pub fn connect_limit(&self) -> Option<Duration> {
        let began = Duration::from_micros(self.attempt_began.load(Ordering::Relaxed));
        let spent = self.started.elapsed().saturating_sub(began);
        let connect = self.limits.connect.map(|limit| limit.saturating_sub(spent));
        match (connect, self.left()) {
            (Some(connect), Some(left)) => Some(connect.min(left)),
            (connect, left) => connect.or(left),
        }
    }

    /// How long a read that has waited since `since` may wait before the next look at
    /// the limits, or the error that ends it now.
    pub fn next_wait(&self, since: Instant) -> Result<Duration, Error> {
        if self.cancel.poll() {
            return Err(self.cancelled());
        }
        let mut wait = TICK;
        if let Some(left) = self.left() {
            if left.is_zero() {
                return Err(self.total_reached());
            }
            wait = wait.min(left);
        }
        let idle = match self.phase.load(Ordering::Relaxed) {
            CONNECTING => {
                // The handshake; the time before it counts too.
                if let Some(limit) = self.limits.connect {
                    let began = Duration::from_micros(self.attempt_began.load(Ordering::Relaxed));
                    let left = (began + limit).saturating_sub(self.started.elapsed());
                    if left.is_zero() {
                        return Err(self.connect_reached(limit));
                    }
                    wait = wait.min(left);
                }
                None
            }
            READING_BODY | STREAMING => self.limits.idle,
            FINISHING => Some(FINISH_WAIT),
            _ => None,
        };
        if let Some(idle) = idle {
            let left = idle.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self.idle_reached(idle));
            }
            wait = wait.min(left);
        }
        // Zero would mean "no limit" to the system; less than a millisecond is a busy loop.
        Ok(wait.max(Duration::from_millis(1)))
    }

    /// This call as a callable for the key sees it.
    pub fn asking(&self) -> Asking {
        Asking {
            cancel: self.cancel.child(),
            end: self
                .left()
                .and_then(|left| Instant::now().checked_add(left)),
        }
    }

    /// Why a call that is over ended.
    pub fn over(&self) -> Error {
        match self.cancel.poll() {
            true => self.cancelled(),
            false => self.total_reached(),
        }
    }

    /// Whether an error is this call's own end.
    pub fn gave_up(&self, error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Timeout)
    }

    pub fn cancelled(&self) -> Error {
        Error::new(
            ErrorKind::Cancelled,
            format!(
                "the call was cancelled after {}",
                seconds(self.started.elapsed())
            ),
        )
    }

    pub fn connect_reached(&self, limit: Duration) -> Error {
        if self.left().is_some_and(|left| left.is_zero()) {
            return self.total_reached();
        }
        Error::new(
            ErrorKind::Timeout,
            format!(
                "no connection within {} (connect_timeout). The host may be down or a firewall \
                 may drop the traffic; raise connect_timeout for a slow network",
                seconds(limit)
            ),
        )
    }

    pub fn total_reached(&self) -> Error {
        let limit = self.limits.total.unwrap_or_default();
        let state = match self.phase.load(Ordering::Relaxed) {
            CONNECTING => "while connecting".to_owned(),
            AWAITING_HEAD => "before any answer came".to_owned(),
            _ => format!(
                "with {} bytes of the answer read",
                self.received.load(Ordering::Relaxed)
            ),
        };
        Error::new(
            ErrorKind::Timeout,
            format!(
                "the call took longer than {} (timeout), and was stopped after {} {state}. Raise \
                 timeout for long answers, or stream them",
                seconds(limit),
                seconds(self.started.elapsed()),
            ),
        )
    }

    fn idle_reached(&self, limit: Duration) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!(
                "nothing came for {} (idle_timeout) in the midst of the answer, after {} bytes. \
                 Raise idle_timeout where the service thinks longer",
                seconds(limit),
                self.received.load(Ordering::Relaxed)
            ),
        )
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
