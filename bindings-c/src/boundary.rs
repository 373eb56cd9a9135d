//! The boundary between C and Rust: every exported function runs in one of these wrappers.
//!
//! A wrapper clears the out-pointers, checks for NULL, catches panics, and on failure returns
//! the value that the return type declares.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::ptr;

use neura_core::bindings::{Language, catch_panic, set_language};
use neura_core::{Error, ErrorKind};

use crate::error::ErrorHandle;
use crate::text::{OwnedText, Text};
use crate::thread_cancel::Held;

/// How a call ended.
/// cbindgen:rename-all=ScreamingSnakeCase
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Status {
    /// It worked.
    NeuraOk = 0,
    /// A stream is complete: there is no further event.
    NeuraEnd = 1,
    /// It failed; the error says why.
    NeuraError = 2,
}

/// What a function returns for a NULL object, or after a panic.
pub trait FailureValue {
    /// The value for "absent", which no reply can contain.
    const FAILED: Self;
}

impl FailureValue for () {
    const FAILED: Self = ();
}
impl FailureValue for bool {
    const FAILED: Self = false;
}
impl FailureValue for i32 {
    const FAILED: Self = -1;
}
impl FailureValue for i64 {
    const FAILED: Self = -1;
}
impl FailureValue for Text<'_> {
    const FAILED: Self = Text::NULL;
}
impl<T> FailureValue for *const T {
    const FAILED: Self = ptr::null();
}
impl<T> FailureValue for Option<Box<T>> {
    const FAILED: Self = None;
}

/// An out-pointer of C for an owned object.
pub(crate) type Slot<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// Runs a function that cannot fail: a constructor, a getter, a setter, a free.
pub(crate) fn run<R: FailureValue>(f: impl FnOnce() -> R) -> R {
    catch_panic(|| Ok(f())).unwrap_or(R::FAILED)
}

/// Reads a value from an object; the failure value if the object is NULL.
pub(crate) fn read<'a, T, R: FailureValue>(object: Option<&'a T>, f: impl FnOnce(&'a T) -> R) -> R {
    run(|| object.map_or(R::FAILED, f))
}

/// Sets a value in an object; does nothing if the object is NULL.
pub(crate) fn set<T>(object: Option<&mut T>, f: impl FnOnce(&mut T)) {
    run(|| object.map_or((), f));
}

/// Frees an owned object; NULL is fine.
pub(crate) fn free<T>(object: Option<Box<T>>) {
    let _held = Held::new(); // It may close a connection.
    run(|| drop(object));
}

/// Runs a call that returns only its status.
pub(crate) fn attempt(
    error: Slot<'_, ErrorHandle>,
    f: impl FnOnce() -> Result<Status, Error>,
) -> Status {
    let _held = Held::new();
    set_language(Language::C);
    let result = catch_panic(f);
    let (status, failure) = match result {
        Ok(status) => (status, None),
        Err(failure) => (Status::NeuraError, Some(failure)),
    };
    if let Some(slot) = error {
        slot.write(failure.map(|failure| Box::new(ErrorHandle::new(failure))));
    }
    status
}

/// Runs a call that gives an owned object; on failure the out-pointer becomes NULL.
pub(crate) fn produce<T>(
    out: Slot<'_, T>,
    name: &str,
    error: Slot<'_, ErrorHandle>,
    f: impl FnOnce() -> Result<T, Error>,
) -> Status {
    let out = out.map(|slot| slot.write(None));
    attempt(error, || {
        let out = needed(out, name)?;
        *out = Some(Box::new(f()?));
        Ok(Status::NeuraOk)
    })
}

/// Runs a call that gives owned text; on failure the out-pointer becomes NULL.
pub(crate) fn produce_text(
    out: Option<&mut MaybeUninit<*mut c_char>>,
    name: &str,
    error: Slot<'_, ErrorHandle>,
    f: impl FnOnce() -> Result<String, Error>,
) -> Status {
    let out = out.map(|slot| slot.write(ptr::null_mut()));
    attempt(error, || {
        let out = needed(out, name)?;
        *out = OwnedText::new(&f()?).into_raw();
        Ok(Status::NeuraOk)
    })
}

/// An argument that must not be NULL.
pub(crate) fn needed<T>(argument: Option<T>, name: &str) -> Result<T, Error> {
    argument.ok_or_else(|| invalid_argument(format!("{name} is NULL")))
}

/// The error for an argument that the core cannot check, such as a NULL pointer.
pub(crate) fn invalid_argument(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_internal_error_and_the_out_pointer_null() {
        let mut out = MaybeUninit::<Option<Box<u8>>>::uninit();
        let mut error = MaybeUninit::uninit();
        let status = produce(Some(&mut out), "out", Some(&mut error), || {
            panic!("on purpose")
        });
        // SAFETY: `produce` wrote both slots.
        let (out, error) = unsafe { (out.assume_init(), error.assume_init()) };
        assert_eq!(status, Status::NeuraError);
        assert!(out.is_none());
        let kind = crate::error::neura_error_kind(error.as_deref());
        assert_eq!(kind, ErrorKind::Internal.number());
    }

    #[test]
    fn a_panic_in_a_function_without_an_error_gives_its_failure_value() {
        assert_eq!(run(|| -> i64 { panic!("on purpose") }), -1);
        assert!(!run(|| -> bool { panic!("on purpose") }));
        assert!(run(|| -> Option<Box<u8>> { panic!("on purpose") }).is_none());
        assert!(run(|| -> Text<'static> { panic!("on purpose") }).is_null());
    }

    #[test]
    fn success_clears_the_error_of_an_earlier_call() {
        let mut error = MaybeUninit::uninit();
        attempt(Some(&mut error), || Err(invalid_argument("first")));
        // SAFETY: `attempt` wrote the slot; taking the error out keeps it from leaking.
        assert!(unsafe { error.assume_init_mut() }.take().is_some());
        assert_eq!(
            attempt(Some(&mut error), || Ok(Status::NeuraOk)),
            Status::NeuraOk
        );
        // SAFETY: `attempt` wrote the slot.
        assert!(unsafe { error.assume_init() }.is_none());
    }

    #[test]
    fn a_missing_place_for_the_result_is_an_error_and_runs_nothing() {
        let mut error = MaybeUninit::uninit();
        let status = produce::<u8>(None, "response", Some(&mut error), || {
            panic!("must not run")
        });
        // SAFETY: `produce` wrote the slot.
        let error = unsafe { error.assume_init() };
        assert_eq!(status, Status::NeuraError);
        let kind = crate::error::neura_error_kind(error.as_deref());
        assert_eq!(kind, ErrorKind::InvalidArgument.number());
    }
}
