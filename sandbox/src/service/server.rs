//! The listening socket, and the shutdown.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::connection::{Clock, TimedListener};
use super::{Sandbox, meter, router};
use crate::stop::StopRequest;

/// How long replies in progress may take after a stop request. Streams that last
/// longer are cut, so that a client cannot keep the process alive.
const GRACE: Duration = Duration::from_millis(300);

/// Why the sandbox cannot listen.
#[derive(Debug)]
pub enum ServeError {
    /// Another program uses the port.
    PortInUse(SocketAddr),
    /// The system reserves the port.
    PortNotAllowed(SocketAddr),
    /// Listening failed in another way.
    CannotListen(SocketAddr, io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortInUse(address) => write!(
                f,
                "--port {}: another program listens there; choose another port, or 0 for any \
                 free port",
                address.port()
            ),
            Self::PortNotAllowed(address) => write!(
                f,
                "--port {}: the system does not let you listen there; choose one from 1024 on, \
                 or 0 for any free port",
                address.port()
            ),
            Self::CannotListen(address, error) => {
                write!(f, "--host, --port: cannot listen on {address}: {error}")
            }
        }
    }
}

impl std::error::Error for ServeError {}

/// A sandbox with a bound port: connections are queued from now on.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Binds the port. Must be called inside a tokio runtime.
    pub async fn new(wanted: SocketAddr) -> Result<Self, ServeError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse(wanted),
            io::ErrorKind::PermissionDenied => ServeError::PortNotAllowed(wanted),
            _ => ServeError::CannotListen(wanted, error),
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// The base URL for clients.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Serves the API and the pages of the dashboard until a stop request.
    pub(crate) async fn serve(
        self,
        sandbox: Arc<Sandbox>,
        dashboard: Router,
        stop: StopRequest,
    ) -> io::Result<()> {
        let routes = router::router(sandbox.clone(), dashboard);
        let service = routes.into_make_service_with_connect_info::<Clock>();
        let writer = tokio::spawn(meter::write_regularly(sandbox.clone()));
        let (finish, finishing) = oneshot::channel::<()>();
        let server =
            axum::serve(TimedListener(self.listener), service).with_graceful_shutdown(async {
                let _ = finishing.await;
            });
        let server = tokio::spawn(async move { server.await });
        stop.wait().await;
        let _ = finish.send(());
        let served = match tokio::time::timeout(GRACE, server).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(failed)) => Err(io::Error::other(failed)),
            Err(_out_of_time) => Ok(()),
        };
        writer.abort();
        // Another process may have locked the store: the end does not wait for it.
        let _ = tokio::time::timeout(GRACE, meter::write(sandbox)).await;
        served
    }
}
