//! The hook that searches each commit before it is made.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::git::Repository;
use super::path_of;
use crate::failure::Failure;

const MARK: &str = "neura guard --staged";
const HOOK: &str = "#!/bin/sh
# Refuses a commit that has an API key in it. Made by `neura guard --install`.
if command -v neura >/dev/null 2>&1; then
  exec neura guard --staged
fi
echo \"neura is not installed: the commit was not searched for keys\" >&2
";

/// What became of the hook.
pub(crate) enum Installed {
    Now(PathBuf),
    Before(PathBuf),
}

/// Installs the hook where git looks for it: `core.hooksPath`, else the repository's own.
///
/// # Errors
/// If there is another hook, which is left as it is, or the folder cannot be written.
pub(crate) fn install(repository: &Repository) -> Result<Installed, Failure> {
    let printed = repository.run(&["rev-parse", "--git-path", "hooks"])?;
    let folder = path_of(printed.strip_suffix(b"\n").unwrap_or(&printed));
    let path = repository.root.join(folder).join("pre-commit");
    let unwritable = |error: io::Error| {
        let path = path.display();
        Failure::new(format!(
            "the hook {path} cannot be written: {error}. `git config core.hooksPath` tells which folder git uses"
        ))
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o755);
    }
    match options.open(&path) {
        Ok(mut file) => match file.write_all(HOOK.as_bytes()) {
            Ok(()) => Ok(Installed::Now(path)),
            Err(error) => {
                // Half a hook would run.
                let _ = std::fs::remove_file(&path);
                Err(unwritable(error))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let text = std::fs::read(&path).unwrap_or_default();
            match text.windows(MARK.len()).any(|part| part == MARK.as_bytes()) {
                true => match make_executable(&path).map_err(unwritable)? {
                    true => Ok(Installed::Now(path)),
                    false => Ok(Installed::Before(path)),
                },
                false => Err(Failure::new(format!(
                    "there is a hook already, {}, which was left as it is. Add this line to it, \
                     before its last command:\n  {MARK} || exit 1",
                    path.display()
                ))),
            }
        }
        Err(error) => Err(unwritable(error)),
    }
}

/// git passes over a hook that cannot be run. Returns whether it was one.
#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = path.metadata()?.permissions();
    if permissions.mode() & 0o111 != 0 {
        return Ok(false);
    }
    permissions.set_mode(0o755);
    std::fs::set_permissions(path, permissions)?;
    Ok(true)
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
