//! The usage of keys as lines of a file, `NEURA_USAGE_FILE`, so that the usage of several programs
//! can be summed.
//!
//! A reply is followed by a write if the last one was 60 s ago, a thread writes what no reply has
//! written by then ([`clock`]), and what is left is written at the end of the process or with the
//! last client. Nothing that goes wrong fails a call. A child of `fork` starts with counts of 0: what
//! its parent counted is the parent's to write.

mod append;
mod application;
mod clock;
mod counts;
mod line;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arc_swap::{ArcSwap, ArcSwapOption};
use neura_transport::{PerProcess, Process};

pub use application::set_program;
use clock::Clock;
pub use clock::before_fork;
use counts::{Counts, Delta};

use super::Tokens;
use crate::config::{Environment, KeyInfo, config_error};
use crate::error::Error;
use crate::redact::Secrets;

const VARIABLE: &str = "NEURA_USAGE_FILE";
const DAY: u64 = 86_400_000;
/// How long a call waits for others that write the file. What was not written is kept.
const PATIENCE: Duration = Duration::from_millis(50);
/// The same at the end of the process, after which nothing is kept.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// How many keys are kept for the line that ends their use.
const MANY_KEYS: usize = 64;
/// How often it is tried again meanwhile.
const NAP: Duration = Duration::from_millis(2);

/// All files of this process. Without a lock, which a fork may leave held.
static LOGS: ArcSwapOption<Vec<Arc<UsageLog>>> = ArcSwapOption::const_empty();
/// Whether [`write_usage`] is called at the end of the process.
static HAS_EXIT_HOOK: AtomicBool = AtomicBool::new(false);

/// A file, and what this process has not written to it yet. All clients of a process that name the
/// same file share it.
pub(super) struct UsageLog {
    path: PathBuf,
    application: String,
    /// A name of the process that no other has: those of several containers have the same number.
    run: PerProcess<String>,
    /// Tells of the first failure.
    report: fn(&str),
    keys: ArcSwap<Vec<Arc<LoggedKey>>>,
    /// The next write, in milliseconds since 1970.
    next: AtomicU64,
    /// The time between two writes, in milliseconds.
    interval: u64,
    clock: PerProcess<Arc<Clock>>,
    /// The number of the process that writes now; 0 if none does. No mutex, which a child of `fork`
    /// may find locked for ever.
    writer: AtomicU64,
    clients: AtomicUsize,
    has_failed: AtomicBool,
}

/// A key in such a file.
pub(super) struct LoggedKey {
    fingerprint: String,
    mask: String,
    source: &'static str,
    /// The credentials file: a machine may have several with the same key.
    path: Option<PathBuf>,
    counts: PerProcess<Counts>,
}

/// A client's hold on the file. The last one that is dropped writes what is left.
pub(super) struct LogOfClient(Arc<UsageLog>);

/// How a write is done.
struct Write {
    patience: Duration,
    /// The process uses the keys no more, as far as is known.
    is_last: bool,
    /// Whether a failure is reported.
    reports: bool,
}

impl Write {
    const DURING_A_CALL: Self = Write {
        patience: PATIENCE,
        is_last: false,
        reports: true,
    };
    /// The log belongs to the program's own threads; its next call tries and reports.
    const BY_THE_CLOCK: Self = Write {
        reports: false,
        ..Write::DURING_A_CALL
    };
}

/// What a key's counters need to write.
pub(crate) struct LogOfKey {
    log: Arc<UsageLog>,
    key: Arc<LoggedKey>,
}

/// Writes the usage that is not written yet, for the end of the process. It takes at most a second
/// for each file, and a failure has no effect.
pub fn write_usage() {
    for log in logs().iter() {
        log.write(&Write {
            patience: LAST_PATIENCE,
            is_last: true,
            // What gets the lines of the log may be gone.
            reports: false,
        });
    }
}

/// Whether a client of this process writes its usage to a file.
pub fn writes_usage() -> bool {
    LOGS.load().is_some()
}

/// Says that [`write_usage`] is called at the end of the process, so that clients that are dropped
/// leave it to that call.
pub fn has_exit_hook() {
    HAS_EXIT_HOOK.store(true, Ordering::Relaxed);
}

