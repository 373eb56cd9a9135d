//! The record of requests and connections.

use serde::Serialize;

use super::body::BodyRecord;
use super::head::Head;

#[derive(Default)]
pub(super) struct Recording {
    pub(super) requests: Vec<Request>,
    pub(super) connections: usize,
    pub(super) closes: Vec<Close>,
    /// Requests that break the rules of HTTP.
    pub(super) faults: Vec<String>,
}

/// One request. `method` and `target` are absent if a reply was sent before
/// the request arrived.
pub(super) struct Request {
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: BodyRecord,
    pub(super) connection: usize,
    pub(super) at_ms: u64,
    /// When the last byte of the reply was written.
    pub(super) answered_at_ms: Option<u64>,
}

/// The end of a connection.
#[derive(Clone, Serialize)]
pub(super) struct Close {
    pub(super) connection: usize,
    pub(super) at_ms: u64,
    pub(super) by: Side,
    pub(super) during: During,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    Client,
    Server,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum During {
    /// Between two requests, or before the first.
    Idle,
    /// In a request.
    Request,
    /// Before the whole reply was written.
    Reply,
    /// After a reply, or in a stall.
    After,
}

impl Recording {
    /// Records a request whose head has arrived; returns its index.
    pub(super) fn begin(&mut self, head: Option<&Head>, connection: usize, at_ms: u64) -> usize {
        let index = self.requests.len();
        if let Some(head) = head {
            let faults = head.faults.iter();
            self.faults
                .extend(faults.map(|fault| format!("request {}: {fault}", index + 1)));
        }
        self.requests.push(Request {
            method: head.map(|head| head.method.clone()),
            target: head.map(|head| head.target.clone()),
            headers: head.map(|head| head.headers.clone()).unwrap_or_default(),
            body: BodyRecord::default(),
            connection,
            at_ms,
            answered_at_ms: None,
        });
        index
    }

    /// Records the end of a connection; only the side that ended it first counts.
    pub(super) fn close(&mut self, close: Close) {
        let known = self
            .closes
            .iter()
            .any(|known| known.connection == close.connection);
        if !known {
            self.closes.push(close);
        }
    }
}
