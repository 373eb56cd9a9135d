//! One connection to the proxy, from its acceptance to its end.

use std::io::{self, Read};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use super::record::{Entry, Log, Outcome, Report};
use super::relay::{Duplex, relay};
use super::rules::Rules;
use super::{http, socks};
use crate::replay::listener::Listener;
use crate::replay::server::Service;

/// The time limit of each step before the connection to the host is open.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

pub(in crate::replay) struct Proxy {
    rules: Rules,
    listener: Listener,
    log: Arc<Log>,
}

impl Proxy {
    pub(in crate::replay) fn new(rules: Rules, listener: Listener) -> Self {
        Self {
            rules,
            listener,
            log: Arc::default(),
        }
    }

    /// An error of the connection is ignored: the log has what the client did.
    fn run(&self, stream: TcpStream, entry: Entry) -> io::Result<()> {
        stream.set_read_timeout(Some(STEP_TIMEOUT))?;
        stream.set_write_timeout(Some(STEP_TIMEOUT))?;
        let socket = stream.try_clone()?;
        let stream: Box<dyn Duplex> = match &self.rules.tls {
            Some(config) => {
                let session = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                Box::new(StreamOwned::new(session, stream))
            }
            None => Box::new(stream),
        };
        let mut client = Client { stream, entry };
        let opened = match client.byte()? {
            5 => socks::open(&mut client, &self.rules)?,
            // The first letter of a method.
            byte if byte.is_ascii_uppercase() => http::open(&mut client, byte, &self.rules)?,
            _ => client.refused(Outcome::Malformed),
        };
        match opened {
            Some(host) => relay(client, &socket, &host),
            None => Ok(()),
        }
    }
}

impl Service for Proxy {
    type Report = Report;

    fn listener(&self) -> &Listener {
        &self.listener
    }

    fn open(&self) -> io::Result<()> {
        self.listener.open_after(Duration::ZERO)
    }

    fn url(&self) -> (&'static str, String) {
        let scheme = if self.rules.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let port = self.listener.port();
        ("proxy_url", format!("{scheme}://127.0.0.1:{port}"))
    }

    fn serve(self: &Arc<Self>, stream: TcpStream) {
        let (proxy, entry) = (Arc::clone(self), self.log.begin());
        // Without a thread the connection is dropped and closed.
        let _ = thread::Builder::new().spawn(move || proxy.run(stream, entry));
    }

    fn report(&self) -> Report {
        self.log.report()
    }

    fn is_ok(report: &Report) -> bool {
        report.ok
    }
}

/// The client of one connection, and its record.
pub(super) struct Client {
    pub(super) stream: Box<dyn Duplex>,
    pub(super) entry: Entry,
}

impl Client {
    /// Reads bytes before the connection to the host is open.
    pub(super) fn take(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.stream.read_exact(bytes)?;
        self.entry.note(|connection| connection.asked.push(bytes));
        Ok(())
    }

    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.take(&mut byte)?;
        Ok(byte[0])
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Records why there is no connection to the host.
    pub(super) fn refused(&self, outcome: Outcome) -> Option<TcpStream> {
        self.entry
            .note(|connection| connection.outcome = Some(outcome));
        None
    }
}
