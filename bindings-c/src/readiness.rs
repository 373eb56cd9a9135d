//! What an event loop watches: a descriptor, on Windows an event.

#[cfg(unix)]
pub(crate) use unix::{Watched, event};
#[cfg(windows)]
pub(crate) use windows::{Watched, event};

#[cfg(unix)]
mod unix {
    use std::ffi::c_void;
    use std::ptr;

    pub(crate) use neura_core::bindings::WakeupFd as Watched;

    /// NULL: only Windows has an event.
    pub(crate) fn event(_: &Watched) -> *mut c_void {
        ptr::null_mut()
    }
}

#[cfg(windows)]
mod windows {
    use std::ffi::c_void;
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
    use std::time::Duration;
    use std::{io, ptr};

    use neura_core::bindings::Readiness;
    use windows_sys::Win32::System::Threading::{
        CreateEventW, INFINITE, ResetEvent, SetEvent, WaitForSingleObject,
    };

    /// A manual-reset event, which child processes do not inherit.
    pub struct Watched(OwnedHandle);

    impl Watched {
        pub fn new() -> io::Result<Self> {
            // SAFETY: no attributes and no name; the event is manual-reset and not set.
            let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
            if event.is_null() {
                return Err(io::Error::last_os_error());
            }
            // SAFETY: the handle is valid and nothing else owns it.
            Ok(Watched(unsafe { OwnedHandle::from_raw_handle(event) }))
        }

        pub fn descriptor(&self) -> i32 {
            -1
        }
    }

    pub(crate) fn event(watched: &Watched) -> *mut c_void {
        watched.0.as_raw_handle()
    }

    impl Readiness for Watched {
        fn set(&self) {
            // SAFETY: the handle is open as long as `self`.
            unsafe { SetEvent(event(self)) };
        }

        fn unset(&self) {
            // SAFETY: the handle is open as long as `self`.
            unsafe { ResetEvent(event(self)) };
        }

        fn wait(&self, timeout: Option<Duration>) {
            let longest = u128::from(INFINITE - 1);
            let timeout = timeout.map_or(INFINITE, |timeout| {
                let rounded_up = timeout.as_nanos().div_ceil(1_000_000);
                u32::try_from(rounded_up.min(longest)).unwrap_or(INFINITE - 1)
            });
            // SAFETY: the handle is open as long as `self`.
            unsafe { WaitForSingleObject(event(self), timeout) };
        }
    }
}
