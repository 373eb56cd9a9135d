//! Only the owner may read or write the database file: it lists keys, and who
//! can write it can add keys.
//!
//! SQLite creates a file with the mode that the umask allows, and gives its
//! journals the mode of the database. So the file is created here, before SQLite
//! opens it.

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

    /// Creates the file if it does not exist. An error here is left to SQLite,
    /// which meets it too and says why.
    pub(super) fn create(path: &Path) {
        if let Ok(there) = fs::metadata(path) {
            // No program has written to an empty file yet.
            if there.is_file() && there.len() == 0 {
                let _ = restrict_one(path);
            }
            return;
        }
        // Not `create_new`: a symbolic link may name a file that does not exist yet.
        let mut options = OpenOptions::new();
        let _ = options.append(true).create(true).mode(MODE).open(path);
    }

    /// Makes the file and SQLite's journals readable and writable only by their owner.
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
            // By name: closing a descriptor of the file would release SQLite's locks on it.
            _ => fs::set_permissions(path, Permissions::from_mode(mode & 0o700)),
        }
    }
}

/// Creates the file if it does not exist, with mode 0600 from the start. On
/// Windows the folder's access list decides.
pub(super) fn create(path: &Path) {
    #[cfg(unix)]
    unix::create(path);
    #[cfg(not(unix))]
    let _ = path;
}

/// Closes a file of the sandbox to other users; earlier versions left it open.
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
