//! What came over each connection to the proxy, and the report of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Serialize, Serializer};

/// More than this is counted and not kept, of what was asked and of each direction.
const KEPT: usize = 1024 * 1024;

/// One connection to the proxy.
#[derive(Clone, Default, Serialize)]
pub(super) struct Passage {
    /// What the client speaks.
    pub(super) protocol: Option<Protocol>,
    /// `host:port`, as the client named it.
    pub(super) target: Option<String>,
    /// All that came before the way was open.
    pub(super) asked: Bytes,
    /// None while the proxy has not answered.
    pub(super) outcome: Option<Outcome>,
    /// What went to the host, and back.
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
    /// The way to the host was open.
    Open,
    LoginRefused,
    Unreachable,
    /// What came cannot be understood.
    Malformed,
}

/// Bytes as text, each as the character of its number (Latin-1): base64, or text only where
/// it is UTF-8, would hide a key from a search of the report.
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

/// All passages, in the order of their connections.
#[derive(Default)]
pub(super) struct Log(Mutex<Vec<Passage>>);

impl Log {
    /// A new connection.
    pub(super) fn begin(self: &Arc<Self>) -> Entry {
        let mut passages = self.lock();
        passages.push(Passage::default());
        Entry {
            log: Arc::clone(self),
            index: passages.len() - 1,
        }
    }

    pub(super) fn report(&self) -> Report {
        let passages = self.lock().clone();
        let malformed = passages
            .iter()
            .enumerate()
            .filter(|(_, passage)| passage.outcome == Some(Outcome::Malformed));
        let problems: Vec<_> = malformed
            .map(|(index, _)| {
                let number = index + 1;
                format!("connection {number}: neither a request to an HTTP proxy nor SOCKS 5")
            })
            .collect();
        Report {
            connections: passages.len(),
            passages,
            ok: problems.is_empty(),
            problems,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Passage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place in the log.
pub(super) struct Entry {
    log: Arc<Log>,
    index: usize,
}

impl Entry {
    pub(super) fn note(&self, change: impl FnOnce(&mut Passage)) {
        change(&mut self.log.lock()[self.index]);
    }
}

#[derive(Serialize)]
pub(in crate::replay) struct Report {
    passages: Vec<Passage>,
    connections: usize,
    pub(super) ok: bool,
    problems: Vec<String>,
}
