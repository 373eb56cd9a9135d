//! Reading what clients wrote to `NEURA_USAGE_FILE`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::context::Context;

/// The variable that names the file.
pub(crate) const VARIABLE: &str = "NEURA_USAGE_FILE";
/// The form that is understood. Source: design.md, usage across programs.
const FORM: u64 = 1;
/// A longer line is none of ours.
const LONGEST: u64 = 64 << 10;

/// One line.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    usage_form: u64,
    pub application: String,
    pub process: u64,
    #[serde(default)]
    pub run: String,
    pub fingerprint: String,
    #[serde(default)]
    pub mask: String,
    #[serde(default)]
    pub source: String,
    /// The credentials file, if the key is from one.
    #[serde(default)]
    pub path: Option<String>,
    pub from: String,
    pub to: String,
    pub requests: u64,
    #[serde(default)]
    pub unauthorized: u64,
    #[serde(default)]
    pub rate_limited: u64,
    #[serde(default)]
    pub retries: u64,
    #[serde(default)]
    pub prompt_tokens: u64,
    #[serde(default)]
    pub completion_tokens: u64,
    /// The process uses the key no more.
    #[serde(default)]
    pub last: bool,
}

impl Record {
    /// The day of its last request, in UTC.
    pub fn day(&self) -> &str {
        self.to.get(..10).unwrap_or(&self.to)
    }

    pub fn first(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.from, &Rfc3339).ok()
    }

    pub fn last_used(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.to, &Rfc3339).ok()
    }
}

/// The file that the variable names.
pub(crate) fn file_of(context: &Context<'_>) -> Option<PathBuf> {
    let named = context.streams.variables.get(VARIABLE)?;
    let is_blank = named.to_str().is_some_and(|text| text.trim().is_empty());
    (!is_blank).then(|| match &context.streams.directory {
        Some(directory) => directory.join(named),
        None => named.into(),
    })
}

/// Calls `take` with each line of the file and of `FILE.1`, where clients put it when it becomes
/// large. Returns how many lines were skipped, because they were cut or are not of neura.
///
/// # Errors
/// If neither can be read.
pub(crate) fn read(path: &Path, mut take: impl FnMut(Record)) -> io::Result<u64> {
    let mut old = path.as_os_str().to_owned();
    old.push(".1");
    let mut skipped = 0;
    match open(Path::new(&old)) {
        Ok(file) => skipped += read_lines(file, &mut take)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(skipped + read_lines(open(path)?, &mut take)?)
}

/// A regular file: a pipe would wait for its writer.
fn open(path: &Path) -> io::Result<File> {
    match path.metadata()?.is_file() {
        true => File::open(path),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

fn read_lines(file: File, take: &mut impl FnMut(Record)) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let (mut line, mut skipped) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(skipped);
        }
        if read as u64 == LONGEST && line.last() != Some(&b'\n') {
            reader.skip_until(b'\n')?;
            skipped += 1;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Record>(&line) {
            Ok(record) if record.usage_form == FORM && record.last_used().is_some() => take(record),
            _ => skipped += 1,
        }
    }
}

/// A text of the file as a terminal may show it: another program may have written it.
pub(crate) fn shown(text: &str) -> String {
    let plain = |c: char| match c.is_control() || is_direction(c) {
        true => '\u{fffd}',
        false => c,
    };
    text.chars().take(80).map(plain).collect()
}

/// Whether a character changes the direction in which the text after it is shown.
pub(crate) fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
