//! Pipes that hold a key or a `.env`: what 1Password mounts, `/dev/fd/3`, `<(command)`.
//!
//! A pipe gives its text once, so the process keeps it: a later client gets the same.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwapOption;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zeroize::Zeroizing;

use super::Asking;
use super::file::Unusable;
use neura_transport::Process;

/// How long a pipe may have no writer. Source of this and the next: design.md, where the key
/// comes from.
pub(super) const FOR_A_WRITER: Duration = Duration::from_secs(1);
/// How long a writer may take to the end of its text.
pub(super) const FOR_THE_TEXT: Duration = Duration::from_secs(5);
/// How long a thread waits for others that read pipes.
const FOR_OTHERS: Duration = Duration::from_secs(15);
const TICK: Duration = Duration::from_millis(5);
/// How many pipes a process keeps the text of.
const MOST_KEPT: usize = 64;

/// Which pipe it is. The number of one that was removed is given to another, which was made
/// later; anonymous pipes have no such time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    made: Option<SystemTime>,
}

/// What one reading of a pipe gave.
#[derive(Clone)]
struct Kept {
    pipe: Identity,
    /// `None` where it had no writer.
    text: Option<Arc<Zeroizing<Vec<u8>>>>,
    at: Instant,
}

/// Never changed, but replaced: a child of `fork` reads it without a lock.
static KEPT: ArcSwapOption<Vec<Kept>> = ArcSwapOption::const_empty();

/// The number of the process that reads a pipe; 0 where none does. No mutex, for a child of
/// `fork` would wait for a thread that only its parent has.
static READER: AtomicU64 = AtomicU64::new(0);

/// What a pipe gave this process before, and gives again: a named one only until a look
/// `again`. The pipe is not opened for it: its writer would be met by a reader who goes away.
pub(super) fn kept(path: &Path, again: bool) -> Option<Zeroizing<Vec<u8>>> {
    let pipe = identity(&path.metadata().ok()?);
    if again && is_named(path) {
        return None;
    }
    Some(Zeroizing::new(known(&pipe)?.text?.to_vec()))
}

/// The text of a pipe that was opened without blocking, to its end. `again` is the call that
/// wants it read anew; where nothing comes then, the pipe says what it said before.
///
/// # Errors
/// Where it has no writer, is too slow or too large, or the call is over.
pub(super) fn read(
    file: &File,
    metadata: &Metadata,
    path: &Path,
    largest: u64,
    again: Option<&Asking>,
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
    call: Option<&Asking>,
) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let started = Instant::now();
    let most = usize::try_from(largest).unwrap_or(usize::MAX);
    // Its bytes do not move: what is left behind by a move is not wiped.
    let mut text = Zeroizing::new(Vec::with_capacity(most));
    let mut piece = Zeroizing::new([0; 4096]);
    let mut has_writer = false;
    loop {
        if started.elapsed() >= FOR_THE_TEXT || call.is_some_and(Asking::is_over) {
            return Err(Unusable::TooSlow);
        }
        // On some systems /dev/fd gives the descriptor itself, whose reads may block.
        if !is_readable(file)? && !named {
            continue;
        }
        match (&*file).read(&mut *piece) {
            // The end; of a named pipe only once a writer was there.
            Ok(0) if has_writer || !named => return Ok(Zeroizing::new(text.to_vec())),
            Ok(0) if started.elapsed() >= FOR_A_WRITER => return Err(Unusable::NoWriter),
            // Where there is no writer yet some systems say at once that there is news.
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

/// Waits a moment for something to read, or for the end.
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

/// Whether the pipe has a place of its own among the files, and so can be opened again for
/// another text.
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

/// The right to read pipes, of one thread at a time: two that read the same one would each
/// get a part of its text.
struct Turn(u64);

impl Turn {
    fn take(call: Option<&Asking>) -> Result<Self, Unusable> {
        let started = Instant::now();
        loop {
            let mine = Process::current().number();
            let holder = READER.load(Ordering::Acquire);
            // What a thread of another process holds was held when this one was forked.
            if holder != mine
                && READER
                    .compare_exchange(holder, mine, Ordering::AcqRel, Ordering::Relaxed)
                    .is_ok()
            {
                return Ok(Turn(mine));
            }
            if started.elapsed() >= FOR_OTHERS || call.is_some_and(Asking::is_over) {
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
