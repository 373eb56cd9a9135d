//! What reading a text costs, for tests: time says little on a machine that does other things.

#[cfg(any(test, feature = "fuzzing"))]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// So many steps more were made by this thread.
#[inline]
pub(super) fn count(steps: usize) {
    #[cfg(any(test, feature = "fuzzing"))]
    STEPS.set(STEPS.get() + steps);
    #[cfg(not(any(test, feature = "fuzzing")))]
    let _ = steps;
}

/// The steps that `work` makes.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn steps_of(work: impl FnOnce()) -> usize {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}
