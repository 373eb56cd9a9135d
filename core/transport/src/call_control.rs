//! The limits, the cancel token and the progress of one call.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::body_progress::BodyProgress;
use crate::body_room::MakeBodyRoom;
use crate::cancel::CancelToken;
use crate::failure::{Cause, Failure, Limit};
use crate::limits::Limits;
use crate::process::Process;
use crate::progress::{Phase, Progress};

/// How long to wait for the end of a body so that its connection can be reused.
const FINISH_WAIT: Duration = Duration::from_millis(5);
/// Zero would mean "no limit" to the system; less than a millisecond is a busy loop.
const LEAST_WAIT: Duration = Duration::from_millis(1);
/// No read-ahead is going on.
const NO_READ_AHEAD: u64 = u64::MAX;

/// One call over all its attempts. Every wait of the transport asks it how long it may last.
#[derive(Debug)]
pub struct CallControl {
    /// Ends the call from any thread.
    pub cancel: CancelToken,
    started: Instant,
    /// The part of its time in which it waited to run.
    queued: Duration,
    /// The end of the total limit.
    deadline: Option<Instant>,
    limits: Limits,
    /// The total limit of a stream ends with the head of its reply.
    for_stream: bool,
    /// The process that began the call, if a fork can happen during the call: a stream outlives its
    /// call, and the token's poll runs foreign code.
    process: Option<Process>,
    phase: AtomicU8,
    /// Bytes of this attempt's reply.
    received: AtomicU64,
    /// Bytes of the reply arrived while the request was still being sent.
    early_reply: AtomicBool,
    /// A byte of the request was sent, in this attempt or an earlier one.
    sent: AtomicBool,
    /// When this attempt began to send, in nanoseconds after `started`.
    sent_at: AtomicU64,
    /// Nanoseconds from there to the head of the reply.
    took: AtomicU64,
    /// The end of a read-ahead, in nanoseconds after `started`, or [`NO_READ_AHEAD`].
    read_ahead_until: AtomicU64,
    /// When this attempt began to open a connection, or to finish its body, in microseconds after
    /// `started`.
    step_began: AtomicU64,
    body_progress: OnceLock<Arc<BodyProgress>>,
    body_room: OnceLock<MakeBodyRoom>,
    /// The reply of this attempt is a success.
    succeeded: AtomicBool,
}

impl CallControl {
    /// A call that begins now. `for_stream`: the total limit ends with the head of the reply.
    pub fn new(cancel: CancelToken, limits: Limits, for_stream: bool) -> Self {
        Self::since(None, cancel, limits, for_stream)
    }

    /// As [`new`](Self::new), for a call that `began` earlier and waited to run.
    pub fn since(
        began: Option<Instant>,
        cancel: CancelToken,
        limits: Limits,
        for_stream: bool,
    ) -> Self {
        let now = Instant::now();
        let started = began.unwrap_or(now);
        let queued = match began {
            Some(began) => now.saturating_duration_since(began),
            None => Duration::ZERO,
        };
        let can_be_forked = for_stream || cancel.has_poll();
        CallControl {
            process: can_be_forked.then(Process::current),
            cancel,
            started,
            queued,
            deadline: limits.total.and_then(|total| started.checked_add(total)),
            limits,
            for_stream,
            phase: AtomicU8::new(Phase::Start as u8),
            received: AtomicU64::new(0),
            early_reply: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            sent_at: AtomicU64::new(0),
            took: AtomicU64::new(0),
            read_ahead_until: AtomicU64::new(NO_READ_AHEAD),
            step_began: AtomicU64::new(0),
            body_progress: OnceLock::new(),
            body_room: OnceLock::new(),
            succeeded: AtomicBool::new(false),
        }
    }

    /// Has the progress of a body reported, from the start of the call.
    pub fn report_body(&self, progress: Arc<BodyProgress>) {
        let _ = self.body_progress.set(progress);
    }

    /// Whether the progress of a body is reported.
    pub fn reports_body(&self) -> bool {
        self.body_progress.get().is_some()
    }

    /// Has a body of known length read into memory that `make` makes, from the start of the call.
    pub fn place_body(&self, make: MakeBodyRoom) {
        let _ = self.body_room.set(make);
    }

    pub(crate) fn body_room(&self) -> Option<MakeBodyRoom> {
        self.body_room.get().copied()
    }

    /// So many bytes of the request's body were sent.
    pub(crate) fn body_sent(&self, done: u64, total: Option<u64>, ended: bool) {
        if let Some(progress) = self.body_progress.get() {
            progress.report(true, done, total, ended);
        }
    }

