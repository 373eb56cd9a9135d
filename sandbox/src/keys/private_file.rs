//! The database file is for its owner alone: it names keys, and whoever may
//! write there makes some.
//!
//! SQLite makes a file that the umask alone protects, and gives its journals the
//! mode of the database. So the file is made here, before SQLite opens it.

use std::path::Path;

use super::StoreError;

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::fs::{self, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    const MODE: u32 = 0o600;
    const OTHERS: u32 = 0o077;

    /// Makes the file if there is none. What fails here fails in SQLite too,
    /// which says why.
    pub(super) fn create(path: &Path) {
        if let Ok(there) = fs::metadata(path) {
            // Nothing was written there yet, by us or by another program.
            if there.is_file() && there.len() == 0 {
                let _ = restrict_one(path);
            }
            return;
        }
        // Not `create_new`: a symbolic link may name a file that is not there yet.
        let mut options = OpenOptions::new();
        let _ = options.append(true).create(true).mode(MODE).open(path);
    }

    /// Takes the file, and what SQLite keeps beside it, from all but their owner.
    pub(super) fn restrict(path: &Path) -> io::Result<()> {
        // SQLite puts its journals beside the file itself, not beside a link to it.
        let path = fs::canonicalize(path)?;
        let beside = ["-journal", "-wal", "-shm"].map(|end| {
            let mut name = OsString::from(&path);
            name.push(end);
            name
        });
        for name in beside.iter().map(Path::new) {
            match restrict_one(name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        restrict_one(&path)
    }

    fn restrict_one(path: &Path) -> io::Result<()> {
        let mode = fs::metadata(path)?.permissions().mode();
        match mode & OTHERS {
            0 => Ok(()),
            // By name: closing a descriptor of the file would end SQLite's locks on it.
            _ => fs::set_permissions(path, Permissions::from_mode(mode & 0o700)),
        }
    }
}

/// Makes the file, closed to others from its first moment, if there is none. On
/// Windows the folder's access list decides.
pub(super) fn create(path: &Path) {
    #[cfg(unix)]
    unix::create(path);
    #[cfg(not(unix))]
    let _ = path;
}

/// Closes a file of ours that is open to others, as one of an earlier version is.
pub(super) fn restrict(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    unix::restrict(path).map_err(|error| StoreError::OpenToOthers {
        path: path.into(),
        reason: error.to_string(),
    })?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
