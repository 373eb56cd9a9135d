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

/// Replaces the secrets in a stream, however it is cut into pieces. Only what may begin a
/// secret is held back, and an empty line ends that: the event before it goes on at once.
///
/// Secrets that are too short to be told from chance stay, as in bytes that are no text.
pub(crate) struct Cleaner {
    secrets: Arc<Secrets>,
    /// What the finder and the scan were made of.
    held: Option<Arc<Held>>,
    finder: Arc<Option<Finder>>,
    scan: Option<Scan>,
    /// What was read and not handed on.
    unsent: Vec<u8>,
    /// Its position in the stream.
    begin: usize,
    covered: Covered,
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
    pub fn new(secrets: &Arc<Secrets>) -> Self {
        Cleaner {
            secrets: Arc::clone(secrets),
            held: None,
            finder: Arc::new(None),
            scan: None,
            unsent: Vec::new(),
            begin: 0,
            covered: Covered::default(),
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
            bytes = rest;
        }
        self.read(bytes);
        self.hand_on(out);
    }

    /// The end of the stream: hands on what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
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
        scan.read(finder, text, |found| {
            if !found.form.short {
                covered.add(text, &found);
            }
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
        self.covered.write(text, to, out);
        self.unsent.drain(..to - self.begin);
        self.begin = to;
    }

    /// Hands on everything; what follows begins anew.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let text = Window {
            bytes: &self.unsent,
            begin: self.begin,
        };
        self.covered.write(text, text.end(), out);
        self.begin = text.end();
        self.unsent.clear();
        self.covered = Covered::default();
        self.scan = (*self.finder)
            .as_ref()
            .map(|finder| Scan::new(finder, self.begin));
    }
}

impl fmt::Debug for Cleaner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cleaner(…)")
    }
}
