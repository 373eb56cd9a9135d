//! Only its owner can read the database file.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::harness::{Database, SANDBOX, keys, output};

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn set_mode(path: &str, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A new folder, removed when this value is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("{name}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_file_and_its_journal_are_the_owners_from_their_first_moment() {
    let folder = Folder::new("first-moment");
    let (done, files) = (AtomicBool::new(false), &folder.0);
    let seen = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut seen = Vec::new();
            while !done.load(Ordering::Relaxed) {
                for entry in fs::read_dir(files).unwrap().flatten() {
                    // A journal may have been removed already.
                    if let Ok(found) = entry.metadata() {
                        seen.push((entry.file_name(), found.mode() & 0o777));
                    }
                }
            }
            seen
        });
        for number in 0..20 {
            let file = files.join(format!("{}.sqlite", number / 2));
            // The most permissive umask.
            let created = Command::new("sh")
                .args(["-c", "umask 000; exec \"$0\" \"$@\"", SANDBOX])
                .args(["keys", "create", "--name", "dev", "--db"])
                .arg(&file)
                .stdout(Stdio::null())
                .status();
            assert!(created.unwrap().success());
        }
        done.store(true, Ordering::Relaxed);
        watch.join().unwrap()
    });
    let journal = |name: &std::ffi::OsString| name.to_string_lossy().ends_with("-journal");
    assert!(seen.iter().any(|(name, _)| journal(name)));
    for (name, mode) in seen {
        assert_eq!(mode, 0o600, "{name:?}: {mode:o}");
    }
}

#[test]
fn a_file_of_an_earlier_version_becomes_private() {
    let db = Database::new();
    keys(&db, &["create", "--name", "dev"]);
    for wide in [0o644, 0o666, 0o640, 0o777] {
        set_mode(db.path(), wide);
        keys(&db, &["list"]);
        assert_eq!(mode(db.path()), 0o600 | (wide & 0o700), "{wide:o}");
    }
    let journal = format!("{}-journal", db.path());
    fs::write(&journal, "").unwrap();
    set_mode(&journal, 0o644);
    keys(&db, &["list"]);
    let closed = fs::metadata(&journal).map_or(0o600, |found| found.mode() & 0o777);
    let _ = fs::remove_file(&journal);
    assert_eq!(closed, 0o600);
}

#[test]
fn an_empty_file_becomes_private_before_anything_is_written() {
    let db = Database::new();
    fs::write(db.path(), "").unwrap();
    set_mode(db.path(), 0o644);
    keys(&db, &["create", "--name", "dev"]);
    assert_eq!(mode(db.path()), 0o600);
}

#[test]
fn a_link_to_a_missing_file_creates_a_private_file() {
    let folder = Folder::new("link");
    let (link, file) = (folder.0.join("link"), folder.0.join("keys.sqlite"));
    symlink(&file, &link).unwrap();
    let arguments = [
        "keys",
        "create",
        "--name",
        "dev",
        "--db",
        link.to_str().unwrap(),
    ];
    let made = Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" \"$@\"", SANDBOX])
        .args(arguments)
        .stdout(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    assert_eq!(mode(file.to_str().unwrap()), 0o600);
}

#[test]
fn a_file_of_another_program_keeps_its_mode() {
    let foreign = Database::new();
    let connection = rusqlite::Connection::open(foreign.path()).unwrap();
    connection.execute_batch("CREATE TABLE keys (id)").unwrap();
    set_mode(foreign.path(), 0o644);
    let refused = output(SANDBOX, &["keys", "list", "--db", foreign.path()]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(mode(foreign.path()), 0o644);
}