    /// So many bytes of the reply's body have come.
    pub(crate) fn body_came(&self, done: u64, total: Option<u64>, ended: bool) {
        if let Some(progress) = self.body_progress.get()
            && self.succeeded.load(Ordering::Relaxed)
            && self.phase() < Phase::Finish
        {
            progress.report(false, done, total, ended);
        }
    }

    /// Begins an attempt.
    pub(crate) fn begin_attempt(&self) {
        self.enter(Phase::Start);
        self.received.store(0, Ordering::Relaxed);
        self.early_reply.store(false, Ordering::Relaxed);
    }

    /// The attempt opens a new connection: its limit begins.
    pub(crate) fn begin_connect(&self) {
        let since = self.started.elapsed().as_micros() as u64;
        self.step_began.store(since, Ordering::Relaxed);
    }

    /// The caller needs no more of the body: the limit for finishing it begins.
    pub(crate) fn begin_finish(&self) {
        self.begin_connect();
        self.enter(Phase::Finish);
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        Phase::of(self.phase.load(Ordering::Relaxed))
    }

    /// The first byte of the request is sent next.
    pub(crate) fn begin_send(&self) {
        self.sent.store(true, Ordering::Relaxed);
        self.sent_at.store(self.nanoseconds(), Ordering::Relaxed);
        self.enter(Phase::Send);
    }

    fn nanoseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The head of the reply was read.
    pub(crate) fn head_received(&self, success: bool) {
        let sent_at = self.sent_at.load(Ordering::Relaxed);
        let took = self.nanoseconds().saturating_sub(sent_at);
        self.took.store(took, Ordering::Relaxed);
        self.succeeded.store(success, Ordering::Relaxed);
        // The body of an error is read within the total limit, even if a stream was requested.
        self.enter(match self.for_stream && success {
            true => Phase::Stream,
            false => Phase::ReadBody,
        });
    }

    /// Begins a read-ahead, which waits for at most `within` and within the total limit; `None`
    /// ends it.
    pub(crate) fn set_read_ahead(&self, within: Option<Duration>) {
        let until = within.map_or(NO_READ_AHEAD, |within| {
            let within = self.left().map_or(within, |left| left.min(within));
            let within = u64::try_from(within.as_nanos()).unwrap_or(NO_READ_AHEAD);
            self.nanoseconds().saturating_add(within)
        });
        self.read_ahead_until.store(until, Ordering::Relaxed);
    }

    /// Whether this failure only means that a read-ahead waited as long as it may.
    pub(crate) fn ends_read_ahead(&self, failure: &Failure) -> bool {
        let left = self.read_ahead_left(Instant::now());
        failure.is_timeout() && left.is_some_and(|left| left.is_zero())
    }

    fn read_ahead_left(&self, now: Instant) -> Option<Duration> {
        match self.read_ahead_until.load(Ordering::Relaxed) {
            NO_READ_AHEAD => None,
            until => {
                let passed = now.saturating_duration_since(self.started);
                Some(Duration::from_nanos(until).saturating_sub(passed))
            }
        }
    }

    /// The rest of the body is read as it arrives: the total limit is over.
    pub fn begin_stream(&self) {
        self.enter(Phase::Stream);
    }

