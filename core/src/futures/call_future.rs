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

/// The job on the worker. The first argument is an error if the call's time was up before a worker
/// was free.
type Job<T> =
    Box<dyn FnOnce(Result<(), Error>, &Client, RequestOptions) -> Result<T, Error> + Send>;

/// A call on a worker thread, as a future: returned by `send_async` and the like.
///
/// The call begins when the future is first polled. Its `timeout` counts from then, including the
/// wait for a worker. Dropping the future before it is complete cancels the call and closes its
/// connection. It needs no runtime, so it works with any runtime and its `select!`, `join_all` and
/// timeouts.
///
/// The number of calls that run at a time is set by
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
        /// Used by this call only; dropping it cancels the call.
        calls: Calls<T>,
        waker: Arc<WakerSlot>,
    },
    /// The call fails without being sent.
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
        // The caller's token may belong to other calls too.
        let token = options.own_cancel();
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
