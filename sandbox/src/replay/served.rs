//! What this program serves on its port: the replies of a script, or a proxy.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::door::Door;

/// The door is asked so often for new connections: it has to be free to close
/// between two looks, which a blocking accept would not let it.
const LOOK: Duration = Duration::from_millis(1);

pub(super) trait Served: Send + Sync + 'static {
    type Report: Serialize;

    /// The listening socket.
    fn door(&self) -> &Door;

    /// Takes connections from now on, or when the script says so.
    fn open(&self) -> io::Result<()>;

    /// Its URL, and the name of that in the first line on stdout.
    fn url(&self) -> (&'static str, String);

    /// Serves a connection in a thread of its own.
    fn serve(self: &Arc<Self>, stream: TcpStream);

    /// What came so far.
    fn report(&self) -> Self::Report;

    /// Whether nothing in a report is wrong.
    fn is_ok(report: &Self::Report) -> bool;
}

/// Accepts connections in a thread of its own.
pub(super) fn accept_all<S: Served>(served: Arc<S>) -> io::Result<()> {
    let accept = move || {
        loop {
            match served.door().accept() {
                // On some systems an accepted socket does not block if its listener does
                // not. A connection that cannot be served is dropped, and so closed.
                Ok(Some(stream)) => {
                    let ready = stream.set_nonblocking(false);
                    if ready.and_then(|()| stream.set_nodelay(true)).is_ok() {
                        served.serve(stream);
                    }
                }
                // Too many open files, and the like, may pass.
                Ok(None) | Err(_) => thread::sleep(LOOK),
            }
        }
    };
    thread::Builder::new()
        .name("accept".into())
        .spawn(accept)
        .map(|_| ())
}
