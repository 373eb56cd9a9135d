//! Watching the file that gave the keys, without a thread: a call looks at it now and then.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;

use super::Keyring;
use crate::config::file::Pipes;
use crate::config::{FileVersion, reload};
use crate::error::Error;

/// The time between two looks, at least. Source: design.md, rotation.
const INTERVAL: Duration = Duration::from_secs(10);

/// Holds no lock, so a fork at any moment leaves it usable.
pub(super) struct FileWatch {
    began: Instant,
    /// The next look, in milliseconds after `began`.
    next: AtomicU64,
    /// The version whose keys are in use; `None` if the next look must read the file.
    seen: ArcSwapOption<FileVersion>,
}

impl FileWatch {
    /// Watches a file of which this version was read just now.
    pub fn new(version: FileVersion) -> Self {
        let watch = FileWatch {
            began: Instant::now(),
            next: AtomicU64::new(as_millis(INTERVAL)),
            seen: ArcSwapOption::empty(),
        };
        watch.has_read(version);
        watch
    }

    /// Whether it is time for a look. Of several threads one gets true.
    pub fn is_due(&self) -> bool {
        let (now, relaxed) = (as_millis(self.began.elapsed()), Ordering::Relaxed);
        let next = self.next.load(relaxed);
        let after = now.saturating_add(as_millis(INTERVAL));
        now >= next
            && self
                .next
                .compare_exchange(next, after, relaxed, relaxed)
                .is_ok()
    }

    /// The version at `path`, if it is not the one that was read.
    pub fn changed(&self, path: &Path) -> Option<FileVersion> {
        let version = FileVersion::at(path)?;
        let same = self.seen.load().as_deref() == Some(&version);
        (!same).then_some(version)
    }

    /// This version was read. One that changed a moment ago is read once more at the next look.
    pub fn has_read(&self, version: FileVersion) {
        let seen = version.is_settled().then(|| Arc::new(version));
        self.seen.store(seen);
    }
}

impl Keyring {
    /// Takes the keys that their file holds now, if it is time to look and the file changed.
    /// Whatever is wrong with the file, the old keys stay in use: a 401 will say so.
    pub(super) fn follow_file(&self) {
        if let Some(watch) = self.watch.as_ref().filter(|watch| watch.is_due()) {
            let _ = self.read_changed_file(watch);
        }
    }

    /// # Errors
    /// Why the file does not give a key; the next look tries again.
    fn read_changed_file(&self, watch: &FileWatch) -> Result<(), Error> {
        // Another thread reads it already.
        let Some(_flight) = self.flight.try_begin() else {
            return Ok(());
        };
        let Some((now, path)) = self.current().zip(self.origin.key_source.path()) else {
            return Ok(());
        };
        // A key that was set takes the file's place.
        let is_of_file = now.credential.info.key_source == self.origin.key_source;
        let Some(version) = watch.changed(path).filter(|_| is_of_file) else {
            return Ok(());
        };
        let found = reload(&self.options, &self.origin, Pipes::Refused)?;
        if FileVersion::at(path) != Some(version) {
            return Ok(()); // It is being written.
        }
        if let Some(found) = found.filter(|found| !self.has(&found.keys)) {
            let ring = self.credentials(&found.keys, found.added)?;
            self.replace_since(now.lookups, Some(ring));
        }
        watch.has_read(version);
        Ok(())
    }
}

fn as_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_looks_in_each_interval() {
        let file = std::env::current_exe().unwrap();
        let mut watch = FileWatch::new(FileVersion::at(&file).unwrap());
        assert!(!watch.is_due());
        watch.began -= INTERVAL;
        let due = std::thread::scope(|scope| {
            let looks: Vec<_> = (0..8).map(|_| scope.spawn(|| watch.is_due())).collect();
            let due = looks.into_iter().map(|look| look.join().unwrap());
            due.filter(|due| *due).count()
        });
        assert_eq!(due, 1);
        assert!(!watch.is_due());
    }
}
