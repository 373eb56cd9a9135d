//! Text from files and from stdin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::failure::Failure;

/// The largest text of one message; a service takes far less.
const LARGEST_TEXT: u64 = 32 << 20;
/// The largest line.
const LARGEST_LINE: u64 = 8 << 20;

/// A file, or stdin, which is called `-`.
struct Source {
    name: String,
    /// `None` for stdin.
    file: Option<BufReader<File>>,
}

impl Source {
    fn open(path: &Path, context: &Context<'_>) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Source {
                name: "stdin".to_owned(),
                file: None,
            });
        }
        // It may be a key, given by mistake.
        let name = neura::bindings::quoted(&path.to_string_lossy());
        let path = match &context.streams.directory {
            Some(directory) => directory.join(path),
            None => PathBuf::from(path),
        };
        let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
        Ok(Source {
            name,
            file: Some(BufReader::new(file)),
        })
    }

    fn reader<'s>(&'s mut self, context: &'s mut Context<'_>) -> &'s mut dyn BufRead {
        match &mut self.file {
            Some(file) => file,
            None => context.streams.stdin.reader(),
        }
    }
}

/// The whole text of a file; `-` is stdin.
///
/// # Errors
/// If it cannot be read, is not UTF-8, or is larger than 32 MiB.
pub(crate) fn text_of(path: &Path, context: &mut Context<'_>) -> Result<String, Failure> {
    let mut source = Source::open(path, context)?;
    let mut bytes = Vec::new();
    let reader = source.reader(context);
    let read = reader.take(LARGEST_TEXT + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&source.name, &error))?;
    if bytes.len() as u64 > LARGEST_TEXT {
        return Err(too_large(&source.name, LARGEST_TEXT));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        not_utf8(&source.name, line as u64)
    })?;
    Ok(without_mark(text))
}

/// The lines of a file; `-` is stdin.
pub(crate) struct Lines {
    source: Source,
    read: u64,
}

impl Lines {
    /// Opens the file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &Path, context: &Context<'_>) -> Result<Self, Failure> {
        let source = Source::open(path, context)?;
        Ok(Lines { source, read: 0 })
    }

    /// How many lines were read.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// The number of the next line, from 1, and its text without the line end; `None` at the end.
    ///
    /// # Errors
    /// If it cannot be read, is not UTF-8, or is longer than 8 MiB.
    pub fn next(&mut self, context: &mut Context<'_>) -> Result<Option<(u64, String)>, Failure> {
        let mut bytes = Vec::new();
        let reader = self.source.reader(context);
        let read = reader.take(LARGEST_LINE + 1).read_until(b'\n', &mut bytes);
        match read {
            Err(error) => return Err(unreadable(&self.source.name, &error)),
            Ok(0) => return Ok(None),
            Ok(_) => self.read += 1,
        }
        if bytes.len() as u64 > LARGEST_LINE {
            let name = format!("line {} of {}", self.read, self.source.name);
            return Err(too_large(&name, LARGEST_LINE));
        }
        let text = String::from_utf8(bytes);
        let mut text = text.map_err(|_| not_utf8(&self.source.name, self.read))?;
        if text.ends_with('\n') {
            text.pop();
        }
        if text.ends_with('\r') {
            text.pop();
        }
        if self.read == 1 {
            text = without_mark(text);
        }
        Ok(Some((self.read, text)))
    }
}

/// The byte order mark that editors of Windows write is not a part of the text.
fn without_mark(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::usage(format!("{name} cannot be read: {error}"))
}

fn too_large(name: &str, largest: u64) -> Failure {
    let largest = largest >> 20;
    Failure::usage(format!("{name} is larger than {largest} MiB. Split it"))
}

fn not_utf8(name: &str, line: u64) -> Failure {
    Failure::usage(format!(
        "{name} is not UTF-8 text (line {line}). Convert it, for example with `iconv -t utf-8`"
    ))
}
