//! Appends whole lines to a file that several processes write.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use super::NAP;

/// A larger file becomes `FILE.1`, in place of the one before, and a new one is begun.
const LARGEST: u64 = 32 << 20;

/// # Errors
/// Why nothing was written, as a phrase after the file's name.
pub(super) fn append(path: &Path, text: &[u8], end: Instant) -> Result<(), String> {
    loop {
        let file = open(path)?;
        lock(&file, end)?;
        let done = in_locked(path, &file, text);
        // Explicitly: a child of `fork` may have the descriptor too, and would hold the lock.
        let _ = file.unlock();
        if let Some(()) = done? {
            return Ok(());
        }
        if Instant::now() >= end {
            return Err("is replaced again and again by another program".to_owned());
        }
    }
}

/// `None` if the file is no longer the one at `path`, or no longer should be.
fn in_locked(path: &Path, file: &File, text: &[u8]) -> Result<Option<()>, String> {
    let length = |file: &File| file.metadata().map(|metadata| metadata.len());
    let length = length(file).map_err(|error| format!("cannot be read: {error}"))?;
    if !is_at(path, file) {
        return Ok(None);
    }
    if length >= LARGEST {
        let old = old_of(path);
        std::fs::rename(path, old).map_err(|error| {
            let most = LARGEST >> 20;
            format!("has {most} MiB and cannot be renamed: {error}. Move it away")
        })?;
        return Ok(None);
    }
    match write(file, length, text) {
        Ok(()) => Ok(Some(())),
        Err(error) => {
            // Of a line that was written in part nothing stays.
            let _ = file.set_len(length);
            Err(format!("cannot be written: {error}"))
        }
    }
}

/// Where the lines of a file go that has become too large.
fn old_of(path: &Path) -> PathBuf {
    let mut old = path.as_os_str().to_owned();
    old.push(".1");
    old.into()
}

fn write(mut file: &File, length: u64, text: &[u8]) -> io::Result<()> {
    // A program that ended in the middle of a line left it without its end.
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::Start(length - 1))?;
        file.read_exact(&mut last)?;
    }
    let torn = (last != *b"\n").then_some(b'\n');
    let lines: Vec<u8> = torn.into_iter().chain(text.iter().copied()).collect();
    afford(length + lines.len() as u64)?;
    file.write_all(&lines)
}

/// Beyond the process's limit for files the system would send a signal, which ends most programs.
#[cfg(unix)]
fn afford(length: u64) -> io::Result<()> {
    use rustix::process::{Resource, getrlimit};
    match getrlimit(Resource::Fsize).current {
        Some(limit) if length > limit => Err(io::Error::from_raw_os_error(libc::EFBIG)),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn afford(_length: u64) -> io::Result<()> {
    Ok(())
}

/// Waits until other writers are done. A file system that has no locks is written without: one
/// write to the end of a file does not mix with another.
fn lock(file: &File, end: Instant) -> Result<(), String> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(NAP),
            Err(TryLockError::WouldBlock) => {
                return Err("is locked by another program".to_owned());
            }
            Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
}

/// Opens a regular file, or makes one that only its owner can read. Opening does not block.
fn open(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // No symbolic link: in a folder of several users it may lead to any file of this one.
        let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_NOCTTY;
        options.mode(0o600).custom_flags(flags);
    }
    let file = options.open(path).map_err(|error| why_not_open(&error))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(file),
        Ok(_) => Err("is not a regular file".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

#[cfg(unix)]
fn why_not_open(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(libc::ELOOP) => "is a symbolic link: name the file itself".to_owned(),
        Some(libc::ENXIO) => "is not a regular file".to_owned(),
        _ => format!("cannot be opened: {error}"),
    }
}

#[cfg(not(unix))]
fn why_not_open(error: &io::Error) -> String {
    format!("cannot be opened: {error}")
}

/// Whether nobody renamed or removed the file since it was opened.
#[cfg(unix)]
fn is_at(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let there = path.symlink_metadata().map(identity);
    there.is_ok() && there.ok() == file.metadata().map(identity).ok()
}

#[cfg(not(unix))]
fn is_at(path: &Path, _file: &File) -> bool {
    path.exists()
}
