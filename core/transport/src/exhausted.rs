//! Whether a process has file descriptors left. If it has none, that is why a connection or a file
//! cannot be opened.

use std::io;

/// The owner of the limit that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// This process.
    Process,
    /// The whole system.
    System,
}

/// The system's codes for "no descriptor left", in this process and in the whole system.
#[cfg(unix)]
const PROCESS: [i32; 1] = [libc::EMFILE];
#[cfg(unix)]
const SYSTEM: [i32; 1] = [libc::ENFILE];
/// `ERROR_TOO_MANY_OPEN_FILES` and `WSAEMFILE`.
#[cfg(not(unix))]
const PROCESS: [i32; 2] = [4, 10_024];
#[cfg(not(unix))]
const SYSTEM: [i32; 0] = [];

/// Whether an error says that there was no descriptor. Source: faults.md, 103.
pub fn descriptors(error: &io::Error) -> Option<Exhausted> {
    let code = error.raw_os_error()?;
    if PROCESS.contains(&code) {
        return Some(Exhausted::Process);
    }
    SYSTEM.contains(&code).then_some(Exhausted::System)
}

/// Whether there is a descriptor now, for an error without a code, such as that of a name look-up.
pub fn descriptors_now() -> Option<Exhausted> {
    use socket2::{Domain, Socket, Type};
    let error = Socket::new(Domain::IPV4, Type::DGRAM, None).err()?;
    descriptors(&error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_codes_for_descriptors_count() {
        for code in PROCESS {
            let error = io::Error::from_raw_os_error(code);
            assert_eq!(descriptors(&error), Some(Exhausted::Process));
        }
        for code in SYSTEM {
            let error = io::Error::from_raw_os_error(code);
            assert_eq!(descriptors(&error), Some(Exhausted::System));
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(descriptors(&refused), None);
        assert_eq!(descriptors_now(), None);
    }
}
