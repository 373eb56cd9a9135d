//! Messages for a process that has run out of file descriptors or threads. Such a message must not
//! blame the network, a path or an address.

use std::fmt::Display;
use std::io;

use neura_transport::exhausted::{self, Exhausted};

/// Why something could not be opened, and what to do, if no descriptors are left. Source:
/// faults.md, 103.
pub(crate) fn descriptors(error: &io::Error) -> Option<&'static str> {
    exhausted::descriptors(error).map(words)
}

/// The same for a failure of the transport.
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

/// The message for a thread that could not be started.
pub(crate) fn threads(error: &impl Display) -> String {
    format!(
        "the system cannot start another thread ({error}). Make fewer calls at a time, or raise \
         the limits on threads (ulimit -u, or those of a container) and memory"
    )
}
