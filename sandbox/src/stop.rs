//! Stops a program of this crate: at SIGTERM, SIGINT (Ctrl-C on Windows) or, if
//! requested, the end of stdin.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use tokio::sync::oneshot;

/// The events that stop the program, watched from [`StopRequest::install`] on.
pub(crate) struct StopRequest {
    signals: Signals,
    stdin: Option<oneshot::Receiver<()>>,
}

impl StopRequest {
    /// Installs the handlers. Call it before the first line is printed, so that a
    /// signal right after that line is handled.
    ///
    /// Must be called inside a tokio runtime.
    pub(crate) fn install(on_stdin_close: bool) -> io::Result<Self> {
        let signals = Signals::install()?;
        let stdin = if on_stdin_close {
            Some(watch_stdin()?)
        } else {
            None
        };
        Ok(Self { signals, stdin })
    }

    /// Returns when the program should stop.
    pub(crate) async fn wait(mut self) {
        poll_fn(|context| {
            if self.signals.poll(context).is_ready() {
                return Poll::Ready(());
            }
            match self.stdin.as_mut() {
                Some(ended) => Pin::new(ended).poll(context).map(|_| ()),
                None => Poll::Pending,
            }
        })
        .await;
    }
}

/// A plain thread reads stdin: tokio's own reader would keep the runtime from
/// shutting down for as long as the read blocks.
fn watch_stdin() -> io::Result<oneshot::Receiver<()>> {
    let (ended, receiver) = oneshot::channel();
    thread::Builder::new().name("stdin".into()).spawn(move || {
        // A stdin that cannot be read counts as ended.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    })?;
    Ok(receiver)
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.terminate.poll_recv(context).is_ready() {
            return Poll::Ready(());
        }
        self.interrupt.poll_recv(context).map(|_| ())
    }
}

#[cfg(windows)]
struct Signals {
    ctrl_c: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn install() -> io::Result<Self> {
        Ok(Self {
            ctrl_c: tokio::signal::windows::ctrl_c()?,
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.ctrl_c.poll_recv(context).map(|_| ())
    }
}
