//! The record of each connection to the proxy, and the report.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Serialize, Serializer};

/// The bytes that are kept of the request and of each direction; more are only counted.
const KEPT: usize = 1024 * 1024;

/// One connection to the proxy.
#[derive(Clone, Default, Serialize)]
pub(super) struct ProxiedConnection {
    /// The client's protocol.
    pub(super) protocol: Option<Protocol>,
    /// `host:port`, as the client named it.
    pub(super) target: Option<String>,
    /// All bytes before the connection to the host was open.
    pub(super) asked: Bytes,
    /// None before the proxy answered.
    pub(super) outcome: Option<Outcome>,
    /// The bytes to the host, and back.
    pub(super) up: Bytes,
    pub(super) down: Bytes,
    pub(super) up_bytes: u64,
    pub(super) down_bytes: u64,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Protocol {
    Connect,
    Forward,
    Socks5,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The connection to the host was open.
    Open,
    LoginRefused,
    Unreachable,
    /// The request could not be parsed.
    Malformed,
}

/// Bytes as Latin-1 text, so that a search of the report finds any key. Base64, or text only
/// for valid UTF-8, would hide one.
#[derive(Clone, Default)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = KEPT - self.0.len();
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text: String = self.0.iter().copied().map(char::from).collect();
        to.serialize_str(&text)
    }
}

/// All connections, in the order in which they came.
#[derive(Default)]
pub(super) struct Log(Mutex<Vec<ProxiedConnection>>);

impl Log {
    /// A new connection.
    pub(super) fn begin(self: &Arc<Self>) -> Entry {
        let mut connections = self.lock();
        connections.push(ProxiedConnection::default());
        Entry {
            log: Arc::clone(self),
            index: connections.len() - 1,
        }
    }

    pub(super) fn report(&self) -> Report {
        let connections = self.lock().clone();
        let malformed = connections
            .iter()
            .enumerate()
            .filter(|(_, connection)| connection.outcome == Some(Outcome::Malformed));
        let problems: Vec<_> = malformed
            .map(|(index, _)| {
                let number = index + 1;
                format!("connection {number}: neither a request to an HTTP proxy nor SOCKS 5")
            })
            .collect();
        Report {
            connections: connections.len(),
            passages: connections,
            ok: problems.is_empty(),
            problems,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<ProxiedConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's entry in the log.
pub(super) struct Entry {
    log: Arc<Log>,
    index: usize,
}

impl Entry {
    pub(super) fn note(&self, change: impl FnOnce(&mut ProxiedConnection)) {
        change(&mut self.log.lock()[self.index]);
    }
}

#[derive(Serialize)]
pub(in crate::replay) struct Report {
    passages: Vec<ProxiedConnection>,
    connections: usize,
    pub(super) ok: bool,
    problems: Vec<String>,
}
