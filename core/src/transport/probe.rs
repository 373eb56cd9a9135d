//! The steps to a connection one at a time, for a report on each.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::call::Call;
use super::certificate::Certificate;
use super::dial;
use super::socket::Socket;
use super::tls::Trust;
use crate::error::{Error, ErrorKind};

/// The addresses of `host`.
pub(crate) fn look_up(host: &str, port: u16, call: &Arc<Call>) -> Result<Vec<SocketAddr>, Error> {
    let _entered = call.enter();
    dial::look_up(host, port, call)
}

/// A connection as a request would use it.
pub(crate) fn connect(host: &str, port: u16, call: &Arc<Call>) -> Result<Socket, Error> {
    let _entered = call.enter();
    dial::dial(host, port, call).map(Socket::new)
}

/// Shakes hands, and tells of the certificate that was trusted.
pub(crate) fn handshake(
    host: &str,
    socket: &mut Socket,
    ca_file: Option<&Path>,
    call: &Arc<Call>,
) -> Result<Certificate, Error> {
    let _entered = call.enter();
    let session = Trust::new(ca_file)?.handshake(host, socket)?;
    let certificate = session.peer_certificates().and_then(<[_]>::first);
    certificate
        .and_then(|der| Certificate::read(der, session.protocol_version()))
        .ok_or_else(|| {
            let message = format!("the certificate of {host} cannot be read");
            Error::new(ErrorKind::Tls, message)
        })
}
