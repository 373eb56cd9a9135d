//! Reading a file that an option or a variable names, and that may hold a key.
//!
//! It is opened without blocking, and the open descriptor is checked, so that the file cannot be
//! exchanged between the check and the reading.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

#[cfg(unix)]
use super::pipe;
use super::{CallbackContext, FileVersion};
use crate::exhausted;
use crate::pasted::is_quoted;

/// What a file must be.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// Whether it may be a pipe.
    pub pipes: Pipes<'a>,
    /// The limit of its size, in bytes.
    pub largest: u64,
    /// It must belong to the user or to root.
    pub own: bool,
    /// Only its owner may read it; in a mount, the process's group as well.
    pub private: bool,
}

/// Whether a pipe may stand in place of a regular file. On systems without pipes as files this has
/// no effect.
#[derive(Clone, Copy)]
pub(crate) enum Pipes<'a> {
    Refused,
    /// A pipe that the user or root owns may. If it was read before, that text is used again.
    Read,
    /// The same, but it is read again for this call if possible.
    ReadAgain(#[cfg_attr(not(unix), allow(dead_code))] &'a CallbackContext),
}

/// Why a file cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    NotThere,
    /// It is missing, and its name begins and ends with quotation marks.
    Quoted,
    NotAFile,
    /// A socket, which cannot be opened for reading.
    #[cfg_attr(not(unix), allow(dead_code))]
    Socket,
    Foreign,
    /// Its permission bits.
    #[cfg_attr(not(unix), allow(dead_code))]
    TooOpen(u32),
    TooLarge(u64),
    NotUtf8,
    Utf16,
    /// A pipe that no process has opened for writing.
    #[cfg_attr(not(unix), allow(dead_code))]
    NoWriter,
    /// A pipe whose writer did not finish in time.
    #[cfg_attr(not(unix), allow(dead_code))]
    TooSlow,
    Unreadable(io::Error),
    /// A private file that this user may not read.
    Closed(io::Error),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::NotThere => f.write_str("is not there"),
            Unusable::Quoted => f.write_str(
                "is not there: the path has quotation marks around it (docker's --env-file keeps \
                 them). Remove them",
            ),
            Unusable::NotAFile => f.write_str("is not a regular file"),
            Unusable::Socket => f.write_str(
                "is a socket and not a pipe, so it cannot be opened for reading (Node's stdio \
                 'pipe' is one). Give a file, or a pipe made by a shell",
            ),
            Unusable::Foreign => f.write_str("belongs to another user, so it is not trusted"),
            Unusable::TooOpen(mode) => write!(
                f,
                "can be read by others (mode {mode:03o}); make it private with chmod 600, or, \
                 if a mount sets this mode, put only the key into a file and name that file with \
                 NEURA_API_KEY_FILE"
            ),
            Unusable::TooLarge(largest) => write!(f, "is larger than {} KiB", largest >> 10),
            Unusable::NotUtf8 => f.write_str("is not UTF-8 text"),
            Unusable::Utf16 => write!(f, "is UTF-16 text. {SAVE_AS_UTF_8}"),
            Unusable::NoWriter => f.write_str("is a pipe without a writer"),
            Unusable::TooSlow => f.write_str("is a pipe whose writer did not finish in time"),
            Unusable::Unreadable(error) => match exhausted::descriptors(error) {
                Some(why) => write!(f, "cannot be read: {why} ({error})"),
                None => write!(f, "cannot be read: {error}"),
            },
            Unusable::Closed(error) => write!(
                f,
                "cannot be read: {error}. Make this user its owner; or, if a mount sets the owner \
                 and mode, put only the key into a file that this user may read, and name that \
                 file with NEURA_API_KEY_FILE"
            ),
        }
    }
}

impl Unusable {
    /// The message with `advice`, unless it says what to do already. Without descriptors, it must
    /// not blame the path.
    pub fn advise(&self, advice: &str) -> String {
        let has_advice = match self {
            Unusable::Quoted
            | Unusable::Socket
            | Unusable::TooOpen(_)
            | Unusable::Utf16
            | Unusable::Closed(_) => true,
            Unusable::Unreadable(error) => exhausted::descriptors(error).is_some(),
            _ => false,
        };
        match has_advice {
            true => self.to_string(),
            false => format!("{self}. {advice}"),
        }
    }
}

/// What was read of a file.
pub(crate) struct Contents<T: Zeroize> {
    pub data: Zeroizing<T>,
    /// `None` for a pipe. Taken before the file is read, so that any later change gives another
    /// version.
    pub version: Option<FileVersion>,
}

/// The text of the file.
pub(crate) fn read(path: &Path, rules: Rules<'_>) -> Result<Contents<String>, Unusable> {
    let Contents { data, version } = read_contents(path, rules)?;
    if is_utf_16(&data) {
        return Err(Unusable::Utf16);
    }
    let text = std::str::from_utf8(&data).map_err(|_| Unusable::NotUtf8)?;
    Ok(Contents {
        data: Zeroizing::new(text.to_owned()),
        version,
    })
}

