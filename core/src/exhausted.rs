//! What a process has no more of, in words: file descriptors and threads. A message then must not
//! blame the network, a path or an address.

use std::fmt::Display;
use std::io;

use neura_transport::exhausted::{self, Exhausted};

/// Why something could not be opened, and what to do, if the process lacks descriptors. Source:
/// faults.md, 103.
pub(crate) fn descriptors(error: &io::Error) -> Option<&'static str> {
    exhausted::descriptors(error).map(words)
}

/// The same in words.
pub(crate) fn words(whose: Exhausted) -> &'static str {
    match whose {
        Exhausted::Process => {
            "this process has no file descriptors left: it holds too many open files and \
             connections. Close some, or raise the limit (ulimit -n)"
        }
        Exhausted::System => {
            "the system has no file descriptors left: its processes hold too many open files and \
             connections. Close some, or raise the limit (fs.file-max)"
        }
    }
}

/// The words for a thread that the system did not give.
pub(crate) fn threads(error: &impl Display) -> String {
    format!("the system gives no thread for it ({error}). Are there limits on threads or memory?")
}
