//! A C function that returns the API key.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};

use crate::boundary::run;
use crate::text::Text;

/// Returns the API key, or NULL on failure: see `neura_options_set_api_key_callback`.
///
/// The library asks for the key when a call first needs it, and again after a 401. The call
/// is then sent once more if the key has changed.
///
/// Returns. The key as NUL-terminated UTF-8, or NULL if it has no key. The library copies the
/// text at once and never frees it. The text must stay valid until the callback runs again with
/// the same user_data, or until the call that asked for it returns, whichever comes first.
///
/// Failure. After NULL the call fails with `NEURA_KIND_CONFIG`. To explain why, the callback
/// passes a message to `neura_api_key_callback_fail` before it returns. After a 401 the call
/// fails with that 401 instead.
///
/// Threads. The callback runs on the thread that makes the call; for a call of a queue, on a
/// thread of the library with a stack of 256 KiB. One client never runs it on two threads at once.
/// Two clients that were built with the same options may: the callback must then return a
/// different buffer to each thread.
///
/// While it runs, other calls of the client may wait for it, so it must not use that client.
/// It must return normally: no C++ exception and no `longjmp` may leave it.
pub type ApiKeyCallback = Option<unsafe extern "C" fn(user_data: *mut c_void) -> *const c_char>;

/// The reason in the error if the callback gave none.
const NO_REASON: &str = "it returned NULL";

thread_local! {
    /// The reason of the callback that runs on this thread. It is taken as soon as the callback
    /// returns, so no other call can see it.
    static REASON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A callback and its argument.
pub(crate) struct KeySource {
    callback: unsafe extern "C" fn(user_data: *mut c_void) -> *const c_char,
    user_data: *mut c_void,
}

// SAFETY: the header says that the callback runs on any thread, so user_data must be safe for that.
unsafe impl Send for KeySource {}
// SAFETY: the same. The core never calls from two threads at once for one client, and the
// header says that two clients may.
unsafe impl Sync for KeySource {}

impl KeySource {
    pub fn new(
        callback: unsafe extern "C" fn(user_data: *mut c_void) -> *const c_char,
        user_data: *mut c_void,
    ) -> Self {
        KeySource {
            callback,
            user_data,
        }
    }

    /// The key, or the reason of the failure.
    pub fn ask(&self) -> Result<String, String> {
        // A callback may make calls with other clients, whose callbacks have reasons too.
        let outer = exchange(None);
        // SAFETY: the header's rules: user_data is alive as long as the client, and the
        // callback returns.
        let text = unsafe { (self.callback)(self.user_data) };
        let reason = exchange(outer);
        if text.is_null() {
            return Err(reason.unwrap_or_else(|| NO_REASON.to_owned()));
        }
        // SAFETY: not NULL, and by the header's rules NUL-terminated and valid for now.
        let text = unsafe { CStr::from_ptr(text) };
        match text.to_str() {
            Ok(key) => Ok(key.to_owned()),
            Err(_) => Err("it returned text that is not UTF-8".to_owned()),
        }
    }
}

/// Replaces the reason and returns the old one; None while the thread ends.
pub(crate) fn exchange(reason: Option<String>) -> Option<String> {
    let replaced = REASON.try_with(|place| place.replace(reason));
    replaced.ok().flatten()
}

/// Sets the reason of a failed API key callback, for the error of the call. Use it only inside
/// the callback, on the callback's thread, just before it returns NULL; elsewhere it does
/// nothing. Keys that the client knows are removed from the message.
///
/// @param message  what went wrong, copied; NULL gives no reason, and bytes that are not
///                 UTF-8 become U+FFFD
#[unsafe(no_mangle)]
pub extern "C" fn neura_api_key_callback_fail(message: Text) {
    run(|| {
        exchange(message.lossy());
    });
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    unsafe extern "C" fn fails_for_a_reason(_: *mut c_void) -> *const c_char {
        neura_api_key_callback_fail(Text::from(c"the vault is locked"));
        ptr::null()
    }

    unsafe extern "C" fn asks_another_that_fails(_: *mut c_void) -> *const c_char {
        neura_api_key_callback_fail(Text::from(c"of its own"));
        let other = KeySource::new(fails_for_a_reason, ptr::null_mut());
        assert_eq!(other.ask(), Err("the vault is locked".to_owned()));
        ptr::null()
    }

    unsafe extern "C" fn fails(_: *mut c_void) -> *const c_char {
        ptr::null()
    }

    fn ask(
        callback: unsafe extern "C" fn(user_data: *mut c_void) -> *const c_char,
    ) -> Result<String, String> {
        KeySource::new(callback, ptr::null_mut()).ask()
    }

    #[test]
    fn each_callback_has_the_reason_that_it_gave_itself() {
        let said = |words: &str| Err(words.to_owned());
        assert_eq!(ask(asks_another_that_fails), said("of its own"));
        assert_eq!(ask(fails), said(NO_REASON));
        neura_api_key_callback_fail(Text::from(c"outside of any"));
        assert_eq!(ask(fails), said(NO_REASON));
    }
}