/// Advice for UTF-16 text, which PowerShell's `>` and Notepad's "Unicode" write.
pub(crate) const SAVE_AS_UTF_8: &str = "Save it as UTF-8: in an editor with `Save as`, in \
    PowerShell with `Set-Content -Encoding utf8`";

/// Whether this is UTF-16 text, with or without a byte order mark. A key and the names in these
/// files are ASCII, which in UTF-16 has a zero in every other byte; other text has no zeros.
pub(crate) fn is_utf_16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let zeros = |from: usize| {
        let every_other = bytes.iter().skip(from).step_by(2);
        every_other.filter(|byte| **byte == 0).count()
    };
    let (first, second) = (zeros(0), zeros(1));
    let (most, least) = (first.max(second), first.min(second));
    most * 4 > bytes.len() && most > 4 * least
}

/// The bytes of the file, text or not.
pub(crate) fn read_bytes(path: &Path, rules: Rules<'_>) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    read_contents(path, rules).map(|contents| contents.data)
}

fn read_contents(path: &Path, rules: Rules<'_>) -> Result<Contents<Vec<u8>>, Unusable> {
    #[cfg(unix)]
    if let Some(data) = kept(path, rules) {
        return Ok(Contents {
            data,
            version: None,
        });
    }
    let file = open(path, rules)?;
    let metadata = file.metadata().map_err(Unusable::Unreadable)?;
    judge(&metadata, rules)?;
    #[cfg(unix)]
    if is_pipe(&metadata) {
        let call = match rules.pipes {
            Pipes::ReadAgain(call) => Some(call),
            _ => None,
        };
        let data = pipe::read(&file, &metadata, path, rules.largest, call)?;
        return Ok(Contents {
            data,
            version: None,
        });
    }
    // The size is checked again while reading: the file may have grown since.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.take(rules.largest + 1)
        .read_to_end(&mut bytes)
        .map_err(Unusable::Unreadable)?;
    if bytes.len() as u64 > rules.largest {
        return Err(Unusable::TooLarge(rules.largest));
    }
    Ok(Contents {
        data: bytes,
        version: FileVersion::of(&metadata),
    })
}

fn open(path: &Path, rules: Rules<'_>) -> Result<File, Unusable> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Opening a FIFO without a writer would otherwise block.
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            match path.to_str().is_some_and(is_quoted) {
                true => Unusable::Quoted,
                false => Unusable::NotThere,
            }
        }
        // On some systems a directory cannot even be opened.
        _ if path.is_dir() => Unusable::NotAFile,
        // Another user's private `.env` in a parent folder must not stop this user.
        io::ErrorKind::PermissionDenied if rules.own && is_foreign(path) => Unusable::Foreign,
        io::ErrorKind::PermissionDenied if rules.private => Unusable::Closed(error),
        _ if path.metadata().is_ok_and(|metadata| is_socket(&metadata)) => Unusable::Socket,
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

/// Whether root owns it and only one of the process's groups may read it, as Kubernetes mounts a
/// secret. A process that runs as root must make a file private if it can. Source: faults.md, 97.
#[cfg(unix)]
fn is_for_our_group(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let is_ours = |group: u32| {
        group == rustix::process::getegid().as_raw()
            || rustix::process::getgroups()
                .is_ok_and(|groups| groups.iter().any(|own| own.as_raw() == group))
    };
    let could_change = rustix::process::geteuid().is_root() && metadata.mode() & 0o200 != 0;
    metadata.uid() == 0 && metadata.mode() & 0o007 == 0 && !could_change && is_ours(metadata.gid())
}

#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_metadata: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_socket(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_socket(_metadata: &Metadata) -> bool {
    false
}

/// The text that a pipe gave before, if it may be used again.
#[cfg(unix)]
fn kept(path: &Path, rules: Rules<'_>) -> Option<Zeroizing<Vec<u8>>> {
    match rules.pipes {
        Pipes::Refused => None,
        Pipes::Read => pipe::kept(path, false),
        Pipes::ReadAgain(_) => pipe::kept(path, true),
    }
}

fn judge(metadata: &Metadata, rules: Rules<'_>) -> Result<(), Unusable> {
    let is_pipe = is_pipe(metadata) && !matches!(rules.pipes, Pipes::Refused);
    if is_socket(metadata) {
        return Err(Unusable::Socket);
    }
    if !metadata.is_file() && !is_pipe {
        return Err(Unusable::NotAFile);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (rules.own || is_pipe) && belongs_to_others(metadata) {
            return Err(Unusable::Foreign);
        }
        if rules.private && metadata.mode() & 0o077 != 0 && !is_for_our_group(metadata) {
            return Err(Unusable::TooOpen(metadata.mode() & 0o777));
        }
    }
    if metadata.len() > rules.largest {
        return Err(Unusable::TooLarge(rules.largest));
    }
    Ok(())
}