fn logs() -> Arc<Vec<Arc<UsageLog>>> {
    LOGS.load_full().unwrap_or_default()
}

impl LogOfClient {
    /// The file that the variable names, for one more client. A variable that cannot be used is
    /// reported: it must not keep a program from starting.
    pub fn of(environment: &Environment, secrets: &Secrets, report: fn(&str)) -> Option<Self> {
        match Self::named(environment, secrets, report) {
            Ok(log) => log,
            Err(why) => {
                report(&format!("{}; no usage is written", why.message()));
                None
            }
        }
    }

    fn named(
        environment: &Environment,
        secrets: &Secrets,
        report: fn(&str),
    ) -> Result<Option<Self>, Error> {
        let Some(path) = environment.path(VARIABLE)? else {
            return Ok(None);
        };
        if path.file_name().is_none() {
            return Err(config_error(format!("{VARIABLE} must name a file")));
        }
        let path = environment.absolute(path);
        let application = application::name(environment, secrets);
        let interval = clock::interval(environment, report);
        let mut found = None;
        LOGS.rcu(|now| {
            let now = now.as_deref().map_or(&[][..], Vec::as_slice);
            let same = |log: &&Arc<UsageLog>| {
                (&log.path, &log.application, log.interval) == (&path, &application, interval)
            };
            let log = now.iter().find(same).map(Arc::clone);
            let is_new = log.is_none();
            let log = log.unwrap_or_else(|| {
                Arc::new(UsageLog {
                    path: path.clone(),
                    application: application.clone(),
                    run: PerProcess::new(new_run()),
                    report,
                    keys: ArcSwap::default(),
                    next: AtomicU64::new(0),
                    interval,
                    clock: PerProcess::new(Arc::default()),
                    writer: AtomicU64::new(0),
                    clients: AtomicUsize::new(0),
                    has_failed: AtomicBool::new(false),
                })
            });
            found = Some(Arc::clone(&log));
            let mut all = now.to_vec();
            all.extend(is_new.then_some(log));
            Some(Arc::new(all))
        });
        Ok(found.map(|log| {
            log.clients.fetch_add(1, Ordering::Relaxed);
            LogOfClient(log)
        }))
    }

    /// The counts of this key.
    pub fn of_key(&self, info: &KeyInfo) -> Option<LogOfKey> {
        let fingerprint = info.fingerprint().unwrap_or_default();
        let path = info.credentials_file();
        let mut found = None;
        self.0.keys.rcu(|now| {
            let same = |key: &&Arc<LoggedKey>| {
                let source = (key.source, key.path.as_deref());
                key.fingerprint == fingerprint && source == (info.source(), path)
            };
            let known = now.iter().find(same);
            if let Some(known) = known {
                found = Some(Arc::clone(known));
                return Arc::clone(now);
            }
            let made = Arc::new(LoggedKey {
                fingerprint: fingerprint.to_owned(),
                mask: info.mask().unwrap_or_default().to_owned(),
                source: info.source(),
                path: path.map(PathBuf::from),
                counts: PerProcess::new(Counts::default()),
            });
            found = Some(Arc::clone(&made));
            let mut all = Vec::clone(now);
            all.push(made);
            Arc::new(all)
        });
        found.map(|key| LogOfKey {
            log: Arc::clone(&self.0),
            key,
        })
    }
}

impl Drop for LogOfClient {
    fn drop(&mut self) {
        let is_last = self.0.clients.fetch_sub(1, Ordering::Relaxed) == 1;
        match HAS_EXIT_HOOK.load(Ordering::Relaxed) {
            // A program may make a client for each of its calls.
            true => self.0.write_if(self.0.is_due(now())),
            false if is_last => {
                self.0.write(&Write {
                    is_last,
                    ..Write::DURING_A_CALL
                });
                self.0.look_again();
            }
            false => {}
        }
    }
}

