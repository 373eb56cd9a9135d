//! The credentials file as `neura keys` changes it: its form and its comments stay.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use neura::bindings::{credentials_path, quoted};
use time::OffsetDateTime;
use toml_edit::{Datetime, DocumentMut, Item, RawString, Table, TableLike, Value};
use zeroize::Zeroizing;

use super::atomic_file::{self, Lock};
use super::config;
use super::entry::{Entry, rfc3339};
use crate::context::Context;
use crate::failure::Failure;

/// Source: design.md, files and pipes.
const LARGEST: u64 = 1 << 20;
const HEAD: &str =
    "# Keys for the NeuraAI API, by profile. `neura keys` keeps this file; never share it.\n\n";

/// The contents of the credentials file.
pub(crate) struct Store {
    path: PathBuf,
    document: DocumentMut,
    is_new: bool,
    /// Whether its lines end as those of Windows do. The parser makes all of them plain.
    has_crlf: bool,
}

/// The same, which this process alone may change.
pub(crate) struct LockedStore {
    pub store: Store,
    lock: Lock,
}

/// Where the credentials file is.
///
/// # Errors
/// If there is no home folder and no variable that names it.
pub(crate) fn path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    let path = credentials_path(&context.options())?;
    path.ok_or_else(|| {
        config(
            "there is no home folder for the credentials file: set HOME, or name the file with \
             NEURA_CREDENTIALS_FILE",
        )
    })
}

impl Store {
    /// Reads the file. One that is missing is empty.
    ///
    /// # Errors
    /// If it cannot be read, or is no TOML: then with the line.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = text_of(path).map_err(|error| unusable(path, &error))?;
        let is_new = text.is_none();
        let text = text.unwrap_or_default();
        let crlf = text.matches("\r\n").count();
        let has_crlf = crlf > 0 && crlf == text.matches('\n').count();
        let document = text.parse::<DocumentMut>().map_err(|error| {
            // The parser's own message quotes the line, which may hold a key.
            let before = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..before]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            config(format!(
                "the credentials file {} is not TOML (line {line}), and was left as it is. Correct \
                 it there",
                path.display()
            ))
        })?;
        Ok(Store {
            path: path.to_owned(),
            document,
            is_new,
            has_crlf,
        })
    }

    /// Reads the file to change it. Waits while another process does.
    ///
    /// # Errors
    /// As [`read`](Self::read), and if its folder cannot be written.
    pub fn lock(path: &Path) -> Result<LockedStore, Failure> {
        // A link stays, and what it leads to is changed.
        let path = match path.symlink_metadata() {
            Ok(_) => path.canonicalize(),
            Err(_) => Ok(path.to_owned()),
        }
        .map_err(|error| unusable(path, &error))?;
        let lock = atomic_file::make_folder_of(&path)
            .and_then(|()| Lock::of(&path))
            .map_err(|error| unwritable(&path, &error))?;
        let store = Store::read(&path)?;
        Ok(LockedStore { store, lock })
    }

    /// The names of its tables, and of what should be one, in the order of the file.
    pub fn profiles(&self) -> Vec<String> {
        let names = self.document.iter().map(|(name, _)| name);
        names.map(str::to_owned).collect()
    }

    /// What it says of a profile.
    pub fn entry(&self, profile: &str) -> Option<Entry> {
        let (item, place) = (self.document.get(profile)?, self.place(profile));
        Some(match item.as_table_like() {
            Some(table) => Entry::of(table, &place),
            None => Entry::unusable(format!("{place} is not a table")),
        })
    }

    /// The table in words.
    pub fn place(&self, profile: &str) -> String {
        format!("[{}] of {}", quoted(profile), self.path.display())
    }

    /// Sets a field of a profile; the comment behind it stays.
    ///
    /// # Errors
    /// If the profile's name stands for something else in the file.
    pub fn set(&mut self, profile: &str, field: &str, value: &str) -> Result<(), Failure> {
        self.set_value(profile, field, value.into())
    }

    /// Says that the key of a profile is of this moment.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_added(&mut self, profile: &str, now: OffsetDateTime) -> Result<(), Failure> {
        let date: Result<Datetime, _> = rfc3339(now).parse();
        let date =
            date.map_err(|error| Failure::new(format!("the clock cannot be used: {error}")))?;
        self.set_value(profile, "added", date.into())
    }

    fn set_value(&mut self, profile: &str, field: &str, mut value: Value) -> Result<(), Failure> {
        let table = self.table(profile)?;
        match table.get_mut(field).and_then(Item::as_value_mut) {
            Some(known) => {
                *value.decor_mut() = known.decor().clone();
                *known = value;
            }
            None => {
                table.insert(field, Item::Value(value));
            }
        }
        Ok(())
    }

    /// Removes a field of a profile.
    pub fn unset(&mut self, profile: &str, field: &str) {
        let item = self.document.get_mut(profile);
        if let Some(table) = item.and_then(Item::as_table_like_mut) {
            table.remove(field);
        }
    }

    /// Removes a profile with the comment on it. What stands above that comment, after a blank line,
    /// is of the file, and stays.
    pub fn remove(&mut self, profile: &str) {
        let next = self
            .document
            .iter()
            .skip_while(|(name, _)| *name != profile)
            .skip(1)
            .find(|(_, item)| item.is_table())
            .map(|(name, _)| name.to_owned());
        let Some(Item::Table(table)) = self.document.remove(profile) else {
            return;
        };
        let above = table.decor().prefix().and_then(RawString::as_str);
        let above = above.unwrap_or_default();
        let kept = above
            .rfind("\n\n")
            .map_or("", |end| above[..end].trim_end());
        if kept.trim().is_empty() {
            return;
        }
        let below = |text: Option<&RawString>| {
            let text = text.and_then(RawString::as_str).unwrap_or_default();
            format!("{kept}\n\n{}", text.trim_start_matches('\n'))
        };
        let next = next.and_then(|name| self.document.get_mut(&name)?.as_table_mut());
        match next {
            Some(next) => {
                let prefix = below(next.decor().prefix());
                next.decor_mut().set_prefix(prefix);
            }
            None => {
                let trailing = below(Some(self.document.trailing()));
                self.document.set_trailing(trailing);
            }
        }
    }

    fn table(&mut self, profile: &str) -> Result<&mut dyn TableLike, Failure> {
        let place = self.place(profile);
        if !self.document.contains_key(profile) {
            let mut table = Table::new();
            // Comments at the end of the file stay before what is new.
            let mut before = self
                .document
                .trailing()
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if !before.is_empty() && !before.ends_with('\n') {
                before.push('\n');
            }
            if !self.document.is_empty() {
                before.push('\n');
            }
            table.decor_mut().set_prefix(before);
            self.document.set_trailing("");
            self.document.insert(profile, Item::Table(table));
        }
        let table = self.document.entry(profile).or_insert(Item::None);
        table.as_table_like_mut().ok_or_else(|| {
            let message =
                format!("{place} is not a table, and was left as it is. Correct it there");
            config(message)
        })
    }
}