    /// The time from the first byte of the last attempt's request to the head of its reply.
    pub fn took(&self) -> Duration {
        Duration::from_nanos(self.took.load(Ordering::Relaxed))
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes of the reply arrived while the request is being sent. They are counted when they are
    /// read.
    pub(crate) fn note_early_reply(&self) {
        self.early_reply.store(true, Ordering::Relaxed);
    }

    /// Whether a byte of this attempt's reply arrived.
    pub fn reply_began(&self) -> bool {
        self.early_reply.load(Ordering::Relaxed) || self.received.load(Ordering::Relaxed) > 0
    }

    /// Whether a byte of the request was sent, in any attempt.
    pub fn request_sent(&self) -> bool {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether the call began in the parent of this process. Its sockets and locks belong to the
    /// parent.
    pub fn is_forked(&self) -> bool {
        self.process.is_some_and(|process| !process.is_current())
    }

    /// What is left of the total limit; `None` without one.
    pub fn left(&self) -> Option<Duration> {
        self.left_at(Instant::now())
    }

    pub(crate) fn has_time(&self) -> bool {
        self.left().is_none_or(|left| !left.is_zero())
    }

    fn left_at(&self, now: Instant) -> Option<Duration> {
        let deadline = self.deadline.filter(|_| self.phase() < Phase::Stream)?;
        Some(deadline.saturating_duration_since(now))
    }

    /// The limit for opening a connection.
    pub(crate) fn connect_timeout(&self) -> Option<Duration> {
        self.limits.connect
    }

    /// How long opening the connection may still take, within the total limit.
    #[cfg(any(not(unix), test))]
    pub(crate) fn connect_limit(&self) -> Option<Duration> {
        let now = Instant::now();
        match (self.connect_left(now), self.left_at(now)) {
            (Some(connect), Some(left)) => Some(connect.min(left)),
            (connect, left) => connect.or(left),
        }
    }

    fn step_began(&self) -> Instant {
        self.started + Duration::from_micros(self.step_began.load(Ordering::Relaxed))
    }

    /// One limit covers all steps to a connection.
    fn connect_left(&self, now: Instant) -> Option<Duration> {
        let spent = now.saturating_duration_since(self.step_began());
        self.limits.connect.map(|limit| limit.saturating_sub(spent))
    }

    /// How long one wait may last on the way to a connection, or the failure that ends it.
    pub(crate) fn next_connect_wait(&self) -> Result<Duration, Failure> {
        let now = Instant::now();
        self.next_wait(now, now)
    }

    /// How long a read or write that waits since `since` may wait from `now` until the next check
    /// of the limits, or the failure that ends it. Only for a wait that is registered with the
    /// token; any other must check again after a tick.
    pub(crate) fn next_wait(&self, since: Instant, now: Instant) -> Result<Duration, Failure> {
        if self.cancel.poll() {
            return Err(self.cancelled());
        }
        // After the poll, whose code may just have forked.
        if self.is_forked() {
            return Err(Cause::Forked.into());
        }
        let mut wait = self.cancel.longest_wait();
        // Before the total limit: the reply is judged by what came until then.
        if let Some(left) = self.read_ahead_left(now) {
            if left.is_zero() {
                return Err(Cause::ReadAheadOver.into());
            }
            wait = wait.min(left);
        }
        if let Some(left) = self.left_at(now) {
            if left.is_zero() {
                return Err(self.total_passed());
            }
            wait = wait.min(left);
        }
        let mut since = since;
        let idle = match self.phase() {
            Phase::Start => None,
            Phase::Send | Phase::AwaitHead => self.limits.head,
            Phase::LookUp | Phase::Connect | Phase::Tunnel | Phase::Handshake => {
                if let (Some(limit), Some(left)) = (self.limits.connect, self.connect_left(now)) {
                    if left.is_zero() {
                        return Err(self.connect_passed(limit));
                    }
                    wait = wait.min(left);
                }
                None
            }
            Phase::ReadBody | Phase::Stream => self.limits.idle,
            Phase::Finish => {
                since = self.step_began();
                Some(FINISH_WAIT)
            }
        };
        if let Some(idle) = idle {
            let left = idle.saturating_sub(now.saturating_duration_since(since));
            if left.is_zero() {
                return Err(self.idle_passed(idle));
            }
            wait = wait.min(left);
        }
        Ok(wait.max(LEAST_WAIT))
    }

    /// Why a call ended that is over.
    pub fn over(&self) -> Failure {
        match self.cancel.poll() {
            true => self.cancelled(),
            false => self.total_passed(),
        }
    }

    /// The failure of a call that was cancelled.
    pub fn cancelled(&self) -> Failure {
        Cause::Cancelled(self.progress()).into()
    }

    /// The failure of a call whose total limit passed.
    pub fn total_passed(&self) -> Failure {
        let limit = Limit::Total(self.limits.total.unwrap_or_default());
        Cause::LimitPassed(limit, self.progress()).into()
    }

    fn connect_passed(&self, limit: Duration) -> Failure {
        match self.has_time() {
            true => Cause::LimitPassed(Limit::Connect(limit), self.progress()).into(),
            false => self.total_passed(),
        }
    }

    fn idle_passed(&self, limit: Duration) -> Failure {
        let limit = match self.phase() {
            Phase::Send | Phase::AwaitHead => Limit::Head(limit),
            _ => Limit::Idle(limit),
        };
        Cause::LimitPassed(limit, self.progress()).into()
    }

    /// The progress of the call.
    pub fn progress(&self) -> Progress {
        Progress {
            phase: self.phase(),
            elapsed: self.started.elapsed(),
            queued: self.queued,
            received: self.received.load(Ordering::Relaxed),
            reply_began: self.reply_began(),
        }
    }
}
