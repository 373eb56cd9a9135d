//! A stream cleaned of secrets, piece by piece.

use std::fmt;
use std::sync::Arc;

use super::covered::Covered;
use super::finder::Finder;
use super::scan::Scan;
use super::text::Window;
use super::{Held, Secrets};

/// What one symbol of a secret may take at the most, when it is escaped and broken into
/// lines; what is held back beyond that for all of them cannot become a secret any more.
const HELD_FOR_SYMBOL: usize = 16;
const HELD_AT_LEAST: usize = 16 * 1024;

/// Stands in place of an event that holds a short secret. Clients of the API raise the error
/// in it, so that an answer which lost a part is not taken for a whole one.
pub(super) const LEFT_OUT: &[u8] =
    b"data: {\"error\": {\"message\": \"neura left an event of this stream \
out: it holds the API key or another secret of the client, which has fewer than 8 characters \
and cannot be replaced in a text. Use a longer key.\", \"type\": \"redacted\"}}";

/// Replaces the secrets in a stream, however it is cut into pieces. Only what may begin a
/// secret is held back, and an empty line ends that: the event before it goes on at once.
///
/// A short secret cannot be replaced: what stands around the mark would tell which it is.
/// Where the client has one, whole events are held back, of other text 16 KiB, and text
/// about an error that holds it is left out up to the next empty line. It stays in an answer,
/// where it stands by chance: a server on one's own machine, whose key is its name, may put
/// that into each reply. Bytes that are no text stay too.
pub(crate) struct Cleaner {
    secrets: Arc<Secrets>,
    /// The status is that of an error, which all of the text is about.
    is_error: bool,
    /// What the finder and the scan were made of.
    held: Option<Arc<Held>>,
    finder: Arc<Option<Finder>>,
    scan: Option<Scan>,
    /// What was read and not handed on.
    unsent: Vec<u8>,
    /// Its position in the stream.
    begin: usize,
    covered: Covered,
    /// Where short secrets stand.
    short: Covered,
    /// What is read before the next empty line is left out.
    leaves_out: bool,
    /// Some of what stands behind the last empty line was handed on.
    handed_on: bool,
    line: Line,
}

/// What stands before the next byte.
#[derive(Default)]
struct Line {
    /// No character of this line.
    empty: bool,
    /// A carriage return, which a line feed may belong to.
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

    /// The next bytes of the stream; what may go on is appended to `out`.
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

    /// The end of the stream: hands on what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        self.end_event(out);
    }

    /// Whether there are secrets and nothing that could find them.
    fn is_lost(&self) -> bool {
        let any = |held: &Arc<Held>| !held.secrets.is_empty();
        self.finder.is_none() && self.held.as_ref().is_some_and(any)
    }

    /// A key may have come since: what is held back is read once more.
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

    /// Hands on what cannot be the beginning of a secret.
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

    /// Hands on what stands before `to`, unless it is text with a short secret in it.
    fn write(&mut self, to: usize, out: &mut Vec<u8>) {
        let text = Window {
            bytes: &self.unsent,
            begin: self.begin,
        };
        let is_open = !self.leaves_out && !self.short.lie_in(&self.covered);
        if is_open && is_text(text.bytes) && (self.is_error || tells_error(text.bytes)) {
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

    /// An empty line has been read. One that was left out still ends what was handed on.
    fn end_event(&mut self, out: &mut Vec<u8>) {
        if self.leaves_out && self.handed_on {
            out.extend_from_slice(b"\n\n");
        }
        self.leaves_out = false;
        self.handed_on = false;
    }

    /// Hands on everything; what follows begins anew.
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

/// Whether bytes are text, but for characters that are cut at the ends.
fn is_text(bytes: &[u8]) -> bool {
    let is_rest = |byte: &&u8| (0x80..0xc0).contains(*byte);
    let cut = bytes.iter().take(3).take_while(is_rest).count();
    str::from_utf8(&bytes[cut..]).map_or_else(|bad| bad.error_len().is_none(), |_| true)
}

/// Whether a piece of an answer may hold the words of an error.
fn tells_error(text: &[u8]) -> bool {
    let words = ["\"error\"", "\"errors\"", "event: error", "event:error"];
    words
        .iter()
        .any(|words| memchr::memmem::find(text, words.as_bytes()).is_some())
}

/// Whether text begins as an event of a stream does.
fn is_event(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // The line feed of the empty line before it, behind its carriage return.
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
