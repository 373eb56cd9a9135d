//! Writing a file so that it is the old one or the new one at any moment, whatever goes wrong.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{Builder, NamedTempFile};

/// How long another `neura keys` may take.
const PATIENCE: Duration = Duration::from_secs(10);
const NAP: Duration = Duration::from_millis(20);
const PREFIX: &str = ".neura-";
const SUFFIX: &str = ".tmp";

/// The right to change a file, until it is dropped. Held through a file beside it, since the file
/// itself is replaced.
pub(crate) struct Lock(File);

impl Lock {
    /// Waits until no other process changes `path`.
    ///
    /// # Errors
    /// If its folder cannot be written, or another process takes longer than 10 s.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(beside(path, ".lock"))?;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(NAP),
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(
                        io::ErrorKind::WouldBlock,
                        "another `neura keys` is changing it",
                    ));
                }
                // A file system without locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Lock(file));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the folder of `path`, closed to others, if it is missing.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Replaces the contents of `path`. Its lock is held. The file is then closed to others, and belongs
/// to whom it did before.
///
/// # Errors
/// Then the file is as it was.
pub(crate) fn replace(path: &Path, contents: &[u8], _lock: &Lock) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    remove_left_over(folder);
    afford(contents.len())?;
    let mut new = Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(folder)?;
    keep_owner(path, &new)?;
    new.write_all(contents)?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    // The name is kept, even if the power fails now. Not every file system can do this.
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Removes what a process left that was killed here. With the lock, none is at work.
fn remove_left_over(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Root that changes a user's file leaves it to the user.
#[cfg(unix)]
fn keep_owner(path: &Path, new: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (Ok(old), own) = (fs::metadata(path), new.as_file().metadata()?) else {
        return Ok(());
    };
    match old.uid() == own.uid() {
        true => Ok(()),
        false => fchown(new.as_file(), Some(old.uid()), Some(old.gid())),
    }
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _new: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// Beyond the process's limit for files the system would send a signal, which ends the program.
#[cfg(unix)]
fn afford(length: usize) -> io::Result<()> {
    use rustix::process::{Resource, getrlimit};
    match getrlimit(Resource::Fsize).current {
        Some(limit) if length as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn afford(_length: usize) -> io::Result<()> {
    Ok(())
}
