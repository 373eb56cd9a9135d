//! Counts the steps of reading a text, for tests: time is unreliable on a busy machine.

#[cfg(any(test, feature = "fuzzing"))]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts steps of this thread.
#[inline]
pub(super) fn count(steps: usize) {
    #[cfg(any(test, feature = "fuzzing"))]
    STEPS.set(STEPS.get() + steps);
    #[cfg(not(any(test, feature = "fuzzing")))]
    let _ = steps;
}

/// The number of steps of `work`.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn steps_of(work: impl FnOnce()) -> usize {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}