impl LockedStore {
    /// Writes the file. Ctrl-C waits for it.
    ///
    /// # Errors
    /// Then the file is as it was.
    pub fn save(self, context: &Context<'_>) -> Result<(), Failure> {
        let mut text = Zeroizing::new(self.store.document.to_string());
        if self.store.is_new {
            text.insert_str(0, HEAD);
        }
        if self.store.has_crlf {
            text = Zeroizing::new(text.replace('\n', "\r\n"));
        }
        let path = &self.store.path;
        let interrupt = context.streams.interrupt.clone();
        interrupt
            .deferred(|| atomic_file::replace(path, text.as_bytes(), &self.lock))
            .map_err(|error| unwritable(path, &error))
    }
}

/// `None` if the file is missing.
fn text_of(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    // Opening a pipe would wait for its writer.
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_file() => {
            return Err(io::Error::other("it is not a regular file"));
        }
        Ok(_) => {}
    }
    let mut text = Zeroizing::new(Vec::new());
    fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    match std::str::from_utf8(&text) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(_) if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) => {
            Err(io::Error::other("it is UTF-16 text, and must be UTF-8"))
        }
        Err(error) => {
            let before = text[..error.valid_up_to()].iter();
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("it is not UTF-8 text (line {line})");
            Err(io::Error::other(message))
        }
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    let message = format!(
        "the credentials file {path} cannot be used: {error}. Correct that, or name another file \
         with NEURA_CREDENTIALS_FILE"
    );
    config(message)
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    config(format!(
        "the credentials file {} cannot be written, and is as it was: {error}. Name another file \
         with NEURA_CREDENTIALS_FILE, or make this one and its folder writable",
        path.display()
    ))
}
