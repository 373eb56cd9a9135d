//! One JSON line on stdout, for the program that started this one.

use std::io::{self, Write};

use serde::Serialize;

/// Writes `value` as one line and flushes it: the program that reads the pipe
/// waits for this line.
pub(crate) fn line(value: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&text)?;
    out.flush()
}
