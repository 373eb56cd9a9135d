//! What one call allows: its limits, its cancel token, and how far it has come.

mod ended;

pub(crate) use ended::seconds;

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::cancel::{CancelToken, TICK};
use crate::config::{CallbackContext, Limits};
use crate::error::{Error, ErrorKind};
use crate::option_table::OptionName;
use crate::process::Process;

/// How long the end of a body is waited for so that its connection can serve again.
const FINISH_WAIT: Duration = Duration::from_millis(5);
/// Zero would mean "no limit" to the system; less than a millisecond is a busy loop.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// No look ahead is going on.
const NO_LOOK: u64 = u64::MAX;

/// What a call does now; in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Step {
    /// Nothing of an attempt yet.
    Beginning,
    LookingUp,
    Connecting,
    /// The tunnel of a proxy.
    Tunnelling,
    /// The TLS handshake.
    ShakingHands,
    Sending,
    AwaitingHead,
    ReadingBody,
    /// The body is an event stream, for which the total limit is over.
    Streaming,
    /// All that is wanted was read; the end of the body is taken along if it is near.
    Finishing,
}

const STEPS: [Step; 10] = [
    Step::Beginning,
    Step::LookingUp,
    Step::Connecting,
    Step::Tunnelling,
    Step::ShakingHands,
    Step::Sending,
    Step::AwaitingHead,
    Step::ReadingBody,
    Step::Streaming,
    Step::Finishing,
];

/// One call over all its attempts.
#[derive(Debug)]
pub(crate) struct Call {
    pub cancel: CancelToken,
    started: Instant,
    /// So much of its time it waited until it ran.
    queued: Duration,
    /// The end of the total limit.
    deadline: Option<Instant>,
    limits: Limits,
    /// A stream's total ends with its headers.
    for_stream: bool,
    /// Where a fork may come in between, the process that began it: a stream lives on after
    /// its call, and a poll runs code of others in the midst of it.
    process: Option<Process>,
    step: AtomicU8,
    /// Bytes of this attempt's reply.
    received: AtomicU64,
    answered_early: AtomicBool,
    /// Something of the request went out, in this attempt or one before it.
    sent: AtomicBool,
    /// When this attempt began to send, in nanoseconds after `started`.
    sent_at: AtomicU64,
    /// Nanoseconds from there to the reply's head.
    took: AtomicU64,
    /// The end of a look ahead, in nanoseconds after `started`; [`NO_LOOK`] where there is none.
    look_until: AtomicU64,
    /// When this attempt began to open a connection, or to finish with its body, in
    /// microseconds after `started`.
    opening_since: AtomicU64,
}

impl Call {
    pub fn new(cancel: CancelToken, limits: Limits, for_stream: bool) -> Self {
        Self::since(None, cancel, limits, for_stream)
    }

    /// A call that `began` before it runs.
    pub fn since(
        began: Option<Instant>,
        cancel: CancelToken,
        limits: Limits,
        for_stream: bool,
    ) -> Self {
        let now = Instant::now();
        let started = began.unwrap_or(now);
        let may_be_forked = for_stream || cancel.has_poll();
        Call {
            process: may_be_forked.then(Process::current),
            cancel,
            started,
            queued: now.saturating_duration_since(started),
            deadline: limits.total.and_then(|total| started.checked_add(total)),
            limits,
            for_stream,
            step: AtomicU8::new(Step::Beginning as u8),
            received: AtomicU64::new(0),
            answered_early: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            sent_at: AtomicU64::new(0),
            took: AtomicU64::new(0),
            look_until: AtomicU64::new(NO_LOOK),
            opening_since: AtomicU64::new(0),
        }
    }

    /// Begins an attempt.
    pub fn begin_attempt(&self) {
        self.steps(Step::Beginning);
        self.received.store(0, Ordering::Relaxed);
        self.answered_early.store(false, Ordering::Relaxed);
    }

    /// The attempt opens a connection of its own: its limit begins.
    pub fn opens(&self) {
        let since = self.started.elapsed().as_micros() as u64;
        self.opening_since.store(since, Ordering::Relaxed);
    }

    /// All that is wanted was read: its limit, for all the rest, begins.
    pub fn finishes(&self) {
        self.opens();
        self.steps(Step::Finishing);
    }

    pub fn steps(&self, step: Step) {
        self.step.store(step as u8, Ordering::Relaxed);
    }

    fn step(&self) -> Step {
        let step = usize::from(self.step.load(Ordering::Relaxed));
        STEPS.get(step).copied().unwrap_or(Step::Finishing)
    }

    /// The request begins to go out.
    pub fn sends(&self) {
        self.sent.store(true, Ordering::Relaxed);
        self.sent_at.store(self.nanoseconds(), Ordering::Relaxed);
        self.steps(Step::Sending);
    }

    fn nanoseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The head of the reply is there and read.
    pub fn head_came(&self, success: bool) {
        let sent_at = self.sent_at.load(Ordering::Relaxed);
        let took = self.nanoseconds().saturating_sub(sent_at);
        self.took.store(took, Ordering::Relaxed);
        // The beginning of an error's body is read first, also where a stream was asked for.
        self.steps(match self.for_stream && success {
            true => Step::Streaming,
            false => Step::ReadingBody,
        });
    }

    /// From now on a body is read before it is asked for, and waited for no longer than `within`
    /// or than the total limit allows; `None` ends that.
    pub fn looks_ahead(&self, within: Option<Duration>) {
        let until = within.map_or(NO_LOOK, |within| {
            let within = self.left().map_or(within, |left| left.min(within));
            let within = u64::try_from(within.as_nanos()).unwrap_or(NO_LOOK);
            self.nanoseconds().saturating_add(within)
        });
        self.look_until.store(until, Ordering::Relaxed);
    }

