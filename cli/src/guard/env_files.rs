//! The keys in all `.env` files of a repository that are not tracked: each of several programs in one
//! repository may have its own.

use std::fs::File;
use std::io::Read;

use neura::bindings::{KnownKey, quoted};

use super::assignment::{VARIABLE, key_after};
use super::git::Repository;
use super::path_of;
use crate::failure::Failure;

/// A larger file is no `.env`.
const LARGEST: u64 = 1 << 20;

/// Adds them to those that are known.
///
/// # Errors
/// If git fails.
pub(crate) fn add(repository: &Repository, keys: &mut Vec<KnownKey>) -> Result<(), Failure> {
    let others = ["ls-files", "-z", "--others", "--exclude-standard"];
    // A folder that is ignored as a whole is not searched: it may be `node_modules`.
    for more in [&[][..], &["--ignored", "--directory"]] {
        let listed = repository.run(&[&others, more].concat())?;
        for name in listed.split(|byte| *byte == 0) {
            let file = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            if file.starts_with(b".env") || file.ends_with(b".env") {
                add_of(repository, name, keys);
            }
        }
    }
    Ok(())
}

/// A file that cannot be read has no key to search for.
fn add_of(repository: &Repository, name: &[u8], keys: &mut Vec<KnownKey>) {
    let path = repository.root.join(path_of(name));
    // Opening a pipe would wait for its writer.
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return;
    }
    let mut text = zeroize::Zeroizing::new(Vec::new());
    let read = File::open(&path).and_then(|file| file.take(LARGEST).read_to_end(&mut text));
    if read.is_err() {
        return;
    }
    for line in text.split(|byte| *byte == b'\n') {
        let variable = VARIABLE.as_bytes();
        let begin = line
            .windows(variable.len())
            .position(|part| part == variable);
        let Some(key) = begin.and_then(|begin| key_after(line, begin + variable.len())) else {
            continue;
        };
        if keys.iter().all(|known| known.key.secret() != key.secret()) {
            let place = format!("{VARIABLE} in {}", quoted(&path.to_string_lossy()));
            keys.push(KnownKey { key, place });
        }
    }
}
