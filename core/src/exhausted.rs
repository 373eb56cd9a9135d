//! What a process has no more of, in words: descriptors and threads. The network, a path or an
//! address is not at fault then, and a message must not say so.

use std::io;

/// The codes of the system for "no descriptor left", in this process and in all.
#[cfg(unix)]
const OURS: [i32; 1] = [libc::EMFILE];
#[cfg(unix)]
const ALL: [i32; 1] = [libc::ENFILE];
/// `ERROR_TOO_MANY_OPEN_FILES` and `WSAEMFILE`.
#[cfg(not(unix))]
const OURS: [i32; 2] = [4, 10_024];
#[cfg(not(unix))]
const ALL: [i32; 0] = [];

/// Why something could not be opened, where descriptors are all that is missing, and what to
/// do. Source: faults.md, 103.
pub(crate) fn descriptors(error: &io::Error) -> Option<&'static str> {
    let code = error.raw_os_error()?;
    if OURS.contains(&code) {
        return Some(
            "this process has no file descriptors left: it holds too many open files and \
             connections. Close some, or raise the limit (ulimit -n)",
        );
    }
    ALL.contains(&code).then_some(
        "the system has no file descriptors left: its processes hold too many open files and \
         connections. Close some, or raise the limit (fs.file-max)",
    )
}

/// The same of an error that lost its code on the way, as one of a look-up does: whether a
/// descriptor could be had now.
pub(crate) fn descriptors_now() -> Option<&'static str> {
    use socket2::{Domain, Socket, Type};
    let error = Socket::new(Domain::IPV4, Type::DGRAM, None).err()?;
    descriptors(&error)
}

/// The words for a thread that the system did not give.
pub(crate) fn threads(error: &io::Error) -> String {
    format!("the system gives no thread for it ({error}). Are there limits on threads or memory?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lack_of_descriptors_is_one() {
        for code in OURS {
            let words = descriptors(&io::Error::from_raw_os_error(code)).unwrap();
            assert!(words.contains("no file descriptors left"), "{words}");
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(descriptors(&refused), None);
        assert_eq!(descriptors_now(), None);
    }
}
