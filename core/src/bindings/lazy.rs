//! A value that is made when it is first needed: the default client of a binding's module.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// A value that is made at the first use. No lock is held while it is made, so a fork can leave
/// none locked, and no thread waits for another one that makes it. If several threads make it at
/// once, the first to finish keeps its value, and all of them use that one.
pub struct Lazy<T>(ArcSwapOption<T>);

impl<T> Lazy<T> {
    /// Not made yet.
    pub const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    /// The value; makes it if there is none.
    ///
    /// # Errors
    /// Those of `make`. They are not kept: the next use calls `make` again.
    pub fn get_or_try_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(known) = self.0.load_full() {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        let before = self
            .0
            .compare_and_swap(&None::<Arc<T>>, Some(Arc::clone(&made)));
        Ok(before.as_ref().map_or(made, Arc::clone))
    }

    /// Forgets the value: the next use makes another one. Calls that use it keep it until they end.
    pub fn forget(&self) -> Option<Arc<T>> {
        self.0.swap(None)
    }
}

impl<T> Default for Lazy<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_failure_is_not_kept_and_a_value_is() {
        let lazy = Lazy::new();
        assert_eq!(
            lazy.get_or_try_make(|| Err::<u8, _>("no key")),
            Err("no key")
        );
        assert_eq!(lazy.get_or_try_make(|| Ok::<_, &str>(1)), Ok(Arc::new(1)));
        assert_eq!(lazy.get_or_try_make(|| Err("unused")), Ok(Arc::new(1)));
    }

    #[test]
    fn a_forgotten_value_is_made_anew_and_lives_on_where_it_is_used() {
        let lazy = Lazy::default();
        let first = lazy.get_or_try_make(|| Ok::<_, ()>(1)).unwrap();
        assert_eq!(lazy.forget(), Some(Arc::clone(&first)));
        assert_eq!(lazy.forget(), None);
        assert_eq!(lazy.get_or_try_make(|| Ok::<_, ()>(2)), Ok(Arc::new(2)));
        assert_eq!(*first, 1);
    }

    #[test]
    fn threads_that_make_it_at_once_use_the_same_and_none_waits() {
        let (lazy, made) = (Lazy::new(), AtomicUsize::new(0));
        let all_make = Barrier::new(8);
        let make = || {
            all_make.wait(); // Would hang if one thread waited for another's value.
            Ok::<_, ()>(made.fetch_add(1, Ordering::SeqCst))
        };
        let found: Vec<Arc<usize>> = std::thread::scope(|scope| {
            let ask = || lazy.get_or_try_make(make).unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(made.load(Ordering::SeqCst), 8);
        assert!(found.iter().all(|one| Arc::ptr_eq(one, &found[0])));
    }

    #[test]
    fn making_it_may_use_it() {
        let lazy = Lazy::new();
        let outer = lazy.get_or_try_make(|| {
            let inner = lazy.get_or_try_make(|| Ok::<_, ()>(1))?;
            Ok::<_, ()>(*inner + 1)
        });
        assert_eq!(outer, Ok(Arc::new(1)), "the first that was made");
    }
}
