//! A folder of its own for one program: a home, a working directory, and files of every kind.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// A new folder with a home directory, removed when dropped.
pub struct Place {
    root: PathBuf,
}

impl Place {
    pub fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("neura-test-{}-{number}", std::process::id());
        // Outside this repository, because git would find the repository.
        let root = std::env::temp_dir().join(name);
        for folder in ["home", "work"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        // The search for a `.env` must not leave the folder, and links must not hide it.
        let root = root.canonicalize().unwrap();
        fs::create_dir(root.join(".git")).unwrap();
        Place { root }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// `text` with `{root}` replaced by the folder.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{root}", self.root.to_str().unwrap())
    }

    /// Makes a path that is not a regular file with a case's text: one of `special` in
    /// `resolve.json`.
    #[cfg(unix)]
    pub fn make_special(&self, name: &str, kind: &str) {
        use std::os::unix::fs::{chown, symlink};
        const FOREIGN: &[u8] = b"NEURA_API_KEY=nk-fake-of-somebody-else\n";
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            "directory" => fs::create_dir(&path).unwrap(),
            "fifo" => {
                let mut mkfifo = std::process::Command::new("mkfifo");
                assert!(mkfifo.arg(&path).status().unwrap().success());
            }
            "foreign" => {
                fs::write(&path, FOREIGN).unwrap();
                chown(&path, Some(65_534), None).unwrap();
            }
            "huge" => fs::write(&path, vec![b'#'; (1 << 20) + 1]).unwrap(),
            "not_utf8" => fs::write(&path, b"NEURA_API_KEY=nk-\xff\xfe\n").unwrap(),
            "utf16" => {
                let units = "\u{feff}NEURA_API_KEY=nk-fake\r\n".encode_utf16();
                fs::write(&path, units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
            }
            "utf16_without_mark" => {
                let units = "NEURA_API_KEY=nk-fake\n".encode_utf16();
                fs::write(&path, units.flat_map(u16::to_be_bytes).collect::<Vec<_>>()).unwrap();
            }
            // The user's own regular file whose reading fails for every user.
            "unreadable" => symlink("/proc/self/mem", &path).unwrap(),
            other => panic!("{other} is an unknown kind of file"),
        }
    }

    /// Makes a FIFO, and writes the text to it as soon as a reader opens it.
    #[cfg(unix)]
    pub fn make_pipe(&self, name: &str, text: &str) {
        self.make_special(name, "fifo");
        let (path, text) = (self.path(name), text.to_owned());
        std::thread::spawn(move || fs::write(path, text).unwrap());
    }

    #[cfg(not(unix))]
    pub fn make_pipe(&self, name: &str, _text: &str) {
        panic!("{name}: this system has no FIFO in a folder");
    }

    /// Sets the mode of a path, in octal digits.
    #[cfg(unix)]
    pub fn set_mode(&self, name: &str, octal: &str) {
        use std::os::unix::fs::PermissionsExt;
        let mode = u32::from_str_radix(octal, 8).unwrap();
        fs::set_permissions(self.path(name), PermissionsExt::from_mode(mode)).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Whether this process may make a file of the kind `foreign`: only root may give a file away.
#[cfg(unix)]
pub fn may_give_files_away() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// The value of an environment variable, which may have any bytes.
#[cfg(unix)]
pub fn os_text(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}
