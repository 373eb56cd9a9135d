//! Counts requests and tokens by key, and keeps the last refused requests.
//!
//! A request adds to numbers in memory; a task writes them to the store once a
//! second, so that a request writes nothing to the disk.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;

use super::Sandbox;
use super::api_error::Reason;
use super::request_id::RequestId;
use crate::keys::{Counts, Refusal, Store, StoreError, UsageBatch, without_key};

/// How often the numbers are written.
const INTERVAL: Duration = Duration::from_secs(1);
/// A longer text of a refused request is shortened, in characters.
const TEXT_LIMIT: usize = 300;

/// The tokens of an answer, which its route adds to the reply.
#[derive(Clone, Copy)]
pub(super) struct Tokens {
    pub(super) prompt: u64,
    pub(super) completion: u64,
}

/// What happened since the store was last written.
#[derive(Default)]
pub(super) struct Meter(Mutex<UsageBatch>);

/// What must be known of a request before it is handed on.
pub(super) struct Metered {
    method: Method,
    uri: Uri,
    id: Option<RequestId>,
}

impl Metered {
    pub(super) fn new(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            id: request.extensions().get().cloned(),
        }
    }

    fn refused(&self, key_id: Option<String>, reply: &Response) -> Refusal {
        let reason = reply.extensions().get::<Reason>();
        let id = self.id.as_ref().map(|id| id.0.to_string());
        Refusal {
            at: String::new(),
            request_id: id.unwrap_or_default(),
            key_id,
            method: shortened(&without_key(self.method.as_str())),
            path: shortened(&without_key(self.uri.path())),
            status: reply.status().as_u16(),
            code: reason.and_then(|reason| reason.code).map(String::from),
            message: reason.map_or_else(String::new, |reason| shortened(&reason.message)),
        }
    }
}

impl Meter {
    /// Counts a request with its reply.
    pub(super) fn count(&self, request: &Metered, key_id: Option<String>, reply: &Response) {
        let status = reply.status();
        let refusal = (status.as_u16() >= 400).then(|| request.refused(key_id.clone(), reply));
        let mut batch = self.lock();
        if let Some(id) = &key_id {
            batch.count(id, counts(status, reply.extensions().get().copied()));
        }
        if let Some(refusal) = refusal {
            batch.refuse(refusal);
        }
    }

    /// Writes everything to the store. If that fails, it is kept for the next time.
    pub(super) fn flush(&self, store: &Store) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut *self.lock());
        if batch.is_empty() {
            return Ok(());
        }
        store
            .add_usage(&batch)
            .inspect_err(|_| self.lock().put_back(batch))
    }

    fn lock(&self) -> MutexGuard<'_, UsageBatch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

fn counts(status: StatusCode, tokens: Option<Tokens>) -> Counts {
    let number = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
    let is = |wanted: bool| i64::from(wanted);
    let other = !matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS
    );
    Counts {
        requests: 1,
        unauthorized: is(status == StatusCode::UNAUTHORIZED),
        rate_limited: is(status == StatusCode::TOO_MANY_REQUESTS),
        failed: is(status.as_u16() >= 400 && other),
        prompt_tokens: tokens.map_or(0, |tokens| number(tokens.prompt)),
        completion_tokens: tokens.map_or(0, |tokens| number(tokens.completion)),
    }
}

/// Writes the numbers once a second, for ever.
pub(super) async fn write_regularly(sandbox: Arc<Sandbox>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        write(sandbox.clone()).await;
    }
}

/// Writes the numbers now. A store that fails is tried again the next time.
pub(super) async fn write(sandbox: Arc<Sandbox>) {
    let written = tokio::task::spawn_blocking(move || sandbox.meter.flush(&sandbox.store));
    let _ = written.await;
}
