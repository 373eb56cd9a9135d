//! Which version of a file was read, to notice later that it changed.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Two changes within this time may have the same time of change: some file systems store
/// times in steps of up to 2 s.
const STEP: Duration = Duration::from_secs(2);

/// What differs after every change of a regular file: in place, by a rename over it, or by an
/// exchanged symbolic link on the way to it. Source: design.md, rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileVersion {
    /// Device and inode; elsewhere than on Unix the time when the file was made.
    identity: Identity,
    size: u64,
    changed: SystemTime,
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = Option<SystemTime>;

impl FileVersion {
    /// `None` for what is not a regular file, or has no time of change.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let version = FileVersion {
            identity: identity(metadata),
            size: metadata.len(),
            changed: changed(metadata)?,
        };
        metadata.is_file().then_some(version)
    }

    /// The version at `path` now. A descriptor (`/dev/fd/3`) has none: another file may have
    /// its number by now.
    pub fn at(path: &Path) -> Option<Self> {
        match is_descriptor(path) {
            true => None,
            false => Self::of(&path.metadata().ok()?),
        }
    }

    /// Whether a later change certainly gives another version.
    pub fn is_settled(&self) -> bool {
        let age = SystemTime::now().duration_since(self.changed);
        age.is_ok_and(|age| age > STEP)
    }
}

fn is_descriptor(path: &Path) -> bool {
    let is_in = |folder: &str| path.starts_with(folder);
    is_in("/dev/fd")
        || is_in("/dev/stdin")
        || is_in("/proc") && path.components().any(|part| part.as_os_str() == "fd")
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    metadata.created().ok()
}

/// When the file or its owner or mode changed; no program can set that time.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_not_versioned() {
        for path in ["/dev/fd/3", "/dev/stdin", "/proc/self/fd/3", "/proc/7/fd/3"] {
            assert!(is_descriptor(Path::new(path)), "{path}");
        }
        for path in ["/run/secrets/fd", "/dev/fdx/key", "/home/u/proc/fd/key"] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_folder_has_no_version() {
        assert_eq!(FileVersion::at(&std::env::temp_dir()), None);
    }
}
