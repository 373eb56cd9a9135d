//! A value that another thread gives.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use crate::cancel::CancelToken;
use crate::event::Event;

/// Gives the value that an [`Awaited`] waits for. Dropped before that, it ends the wait.
#[derive(Debug)]
pub struct Giver<T> {
    /// Taken when it is dropped, before the event.
    sender: Option<Sender<T>>,
    event: Arc<Event>,
}

/// Waits for the value of a [`Giver`].
#[derive(Debug)]
pub struct Awaited<T> {
    receiver: Receiver<T>,
    event: Arc<Event>,
}

/// A value that one thread gives and another waits for.
pub fn awaited<T>() -> (Giver<T>, Awaited<T>) {
    let ((sender, receiver), event) = (channel(), Arc::<Event>::default());
    let giver = Giver {
        sender: Some(sender),
        event: Arc::clone(&event),
    };
    (giver, Awaited { receiver, event })
}

impl<T> Giver<T> {
    /// Gives the value, of which the first counts; false if nothing waits for it any more.
    pub fn give(&self, value: T) -> bool {
        let sender = self.sender.as_ref();
        let given = sender.is_some_and(|sender| sender.send(value).is_ok());
        self.event.notify();
        given
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        drop(self.sender.take());
        self.event.notify();
    }
}

impl<T> Awaited<T> {
    /// Waits for the value; `None` if it was not given. `next_wait` says how long the wait may last
    /// until it is asked again; it checks the token as well.
    ///
    /// # Errors
    /// That of `next_wait`, which ends the wait.
    pub fn wait<E>(
        &self,
        cancel: &CancelToken,
        mut next_wait: impl FnMut() -> Result<Duration, E>,
    ) -> Result<Option<T>, E> {
        cancel.wait(&self.event, || match self.receiver.try_recv() {
            Ok(value) => ControlFlow::Break(Ok(Some(value))),
            Err(TryRecvError::Disconnected) => ControlFlow::Break(Ok(None)),
            Err(TryRecvError::Empty) => match next_wait() {
                Ok(wait) => ControlFlow::Continue(wait),
                Err(error) => ControlFlow::Break(Err(error)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn long() -> Result<Duration, ()> {
        Ok(Duration::from_secs(30))
    }

    #[test]
    fn a_value_and_its_absence_end_the_wait() {
        for given in [Some(7), None] {
            let (giver, awaited) = awaited();
            let started = Instant::now();
            let other = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(30));
                given.is_none_or(|value| giver.give(value))
            });
            assert_eq!(awaited.wait(&CancelToken::new(), long), Ok(given));
            assert!(other.join().unwrap());
            assert!(started.elapsed() < Duration::from_secs(10));
        }
    }

    #[test]
    fn its_caller_ends_the_wait_and_the_value_comes_too_late() {
        let (giver, awaited) = awaited::<u8>();
        let mut looks = 0;
        let ended = awaited.wait(&CancelToken::new(), || {
            looks += 1;
            match looks {
                1..=3 => Ok(Duration::from_millis(2)),
                _ => Err("over"),
            }
        });
        assert_eq!(ended, Err("over"));
        drop(awaited);
        assert!(!giver.give(1));
    }
}
