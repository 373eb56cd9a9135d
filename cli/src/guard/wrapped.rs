//! Base64 in lines, as `base64` and PEM files write it: a key may begin in one line and end in the next.

use super::needles::{Form, Hit, Needles};
use super::scan::{Found, What};

/// Lines of base64 are at least this long, but for the last one. Others are words.
const SHORTEST_LINE: usize = 16;
/// `base64` writes 76 characters, `openssl` 64.
pub(crate) const LONGEST_LINE: usize = 128;

/// Lines without what is around the base64, and without their ends.
#[derive(Default)]
struct Joined {
    text: Vec<u8>,
    /// Where each line begins in the text, and its number.
    lines: Vec<(usize, u64)>,
}

/// Searches what becomes one word if the line ends are left out.
pub(crate) fn search(needles: &Needles, text: &[u8], first_line: u64, found: &mut Vec<Found>) {
    let mut joined = Joined::default();
    for (number, line) in (first_line..).zip(text.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if !joined.lines.is_empty() {
            let head = line.iter().take_while(|byte| is_base64(**byte)).count();
            joined.add(&line[..head], number);
            if head == line.len() && head > 0 {
                continue;
            }
            joined.search(needles, found);
        }
        let from_end = line.iter().rev();
        let tail = from_end.take_while(|byte| is_base64(**byte)).count();
        if tail >= SHORTEST_LINE {
            joined.add(&line[line.len() - tail..], number);
        }
    }
    joined.search(needles, found);
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

impl Joined {
    fn add(&mut self, part: &[u8], number: u64) {
        self.lines.push((self.text.len(), number));
        self.text.extend_from_slice(part);
    }

    /// Searches the lines, and forgets them.
    fn search(&mut self, needles: &Needles, found: &mut Vec<Found>) {
        let text = std::mem::take(&mut self.text);
        let lines = std::mem::take(&mut self.lines);
        if lines.len() < 2 {
            return;
        }
        for (start, hit) in needles.find(&text) {
            let Hit::Key(known, form @ Form::Base64) = hit else {
                continue;
            };
            let before = lines.partition_point(|(begin, _)| *begin <= start);
            let line = lines[before.saturating_sub(1)].1;
            let fingerprint = known.key.fingerprint();
            let is_same = |known: &Found| known.line == line && known.fingerprint == fingerprint;
            // Within one line it was found already.
            if !found.iter().any(is_same) {
                found.push(Found {
                    line,
                    mask: known.key.mask(),
                    fingerprint,
                    what: What::Known {
                        place: known.place.clone(),
                        form,
                    },
                });
            }
        }
    }
}
