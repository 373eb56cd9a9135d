//! What the program serves on its port: the replies of a script, or a proxy.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::listener::Listener;

/// The interval between two checks for new connections. A blocking accept would
/// keep the port from closing.
const ACCEPT_INTERVAL: Duration = Duration::from_millis(1);

pub(super) trait Service: Send + Sync + 'static {
    type Report: Serialize;

    /// The listening socket.
    fn listener(&self) -> &Listener;

    /// Accepts connections from now on, or when the script says so.
    fn open(&self) -> io::Result<()>;

    /// Its URL, and the name of that in the first line on stdout.
    fn url(&self) -> (&'static str, String);

    /// Serves a connection in its own thread.
    fn serve(self: &Arc<Self>, stream: TcpStream);

    /// The report so far.
    fn report(&self) -> Self::Report;

    /// Whether the report has no problems.
    fn is_ok(report: &Self::Report) -> bool;
}

/// Accepts connections in its own thread.
pub(super) fn accept_all<S: Service>(service: Arc<S>) -> io::Result<()> {
    let accept = move || {
        loop {
            match service.listener().accept() {
                // On some systems an accepted socket inherits non-blocking mode. A
                // connection that cannot be served is dropped and closed.
                Ok(Some(stream)) => {
                    let ready = stream.set_nonblocking(false);
                    if ready.and_then(|()| stream.set_nodelay(true)).is_ok() {
                        service.serve(stream);
                    }
                }
                // Errors such as too many open files may be temporary.
                Ok(None) | Err(_) => thread::sleep(ACCEPT_INTERVAL),
            }
        }
    };
    thread::Builder::new()
        .name("accept".into())
        .spawn(accept)
        .map(|_| ())
}
