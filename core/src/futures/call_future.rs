//! One call as a future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::dispatcher_of;
use super::waker::WakerSlot;
use crate::bindings::Calls;
use crate::client::{Client, RequestOptions};
use crate::error::{Error, ErrorKind};

/// What the call does on its worker. The first argument is an error where the call's time was up
/// before a worker was free.
type Job<T> =
    Box<dyn FnOnce(Result<(), Error>, &Client, RequestOptions) -> Result<T, Error> + Send>;

/// A call that runs while it is awaited, on a worker thread: of `send_async` and the like.
///
/// It begins when it is first polled, and its `timeout` counts from then, the wait for a worker
/// included. Dropping it before it is complete cancels the call and closes its connection. It
/// needs no runtime, so it runs under any, with `select!`, `join_all` and timeouts of theirs.
///
/// How many calls run at a time is
/// [`ClientBuilder::max_in_flight`](crate::ClientBuilder::max_in_flight).
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// # smol::block_on(async {
/// let request = serde_json::json!({
///     "model": "gpt-5",
///     "messages": [{"role": "user", "content": "Hello!"}],
/// });
/// let answer: neura::ChatCompletion = client.chat(&request).send_async().await?.json()?;
/// assert_eq!(answer.text(), "You said: Hello!");
/// # Ok::<(), neura::Error>(())
/// # })?;
/// # Ok::<(), neura::Error>(())
/// ```
#[must_use = "nothing is sent before it is awaited"]
pub struct CallFuture<T: Send + 'static>(State<T>);

enum State<T: Send + 'static> {
    Described {
        client: Client,
        options: Box<RequestOptions>,
        job: Job<T>,
    },
    Running {
        /// It serves this call only; dropped, it cancels the call.
        calls: Calls<T>,
        waker: Arc<WakerSlot>,
    },
    /// It fails without being sent.
    Refused(Error),
    Over,
}

impl<T: Send + 'static> CallFuture<T> {
    pub(super) fn new(
        client: &Client,
        options: RequestOptions,
        job: impl FnOnce(Result<(), Error>, &Client, RequestOptions) -> Result<T, Error>
        + Send
        + 'static,
    ) -> Self {
        CallFuture(State::Described {
            client: client.clone(),
            options: Box::new(options),
            job: Box::new(job),
        })
    }

    pub(super) fn refused(error: Error) -> Self {
        CallFuture(State::Refused(error))
    }

    fn start(
        client: Client,
        mut options: Box<RequestOptions>,
        job: Job<T>,
        context: &Context<'_>,
    ) -> State<T> {
        // The caller's token may be for other calls too.
        let token = options.cancel.child();
        options.set_cancel(token.clone());
        let waker = Arc::new(WakerSlot::default());
        waker.set(context);
        let wakes = Arc::clone(&waker);
        let calls = Calls::new(move || wakes.wake());
        let deadline = client.begin(&mut options);
        let dispatcher = dispatcher_of(&client);
        calls.start_until(&dispatcher, deadline, token, move |turn| {
            job(turn.map(drop), &client, *options)
        });
        State::Running { calls, waker }
    }
}

impl<T: Send + 'static> Future for CallFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match std::mem::replace(&mut self.0, State::Over) {
            State::Described {
                client,
                options,
                job,
            } => {
                self.0 = Self::start(client, options, job, context);
                Poll::Pending
            }
            State::Running { calls, waker } => {
                waker.set(context);
                match calls.take().pop() {
                    Some((_, outcome)) => Poll::Ready(outcome),
                    None => {
                        self.0 = State::Running { calls, waker };
                        Poll::Pending
                    }
                }
            }
            State::Refused(error) => Poll::Ready(Err(error)),
            State::Over => Poll::Ready(Err(Error::new(
                ErrorKind::InvalidArgument,
                "the future of a call was polled after it was complete",
            ))),
        }
    }
}

impl<T: Send + 'static> fmt::Debug for CallFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Described { .. } | State::Refused(_) => "CallFuture(not begun)",
            State::Running { .. } => "CallFuture(running)",
            State::Over => "CallFuture(complete)",
        })
    }
}
