//! `pthread_cancel`: the thread of a call is cancelled after the call and not inside it, where the
//! C library would unwind it through Rust.

/// Holds back the cancellation of this thread until it is dropped.
pub(crate) struct Held(Option<system::State>);

impl Held {
    pub fn new() -> Self {
        Held(system::disable())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(state) = self.0 {
            system::restore(state);
        }
    }
}

/// Systems whose constants are known. Android has no `pthread_cancel`.
/// cbindgen:ignore
#[cfg(any(
    target_os = "linux",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
))]
mod system {
    use std::ffi::c_int;

    unsafe extern "C" {
        fn pthread_setcancelstate(state: c_int, old: *mut c_int) -> c_int;
    }

    /// `PTHREAD_CANCEL_DISABLE`.
    const DISABLE: c_int = if cfg!(target_vendor = "apple") { 0 } else { 1 };

    pub type State = c_int;

    pub fn disable() -> Option<State> {
        let mut old = 0;
        // SAFETY: the constant is the system's, and the place for the old state is valid.
        let failed = unsafe { pthread_setcancelstate(DISABLE, &raw mut old) };
        (failed == 0).then_some(old)
    }

    pub fn restore(old: State) {
        let mut disabled = 0; // NULL is not allowed everywhere.
        // SAFETY: the state came from the system, and the place is valid.
        unsafe { pthread_setcancelstate(old, &raw mut disabled) };
    }
}

/// Elsewhere threads are not cancelled.
#[cfg(not(any(
    target_os = "linux",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
)))]
mod system {
    #[derive(Clone, Copy)]
    pub enum State {}

    pub fn disable() -> Option<State> {
        None
    }

    pub fn restore(old: State) {
        match old {}
    }
}
