//! Pipes that hold a key or a `.env`: what 1Password mounts, `/dev/fd/3`, `<(command)`.
//!
//! A pipe gives its text once, so the process keeps the text for later clients.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwapOption;
use neura_transport::Process;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zeroize::Zeroizing;

use super::CallbackContext;
use super::file::Unusable;

/// How long a pipe may have no writer. Source of this and the next: design.md, files and pipes.
pub(super) const FOR_A_WRITER: Duration = Duration::from_secs(1);
/// How long a writer may take to finish.
pub(super) const FOR_THE_TEXT: Duration = Duration::from_secs(5);
/// How long a thread waits for other threads that read pipes.
const FOR_OTHERS: Duration = Duration::from_secs(15);
const TICK: Duration = Duration::from_millis(5);
/// The number of pipes whose text a process keeps.
const MOST_KEPT: usize = 64;

/// Identifies a pipe. The inode of a removed pipe may be used again for another one, so the time
/// of creation counts too; anonymous pipes have none.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    made: Option<SystemTime>,
}

/// The result of reading a pipe.
#[derive(Clone)]
struct Kept {
    pipe: Identity,
    /// `None` if it had no writer.
    text: Option<Arc<Zeroizing<Vec<u8>>>>,
    at: Instant,
}

/// Replaced and never changed, so that a child of `fork` reads it without a lock.
static KEPT: ArcSwapOption<Vec<Kept>> = ArcSwapOption::const_empty();

/// The number of the process that reads a pipe, or 0. Not a mutex: a child of `fork` would wait for
/// a thread that only its parent has.
static READER: AtomicU64 = AtomicU64::new(0);

/// The text that this process read from the pipe before. `None` for a named pipe that is to be read
/// `again`. The pipe is not opened, because its writer would then lose its reader.
pub(super) fn kept(path: &Path, again: bool) -> Option<Zeroizing<Vec<u8>>> {
    let pipe = identity(&path.metadata().ok()?);
    if again && is_named(path) {
        return None;
    }
    Some(Zeroizing::new(known(&pipe)?.text?.to_vec()))
}

/// Reads a pipe that was opened without blocking, to its end. `again` is the call that wants it
/// read again; if it has no writer then, the result is its earlier text.
///
/// # Errors
/// If it has no writer, is too slow or too large, or the call is over.
pub(super) fn read(
    file: &File,
    metadata: &Metadata,
    path: &Path,
    largest: u64,
    again: Option<&CallbackContext>,
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let (pipe, came) = (identity(metadata), Instant::now());
    let _turn = Turn::take(again)?;
    // Another thread may have read it while this one waited for its turn.
    if let Some(found) = known(&pipe)
        && (found.at >= came || again.is_none() && found.text.is_some())
    {
        let text = found.text.ok_or(Unusable::NoWriter)?;
        return Ok(Zeroizing::new(text.to_vec()));
    }
    match read_to_end(file, is_named(path), largest, again) {
        Ok(text) => {
            let text = Arc::new(text);
            keep(pipe, Some(Arc::clone(&text)));
            Ok(Zeroizing::new(text.to_vec()))
        }
        Err(Unusable::NoWriter) => match known(&pipe).and_then(|before| before.text) {
            Some(text) => Ok(Zeroizing::new(text.to_vec())),
            None => {
                keep(pipe, None);
                Err(Unusable::NoWriter)
            }
        },
        Err(why) => Err(why),
    }
}

fn read_to_end(
    file: &File,
    named: bool,
    largest: u64,
    call: Option<&CallbackContext>,
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let started = Instant::now();
    let most = usize::try_from(largest).unwrap_or(usize::MAX);
    // Allocated once: a buffer that grows would leave copies behind that are not overwritten.
    let mut text = Zeroizing::new(Vec::with_capacity(most));
    let mut piece = Zeroizing::new([0; 4096]);
    let mut has_writer = false;
    loop {
        if started.elapsed() >= FOR_THE_TEXT || call.is_some_and(CallbackContext::is_over) {
            return Err(Unusable::TooSlow);
        }
        // On some systems /dev/fd opens the same descriptor, whose reads may block.
        if !is_readable(file)? && !named {
            continue;
        }
        match (&*file).read(&mut *piece) {
            // The end. A named pipe must have had a writer before.
            Ok(0) if has_writer || !named => return Ok(Zeroizing::new(text.to_vec())),
            Ok(0) if started.elapsed() >= FOR_A_WRITER => return Err(Unusable::NoWriter),
            // Without a writer some systems report the pipe as readable at once.
            Ok(0) => thread::sleep(TICK),
            Ok(bytes) if text.len() + bytes > most => return Err(Unusable::TooLarge(largest)),
            Ok(bytes) => {
                has_writer = true;
                text.extend_from_slice(&piece[..bytes]);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => has_writer = true,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Unusable::Unreadable(error)),
        }
    }
}

/// Waits one tick for data or for the end.
fn is_readable(file: &File) -> Result<bool, Unusable> {
    let mut fds = [PollFd::new(file, PollFlags::IN)];
    let tick = Timespec {
        tv_sec: 0,
        tv_nsec: TICK.as_nanos() as _,
    };
    match poll(&mut fds, Some(&tick)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(Unusable::Unreadable(error.into())),
    }
}

/// Whether the pipe has a path in the file system, so that it can be opened again for a new text.
fn is_named(path: &Path) -> bool {
    path.canonicalize()
        .is_ok_and(|real| !real.starts_with("/dev/fd"))
}

fn identity(metadata: &Metadata) -> Identity {
    Identity {
        device: metadata.dev(),
        inode: metadata.ino(),
        made: metadata.created().ok(),
    }
}

fn known(pipe: &Identity) -> Option<Kept> {
    let all = KEPT.load();
    all.as_ref()?
        .iter()
        .find(|kept| kept.pipe == *pipe)
        .cloned()
}

fn keep(pipe: Identity, text: Option<Arc<Zeroizing<Vec<u8>>>>) {
    let kept = Kept {
        pipe,
        text,
        at: Instant::now(),
    };
    KEPT.rcu(|all| {
        let others = all.iter().flat_map(|all| all.iter());
        let others: Vec<_> = others.filter(|other| other.pipe != pipe).collect();
        let oldest = (others.len() + 1).saturating_sub(MOST_KEPT);
        let mut all: Vec<Kept> = others[oldest..]
            .iter()
            .map(|other| (*other).clone())
            .collect();
        all.push(kept.clone());
        Some(Arc::new(all))
    });
}

/// The right to read pipes, for one thread at a time: two threads that read the same pipe would
/// each get a part of its text.
struct Turn(u64);

impl Turn {
    fn take(call: Option<&CallbackContext>) -> Result<Self, Unusable> {
        let started = Instant::now();
        loop {
            let mine = Process::current().number();
            let holder = READER.load(Ordering::Acquire);
            // If another process holds it, it was held when this process was forked.
            if holder != mine
                && READER
                    .compare_exchange(holder, mine, Ordering::AcqRel, Ordering::Relaxed)
                    .is_ok()
            {
                return Ok(Turn(mine));
            }
            if started.elapsed() >= FOR_OTHERS || call.is_some_and(CallbackContext::is_over) {
                return Err(Unusable::TooSlow);
            }
            thread::sleep(TICK);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = READER.compare_exchange(self.0, 0, Ordering::AcqRel, Ordering::Relaxed);
    }
}
