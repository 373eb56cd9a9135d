//! The asynchronous methods of the builders.

use super::{AsyncStream, CallFuture, dispatcher_of};
use crate::client::{
    ChatBuilder, Client, EndpointBuilder, KeyCheck, Operation, Request, RequestBuilder,
    RequestOptions,
};
use crate::error::Error;
use crate::reply::{ChatStream, EventStream, Response, StreamingResponse};

impl RequestBuilder<'_> {
    /// As [`send`](Self::send), without blocking the thread.
    ///
    /// # Errors
    /// As [`send`](Self::send); also `timeout` if no worker was free in time, and `internal` if no
    /// thread can be started.
    pub fn send_async(self) -> CallFuture<Response> {
        self.future(Client::send)
    }

    /// As [`send_streaming`](Self::send_streaming), without blocking the thread: the pieces of
    /// the body are those of [`StreamingResponse::next_piece`].
    ///
    /// # Errors
    /// As [`send_async`](Self::send_async).
    pub fn send_streaming_async(self) -> CallFuture<AsyncStream<StreamingResponse>> {
        self.future(|client, request| {
            let reply = client.send_streaming(request)?;
            Ok(AsyncStream::new(reply, dispatcher_of(client)))
        })
    }

    /// As [`stream`](Self::stream), without blocking the thread.
    ///
    /// # Errors
    /// As [`stream`](Self::stream) and [`send_async`](Self::send_async).
    pub fn stream_async(self) -> CallFuture<AsyncStream<EventStream>> {
        self.future(|client, request| {
            let events = client.open(request)?;
            Ok(AsyncStream::new(events, dispatcher_of(client)))
        })
    }

    fn future<T: Send + 'static>(
        self,
        send: impl FnOnce(&Client, Request) -> Result<T, Error> + Send + 'static,
    ) -> CallFuture<T> {
        let (client, request) = self.parts();
        match request {
            Ok(mut request) => {
                let options = std::mem::take(&mut request.options);
                CallFuture::new(client, options, move |turn, client, options| {
                    turn?;
                    send(client, request.options(options))
                })
            }
            Err(error) => CallFuture::refused(error),
        }
    }
}

impl ChatBuilder<'_> {
    /// As [`send`](Self::send), without blocking the thread.
    ///
    /// # Errors
    /// As [`send`](Self::send) and [`RequestBuilder::send_async`].
    pub fn send_async(self) -> CallFuture<Response> {
        let (client, body, options) = self.parts();
        future(client, body, options, |client, body, options| {
            client.call(Operation::Chat(body.into()), &options)
        })
    }

    /// As [`stream`](Self::stream), without blocking the thread.
    ///
    /// # Errors
    /// As [`stream`](Self::stream) and [`RequestBuilder::send_async`].
    pub fn stream_async(self) -> CallFuture<AsyncStream<ChatStream>> {
        let (client, body, options) = self.parts();
        future(client, body, options, |client, body, options| {
            let chunks = client.open_chat(body, options)?;
            Ok(AsyncStream::new(chunks, dispatcher_of(client)))
        })
    }
}

impl EndpointBuilder<'_> {
    /// As [`send`](Self::send), without blocking the thread.
    ///
    /// # Errors
    /// As [`send`](Self::send) and [`RequestBuilder::send_async`].
    pub fn send_async(self) -> CallFuture<Response> {
        let (client, operation, options) = self.parts();
        future(client, operation, options, |client, operation, options| {
            client.call(operation, &options)
        })
    }
}

impl Client {
    /// As [`check`](Self::check), without blocking the thread.
    ///
    /// # Errors
    /// `internal` if no thread can be started; any other error is part of the result.
    pub fn check_async(&self) -> CallFuture<KeyCheck> {
        let options = RequestOptions::new();
        CallFuture::new(self, options, |turn, client, options| {
            Ok(client.check_in_turn(turn, options))
        })
    }
}

fn future<A: Send + 'static, T: Send + 'static>(
    client: &Client,
    asked: Result<A, Error>,
    options: RequestOptions,
    send: impl FnOnce(&Client, A, RequestOptions) -> Result<T, Error> + Send + 'static,
) -> CallFuture<T> {
    match asked {
        Ok(asked) => CallFuture::new(client, options, |turn, client, options| {
            turn?;
            send(client, asked, options)
        }),
        Err(error) => CallFuture::refused(error),
    }
}
