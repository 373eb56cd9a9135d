//! Reading a file that an option or a variable names, and that may hold a key.
//!
//! It is opened without blocking, and judged by the open descriptor, so that nothing can
//! be put in its place between the look and the reading.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::exhausted;

/// What a file must be.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// The most bytes.
    pub largest: u64,
    /// It belongs to the user or to root.
    pub own: bool,
    /// Neither the group nor others may read it.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub private: bool,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    NotThere,
    NotAFile,
    Foreign,
    /// The permission bits that it has.
    #[cfg_attr(not(unix), allow(dead_code))]
    TooOpen(u32),
    TooLarge(u64),
    NotUtf8,
    Unreadable(io::Error),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::NotThere => f.write_str("is not there"),
            Unusable::NotAFile => f.write_str("is not a regular file"),
            Unusable::Foreign => f.write_str("belongs to another user"),
            Unusable::TooOpen(mode) => write!(
                f,
                "can be read by others (mode {mode:03o}); make it private with chmod 600"
            ),
            Unusable::TooLarge(largest) => write!(f, "is larger than {} KiB", largest >> 10),
            Unusable::NotUtf8 => f.write_str("is not UTF-8 text"),
            Unusable::Unreadable(error) => match exhausted::descriptors(error) {
                Some(why) => write!(f, "cannot be read: {why} ({error})"),
                None => write!(f, "cannot be read: {error}"),
            },
        }
    }
}

/// The text of the file.
pub(crate) fn read(path: &Path, rules: Rules) -> Result<Zeroizing<String>, Unusable> {
    let bytes = read_bytes(path, rules)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Unusable::NotUtf8)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What stands in the file, text or not.
pub(crate) fn read_bytes(path: &Path, rules: Rules) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let file = open(path, rules)?;
    let metadata = file.metadata().map_err(Unusable::Unreadable)?;
    judge(&metadata, rules)?;
    // Read with a bound of its own: the size may be that of a moment ago.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.take(rules.largest + 1)
        .read_to_end(&mut bytes)
        .map_err(Unusable::Unreadable)?;
    if bytes.len() as u64 > rules.largest {
        return Err(Unusable::TooLarge(rules.largest));
    }
    Ok(bytes)
}

/// Independent of a working directory that may change.
pub(crate) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

fn open(path: &Path, rules: Rules) -> Result<File, Unusable> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A FIFO without a writer would otherwise wait for one.
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unusable::NotThere,
        // Elsewhere than on Unix a directory cannot even be opened.
        _ if path.is_dir() => Unusable::NotAFile,
        // Whoever keeps a file of theirs private must not stop those who work below it.
        io::ErrorKind::PermissionDenied if rules.own && is_foreign(path) => Unusable::Foreign,
        _ => Unusable::Unreadable(error),
    })
}

#[cfg(unix)]
fn is_foreign(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| belongs_to_others(&metadata))
}

#[cfg(not(unix))]
fn is_foreign(_path: &Path) -> bool {
    false
}

#[cfg(unix)]
fn belongs_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    owner != 0 && owner != rustix::process::geteuid().as_raw()
}

fn judge(metadata: &Metadata, rules: Rules) -> Result<(), Unusable> {
    if !metadata.is_file() {
        return Err(Unusable::NotAFile);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if rules.own && belongs_to_others(metadata) {
            return Err(Unusable::Foreign);
        }
        if rules.private && metadata.mode() & 0o077 != 0 {
            return Err(Unusable::TooOpen(metadata.mode() & 0o777));
        }
    }
    if metadata.len() > rules.largest {
        return Err(Unusable::TooLarge(rules.largest));
    }
    Ok(())
}
