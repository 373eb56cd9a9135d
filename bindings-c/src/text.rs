//! Text that crosses the boundary: NUL-terminated UTF-8, checked when it comes from C.

use std::ffi::{CStr, CString, c_char};
use std::marker::PhantomData;
use std::ptr;

use neura_core::Error;

use crate::boundary::{invalid_argument, run};

/// `const char *`: NUL-terminated text, or NULL, that lives as long as `'a`.
///
/// Rust code makes one only from a `&CStr`. Any other comes from C: by the header's rules the
/// caller promises that it is NUL-terminated and stays unchanged during the call.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Text<'a> {
    start: *const c_char,
    lives: PhantomData<&'a CStr>,
}

impl<'a> Text<'a> {
    /// No text.
    pub const NULL: Self = Text {
        start: ptr::null(),
        lives: PhantomData,
    };

    /// For a place of C.
    pub(crate) fn as_ptr(self) -> *const c_char {
        self.start
    }

    /// Whether there is no text.
    pub fn is_null(self) -> bool {
        self.start.is_null()
    }

    /// The text of an argument. NULL, or bytes that are not UTF-8, are `invalid_argument`.
    pub(crate) fn needed(self, name: &str) -> Result<&'a str, Error> {
        if self.is_null() {
            return Err(invalid_argument(format!("{name} is NULL")));
        }
        // SAFETY: not NULL, and by the type's contract NUL-terminated and alive for 'a.
        let text = unsafe { CStr::from_ptr(self.start) };
        if text.to_bytes().is_ascii() {
            // SAFETY: ASCII is UTF-8. The search for ASCII runs on vectors, that for UTF-8 does not.
            return Ok(unsafe { str::from_utf8_unchecked(text.to_bytes()) });
        }
        text.to_str()
            .map_err(|_| invalid_argument(format!("{name} is not UTF-8")))
    }

    /// The text for a message, where no error can be returned: invalid UTF-8 becomes U+FFFD.
    pub(crate) fn lossy(self) -> Option<String> {
        if self.is_null() {
            return None;
        }
        // SAFETY: not NULL, and by the type's contract NUL-terminated and alive for 'a.
        let text = unsafe { CStr::from_ptr(self.start) };
        Some(text.to_string_lossy().into_owned())
    }
}

impl<'a> From<&'a CStr> for Text<'a> {
    fn from(text: &'a CStr) -> Self {
        Text {
            start: text.as_ptr(),
            lives: PhantomData,
        }
    }
}

impl<'a> From<Option<&'a CString>> for Text<'a> {
    fn from(text: Option<&'a CString>) -> Self {
        text.map_or(Text::NULL, |text| Text::from(text.as_c_str()))
    }
}

/// `char *`: text that C owns, or NULL.
#[repr(transparent)]
pub struct OwnedText(*mut c_char);

impl OwnedText {
    pub(crate) fn new(text: &str) -> Self {
        OwnedText(terminated(text).into_raw())
    }

    pub(crate) fn into_raw(self) -> *mut c_char {
        self.0
    }
}

/// The text with a NUL at its end. A NUL inside would end it early in C: it becomes U+FFFD.
pub(crate) fn terminated(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| {
        let text = text.replace('\0', "\u{fffd}");
        CString::new(text).unwrap_or_default()
    })
}

/// Frees **owned** text of this library.
///
/// @param text  the text, which must not be used afterwards; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_string_free(text: OwnedText) {
    run(|| {
        if !text.0.is_null() {
            // SAFETY: only `OwnedText::new` makes owned text, from a `CString`, and by the
            // header's rules it comes back once.
            drop(unsafe { CString::from_raw(text.0) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_inside_text_does_not_cut_it() {
        assert_eq!(terminated("a\0b").to_str(), Ok("a\u{fffd}b"));
    }

    #[test]
    fn text_that_is_null_or_not_utf8_is_refused_by_name() {
        let broken = c"\xff";
        for (text, words) in [
            (Text::NULL, "path is NULL"),
            (Text::from(broken), "path is not UTF-8"),
        ] {
            let error = text.needed("path").unwrap_err();
            assert_eq!(error.message(), words);
        }
    }
}
