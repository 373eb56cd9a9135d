//! Cleans a stream of secrets, piece by piece.

use std::fmt;
use std::sync::Arc;

use super::covered::Covered;
use super::finder::Finder;
use super::scan::Scan;
use super::text::Window;
use super::{Held, Secrets};

/// The largest number of bytes for one symbol of a secret, escaped and broken into lines. Bytes
/// that are held back longer than that cannot become a secret any more.
const HELD_FOR_SYMBOL: usize = 16;
const HELD_AT_LEAST: usize = 16 * 1024;

/// Replaces an event that holds a short secret. Clients of the API raise the error in it, so that
/// an incomplete answer is not taken for a complete one.
const LEFT_OUT: &[u8] = b"data: {\"error\": {\"message\": \"neura left an event of this stream \
out: it holds the API key or another secret of the client, which has fewer than 8 characters \
and cannot be replaced in a text. Use a longer key.\", \"type\": \"redacted\"}}";

/// Replaces the secrets in a stream, however it is split. Only bytes that may begin a secret are
/// held back, and only until an empty line, so that a complete event is passed on at once.
///
/// A short secret cannot be replaced: the text around the mark would reveal it. If the client has
/// one, whole events are held back, or 16 KiB of other text. Text about an error that holds it is
/// left out up to the next empty line. In an answer it stays, because it matches by chance: the key
/// of a local server may be the server's name, which is in each reply. Bytes that are not text stay
/// too.
pub(crate) struct Cleaner {
    secrets: Arc<Secrets>,
    /// Whether the status is an error. Then all of the text is about an error.
    is_error: bool,
    /// The secrets that the finder and the scan were made from.
    held: Option<Arc<Held>>,
    finder: Arc<Option<Finder>>,
    scan: Option<Scan>,
    /// Bytes that were read and not passed on yet.
    unsent: Vec<u8>,
    /// Their position in the stream.
    begin: usize,
    covered: Covered,
    /// The positions of short secrets.
    short: Covered,
    /// Whether the text up to the next empty line is left out.
    leaves_out: bool,
    /// Whether some text after the last empty line was passed on.
    handed_on: bool,
    line: Line,
}

/// The state of the line before the next byte.
#[derive(Default)]
struct Line {
    /// The line is empty so far.
    empty: bool,
    /// A carriage return was read; a line feed may follow.
    after_return: bool,
}

impl Line {
    /// Whether an empty line ends with this byte.
    fn ends_empty(&mut self, byte: u8) -> bool {
        let second_half = byte == b'\n' && std::mem::take(&mut self.after_return);
        if second_half {
            return false;
        }
        let ends = matches!(byte, b'\n' | b'\r');
        self.after_return = byte == b'\r';
        std::mem::replace(&mut self.empty, ends) && ends
    }
}

impl Cleaner {
    pub fn new(secrets: &Arc<Secrets>, is_error: bool) -> Self {
        Cleaner {
            secrets: Arc::clone(secrets),
            is_error,
            held: None,
            finder: Arc::new(None),
            scan: None,
            unsent: Vec::new(),
            begin: 0,
            covered: Covered::default(),
            short: Covered::default(),
            leaves_out: false,
            handed_on: false,
            line: Line::default(),
        }
    }

