//! How a binding tells the core of forks, which saves the core a system call at each look whether
//! one came.

/// Has each child of a fork remember its own number first. Once for each library that is loaded.
/// Where the system refuses, or has no forks, the core asks for the number each time.
///
/// A macro, because the core has no unsafe code, and a binding may.
#[doc(hidden)]
#[macro_export]
macro_rules! watch_forks {
    () => {{
        #[cfg(unix)]
        {
            type Handler = extern "C" fn();
            unsafe extern "C" {
                fn pthread_atfork(
                    before: Option<Handler>,
                    in_parent: Option<Handler>,
                    in_child: Option<Handler>,
                ) -> ::std::ffi::c_int;
            }
            extern "C" fn in_child() {
                $crate::bindings::remember_process();
            }
            // SAFETY: the function has the type that C wants, does not unwind, is
            // async-signal-safe, and stays loaded: no binding is ever unloaded.
            if unsafe { pthread_atfork(None, None, Some(in_child)) } == 0 {
                $crate::bindings::remember_process();
            }
        }
    }};
}