    /// Whether an error is the end of a look ahead: nothing is wrong, but no more is waited for.
    pub fn is_end_of_look(&self, error: &Error) -> bool {
        let over = self
            .look_left(Instant::now())
            .is_some_and(|left| left.is_zero());
        over && error.kind() == ErrorKind::Timeout
    }

    fn look_left(&self, now: Instant) -> Option<Duration> {
        match self.look_until.load(Ordering::Relaxed) {
            NO_LOOK => None,
            until => {
                let passed = now.saturating_duration_since(self.started);
                Some(Duration::from_nanos(until).saturating_sub(passed))
            }
        }
    }

    /// What is left of the body is read as it comes: the total limit is over.
    pub fn streams(&self) {
        self.steps(Step::Streaming);
    }

    /// From the first byte of the last attempt's request to the head of its reply.
    pub fn took(&self) -> Duration {
        Duration::from_nanos(self.took.load(Ordering::Relaxed))
    }

    /// So many bytes of the reply came.
    pub fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Something of the reply came while the request still went out; it is yet to be read.
    pub fn is_answered_early(&self) {
        self.answered_early.store(true, Ordering::Relaxed);
    }

    pub fn nothing_came(&self) -> bool {
        let early = self.answered_early.load(Ordering::Relaxed);
        !early && self.received.load(Ordering::Relaxed) == 0
    }

    pub fn nothing_sent(&self) -> bool {
        !self.sent.load(Ordering::Relaxed)
    }

    /// Whether the call began in the parent of this process, whose sockets and locks are its
    /// own.
    pub fn is_anothers(&self) -> bool {
        self.process.is_some_and(|process| !process.is_current())
    }

    /// What is left of the total limit; `None` without one.
    pub fn left(&self) -> Option<Duration> {
        self.left_at(Instant::now())
    }

    fn left_at(&self, now: Instant) -> Option<Duration> {
        let deadline = self.deadline.filter(|_| self.step() < Step::Streaming)?;
        Some(deadline.saturating_duration_since(now))
    }

    /// How long a connection may take in all.
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.limits.connect
    }

    /// The option that says so.
    pub fn connect_option(&self) -> OptionName {
        self.limits.names.connect
    }

    /// How long a connection may take from now: its own limit since the attempt began to
    /// open one, for the way there has several steps, within the total.
    #[cfg(any(not(unix), test))]
    pub fn connect_limit(&self) -> Option<Duration> {
        let now = Instant::now();
        match (self.connect_left(now), self.left_at(now)) {
            (Some(connect), Some(left)) => Some(connect.min(left)),
            (connect, left) => connect.or(left),
        }
    }

    /// When the attempt began to open a connection, or to finish with its body.
    fn opened(&self) -> Instant {
        self.started + Duration::from_micros(self.opening_since.load(Ordering::Relaxed))
    }

    fn connect_left(&self, now: Instant) -> Option<Duration> {
        let spent = now.saturating_duration_since(self.opened());
        self.limits.connect.map(|limit| limit.saturating_sub(spent))
    }

    /// How long one wait on the way to a connection may last, or the error that ends it.
    pub fn next_connect_wait(&self) -> Result<Duration, Error> {
        let now = Instant::now();
        self.next_wait(now, now)
    }

    /// How long a read or write that has waited since `since` may wait from `now` before the
    /// next look at the limits, or the error that ends it.
    pub fn next_wait(&self, since: Instant, now: Instant) -> Result<Duration, Error> {
        if self.cancel.poll() {
            return Err(self.cancelled());
        }
        // Behind the poll, whose code may have forked just now.
        if self.is_anothers() {
            return Err(self.forked());
        }
        let mut wait = TICK;
        // Before the total limit: what came until then is judged.
        if let Some(left) = self.look_left(now) {
            if left.is_zero() {
                return Err(Error::new(ErrorKind::Timeout, "no more is waited for"));
            }
            wait = wait.min(left);
        }
        if let Some(left) = self.left_at(now) {
            if left.is_zero() {
                return Err(self.total_reached());
            }
            wait = wait.min(left);
        }
        let mut since = since;
        let idle = match self.step() {
            Step::Beginning => None,
            Step::Sending | Step::AwaitingHead => self.limits.head,
            Step::LookingUp | Step::Connecting | Step::Tunnelling | Step::ShakingHands => {
                if let (Some(limit), Some(left)) = (self.limits.connect, self.connect_left(now)) {
                    if left.is_zero() {
                        return Err(self.connect_reached(limit));
                    }
                    wait = wait.min(left);
                }
                None
            }
            Step::ReadingBody | Step::Streaming => self.limits.idle,
            Step::Finishing => {
                since = self.opened();
                Some(FINISH_WAIT)
            }
        };
        if let Some(idle) = idle {
            let left = idle.saturating_sub(now.saturating_duration_since(since));
            if left.is_zero() {
                return Err(self.idle_reached(idle));
            }
            wait = wait.min(left);
        }
        Ok(wait.max(LEAST_WAIT))
    }

    /// This call as a callable for the key sees it.
    pub fn asking(&self) -> CallbackContext {
        CallbackContext {
            cancel: self.cancel.child(),
            end: self
                .left()
                .and_then(|left| Instant::now().checked_add(left)),
        }
    }

    /// Whether an error is this call's own end.
    pub fn gave_up(&self, error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Timeout)
    }
}
