//! Connections with a time limit for the head of a request.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

use super::head_clock::{HeadClock, LIMIT};
use super::request_id::random_id;

/// Accepts connections, which end if a head is late.
pub(super) struct TimedListener(pub(super) TcpListener);

impl Listener for TimedListener {
    type Io = TimedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TimedStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it the last event of a stream waits for the acknowledgement of
        // an earlier one. This may fail on a closed connection.
        let _ = stream.set_nodelay(true);
        let clock = Clock(Arc::new(Mutex::new(HeadClock::new(Instant::now()))));
        let timed = TimedStream {
            stream,
            clock,
            alarm: None,
            blocked: false,
        };
        (timed, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// The clock of one connection, which its requests stop and start.
#[derive(Clone)]
pub(super) struct Clock(Arc<Mutex<HeadClock>>);

impl Clock {
    fn lock(&self) -> MutexGuard<'_, HeadClock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected<IncomingStream<'_, TimedListener>> for Clock {
    fn connect_info(stream: IncomingStream<'_, TimedListener>) -> Self {
        stream.io().clock.clone()
    }
}

pub(super) struct TimedStream {
    stream: TcpStream,
    clock: Clock,
    /// Set while a head is due.
    alarm: Option<Pin<Box<Sleep>>>,
    /// Part of a reply is not written yet.
    blocked: bool,
}

impl TimedStream {
    /// Whether the head that is due is late.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        let Some((deadline, begun)) = self.clock.lock().due() else {
            self.alarm = None;
            return false;
        };
        let deadline = tokio::time::Instant::from_std(deadline);
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        if alarm.as_mut().poll(context).is_pending() {
            return false;
        }
        if begun && !self.blocked {
            // The connection ends even if its client cannot read this.
            let _ = Pin::new(&mut self.stream).poll_write(context, request_timeout().as_bytes());
        }
        true
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match read {
            Poll::Ready(Ok(())) => {
                let came = &buffer.filled()[before..];
                self.clock.lock().read(came, Instant::now());
            }
            Poll::Ready(Err(_)) => return read,
            Poll::Pending => {}
        }
        // Also after new bytes: slow bytes must not extend the limit.
        if self.is_late(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.blocked = written.is_pending();
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.blocked = written.is_pending();
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Written without hyper, which has no request to answer yet.
fn request_timeout() -> String {
    let body = format!(
        r#"{{"error":{{"message":"The head of the request did not arrive within {} seconds.","type":"invalid_request_error","param":null,"code":"request_timeout"}}}}"#,
        LIMIT.as_secs()
    );
    format!(
        "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         x-request-id: {}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
        random_id("req_")
    )
}

/// Stops the connection's clock while a request is answered.
pub(super) async fn layer(
    ConnectInfo(clock): ConnectInfo<Clock>,
    request: Request,
    next: Next,
) -> Response {
    clock.lock().request(body_length(request.headers()));
    let answered = Answered(clock);
    let response = next.run(request).await;
    response.map(|body| {
        Body::new(TimedBody {
            body,
            _answered: answered,
        })
    })
}

/// None for a chunked body.
fn body_length(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(TRANSFER_ENCODING) {
        return None;
    }
    match headers.get(CONTENT_LENGTH) {
        None => Some(0),
        Some(length) => length.to_str().ok()?.parse().ok(),
    }
}

/// Starts the clock again on drop, however the answer ended.
struct Answered(Clock);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.lock().answered(Instant::now());
    }
}

/// The body of a reply; its end starts the clock again.
struct TimedBody {
    body: Body,
    /// Held for its drop.
    _answered: Answered,
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