impl LogOfKey {
    /// Counts a request.
    pub fn sent(&self, now: u64, is_retry: bool) {
        let counts = self.key.counts();
        // A line tells of one day.
        let day_is_over = counts.first().is_some_and(|first| first / DAY != now / DAY);
        self.log.write_if(day_is_over);
        counts.sent(now, is_retry);
        self.log.start_clock();
    }

    /// Counts a reply with this status, or none.
    pub fn answered(&self, status: Option<u16>) {
        let counts = self.key.counts();
        counts.answered(status);
        // The first use of a key is written at once, so that it is known who uses it.
        self.replied(&counts, !counts.was_written() || self.log.is_due(now()));
    }

    pub fn spent(&self, tokens: Tokens) {
        let counts = self.key.counts();
        counts.spent(tokens);
        self.replied(&counts, self.log.is_due(now()));
    }

    fn replied(&self, counts: &Counts, due: bool) {
        self.log.write_if(due);
        if counts.first().is_some() {
            self.log.start_clock();
        }
    }
}

impl LoggedKey {
    fn counts(&self) -> impl std::ops::Deref<Target = Counts> {
        self.counts.get(|_| Counts::default())
    }
}

impl UsageLog {
    /// Whether the time between two writes has passed. A clock that was set back does not keep the
    /// next write away.
    fn is_due(&self, now: u64) -> bool {
        let next = self.next.load(Ordering::Relaxed);
        now >= next || next - now > self.interval
    }

    fn write_if(&self, due: bool) {
        if due {
            self.write(&Write::DURING_A_CALL);
        }
    }

    /// Writes a line for each key that was used since the last write. What cannot be written is
    /// kept for the next one.
    fn write(&self, how: &Write) {
        let end = Instant::now() + how.patience;
        if !self.begin(Process::current(), end) {
            return;
        }
        let keys = self.keys.load_full();
        let taken: Vec<(&Arc<LoggedKey>, Delta)> = keys
            .iter()
            .filter_map(|key| Some((key, key.counts().take(how.is_last)?)))
            .collect();
        if !taken.is_empty() {
            let text: String = taken
                .iter()
                .map(|(key, delta)| line::of(key, delta, self, how.is_last))
                .collect();
            let done = append::append(&self.path, text.as_bytes(), end);
            for (key, delta) in &taken {
                match &done {
                    Ok(()) => key.counts().written(how.is_last),
                    Err(_) => key.counts().put_back(delta),
                }
            }
            self.next.store(now() + self.interval, Ordering::Relaxed);
            if let Err(why) = done
                && how.reports
                && !self.has_failed.swap(true, Ordering::Relaxed)
            {
                let path = crate::redact::quoted_path(&self.path);
                let report = self.report;
                report(&format!(
                    "the usage file {path} {why}; it is tried again later"
                ));
            }
        }
        drop(taken);
        self.forget_unused();
        self.writer.store(0, Ordering::Release);
    }

    /// Takes the place of the one that writes, at the latest at `end`.
    fn begin(&self, process: Process, end: Instant) -> bool {
        let mine = process.number();
        loop {
            let holder = self.writer.load(Ordering::Acquire);
            let order = (Ordering::AcqRel, Ordering::Relaxed);
            // The thread of a parent is not in its child.
            if holder != mine
                && self
                    .writer
                    .compare_exchange(holder, mine, order.0, order.1)
                    .is_ok()
            {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            std::thread::sleep(NAP);
        }
    }

    /// Removes keys that no client has any more, if there are many: some programs have a new one
    /// for every hour.
    fn forget_unused(&self) {
        let is_used =
            |key: &Arc<LoggedKey>| Arc::strong_count(key) > 1 || key.counts().first().is_some();
        let keys = self.keys.load();
        if keys.len() < MANY_KEYS || keys.iter().all(is_used) {
            return;
        }
        // A key that is made meanwhile is kept: the closure runs again then.
        self.keys.rcu(|now| {
            let kept = now.iter().filter(|key| is_used(key));
            kept.map(Arc::clone).collect::<Vec<_>>()
        });
    }
}

/// With the number of the process it is unique: the children of a fork may make the same one.
fn new_run() -> String {
    format!("{:08x}", fastrand::u32(..))
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}