    /// Reads the next bytes of the stream and appends to `out` what can be passed on.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        self.refresh();
        if self.scan.is_none() {
            if self.is_lost() {
                return;
            }
            bytes.iter().for_each(|byte| {
                self.line.ends_empty(*byte);
            });
            self.begin += bytes.len();
            out.extend_from_slice(bytes);
            return;
        }
        while let Some(empty) = bytes.iter().position(|byte| self.line.ends_empty(*byte)) {
            let (event, rest) = bytes.split_at(empty + 1);
            self.read(event);
            self.flush(out);
            self.end_event(out);
            bytes = rest;
        }
        self.read(bytes);
        self.hand_on(out);
    }

    /// Ends the stream and passes on what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        self.end_event(out);
    }

    /// Whether there are secrets and no finder could be made.
    fn is_lost(&self) -> bool {
        let any = |held: &Arc<Held>| !held.secrets.is_empty();
        self.finder.is_none() && self.held.as_ref().is_some_and(any)
    }

    /// A key may have been added meanwhile: the bytes held back are read again.
    fn refresh(&mut self) {
        let now = self.secrets.0.load_full();
        if self
            .held
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, &now))
        {
            return;
        }
        self.finder = match now.secrets.is_empty() {
            true => Arc::new(None),
            false => now.finder(),
        };
        self.held = Some(now);
        self.scan = (*self.finder)
            .as_ref()
            .map(|finder| Scan::new(finder, self.begin));
        self.read(&[]);
    }

    fn read(&mut self, bytes: &[u8]) {
        self.unsent.extend_from_slice(bytes);
        let (Some(finder), Some(scan)) = (&*self.finder, &mut self.scan) else {
            return;
        };
        let text = Window {
            bytes: &self.unsent,
            begin: self.begin,
        };
        let covered = &mut self.covered;
        let short = &mut self.short;
        scan.read(finder, text, |found| match found.form.short {
            false => covered.add(text, &found),
            true => short.add(text, &found),
        });
    }

    /// Passes on what cannot be the beginning of a secret.
    fn hand_on(&mut self, out: &mut Vec<u8>) {
        let (Some(finder), Some(scan)) = (&*self.finder, &self.scan) else {
            return;
        };
        let text = Window {
            bytes: &self.unsent,
            begin: self.begin,
        };
        let to = scan.begun(finder, text, text.begin);
        let most = HELD_AT_LEAST.max(finder.longest() * HELD_FOR_SYMBOL);
        if text.end() - to > most {
            self.flush(out);
            return;
        }
        if finder.has_short() && text.bytes.len() <= most {
            return;
        }
        self.write(to, out);
        self.unsent.drain(..to - self.begin);
        self.begin = to;
    }

    /// Passes on the bytes before `to`, unless they are text with a short secret.
    fn write(&mut self, to: usize, out: &mut Vec<u8>) {
        let text = Window {
            bytes: &self.unsent,
            begin: self.begin,
        };
        let is_open = !self.leaves_out && !self.short.lie_in(&self.covered);
        if is_open && is_text(text.bytes) && (self.is_error || mentions_error(text.bytes)) {
            self.leaves_out = true;
            if !self.handed_on && is_event(text.bytes) {
                out.extend_from_slice(LEFT_OUT);
                self.handed_on = true;
            }
        }
        if self.leaves_out {
            return;
        }
        self.handed_on |= to > text.begin;
        self.covered.write(text, to, out);
        self.short.forget_before(to);
    }

    /// Handles an empty line. If it was left out, it still ends the text that was passed on.
    fn end_event(&mut self, out: &mut Vec<u8>) {
        if self.leaves_out && self.handed_on {
            out.extend_from_slice(b"\n\n");
        }
        self.leaves_out = false;
        self.handed_on = false;
    }

    /// Passes on everything, and starts again.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let end = self.begin + self.unsent.len();
        self.write(end, out);
        self.begin = end;
        self.unsent.clear();
        self.covered = Covered::default();
        self.short = Covered::default();
        self.scan = (*self.finder)
            .as_ref()
            .map(|finder| Scan::new(finder, self.begin));
    }
}

/// Whether bytes are text, apart from characters cut at the ends.
fn is_text(bytes: &[u8]) -> bool {
    let is_rest = |byte: &&u8| (0x80..0xc0).contains(*byte);
    let cut = bytes.iter().take(3).take_while(is_rest).count();
    str::from_utf8(&bytes[cut..]).map_or_else(|bad| bad.error_len().is_none(), |_| true)
}

/// Whether a piece of an answer may hold an error.
fn mentions_error(text: &[u8]) -> bool {
    let words = ["\"error\"", "\"errors\"", "event: error", "event:error"];
    words
        .iter()
        .any(|words| memchr::memmem::find(text, words.as_bytes()).is_some())
}

/// Whether text begins as an event of a stream does.
fn is_event(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // The line feed of the previous empty line, after its carriage return.
    let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    let fields = ["data", "event", "id", "retry", ":"];
    fields
        .iter()
        .any(|field| bytes.starts_with(field.as_bytes()))
}

impl fmt::Debug for Cleaner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cleaner(…)")
    }
}

#[cfg(test)]
mod tests;
