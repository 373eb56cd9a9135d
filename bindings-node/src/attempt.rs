//! Reports of the attempts of a call, where JavaScript has listeners for them.

use std::sync::{Arc, OnceLock, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use napi_derive::napi;
use neura::AttemptInfo;
use neura::bindings::{Calls, RequestOptions};

use crate::port::{Port, Value};

/// The result of an attempt, as `lib/hooks.js` passes it on.
#[napi(object, object_from_js = false, use_nullable = true)]
#[derive(Clone)]
pub struct AttemptFields {
    pub method: String,
    /// Of the URL, without its query.
    pub path: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Null without a reply.
    pub status: Option<u32>,
    /// The kind of the error; null with a reply.
    pub kind: Option<String>,
    pub request_id: Option<String>,
    /// Of the key that was sent.
    pub key_fingerprint: Option<String>,
    /// The wait before it, in milliseconds.
    pub wait: f64,
    /// When it began, in milliseconds since 1970.
    pub start_time: f64,
    /// Up to the headers of the reply, in milliseconds.
    pub elapsed: f64,
}

impl From<&AttemptInfo<'_>> for AttemptFields {
    fn from(attempt: &AttemptInfo<'_>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
        AttemptFields {
            method: attempt.method.as_str().to_owned(),
            path: attempt.path.to_owned(),
            attempt: attempt.number,
            status: attempt.status.map(u32::from),
            kind: attempt.error.map(|kind| kind.name().to_owned()),
            request_id: attempt.request_id.map(str::to_owned),
            key_fingerprint: attempt.key_fingerprint.map(str::to_owned),
            wait: milliseconds(attempt.waited),
            start_time: milliseconds(now.unwrap_or_default().saturating_sub(attempt.took)),
            elapsed: milliseconds(attempt.took),
        }
    }
}

/// An attempt that has ended, or that its call makes no more of them.
#[napi]
pub struct Attempt(Option<AttemptFields>);

#[napi]
impl Attempt {
    /// Null after the last attempt of a call that was cancelled.
    #[napi(getter)]
    pub fn fields(&self) -> Option<AttemptFields> {
        self.0.clone()
    }
}

/// Reports the attempts of a call that begins now.
pub(crate) fn observe(options: &mut RequestOptions, port: &Arc<Port>) -> Observed {
    let id = Arc::new(OnceLock::new());
    let end = End {
        port: Arc::downgrade(port),
        id: Arc::clone(&id),
    };
    options.set_observer(move |attempt| {
        let _ = &end;
        Calls::post_own(Value::Attempt(Attempt(Some(attempt.into()))));
    });
    Observed(id)
}

/// A call whose attempts are reported.
pub(crate) struct Observed(Arc<OnceLock<f64>>);

impl Observed {
    /// Its number.
    pub(crate) fn of(self, id: f64) {
        let _ = self.0.set(id);
    }
}

/// Dropped with the observer, after the last attempt: one that was cancelled ends after its call.
struct End {
    port: Weak<Port>,
    id: Arc<OnceLock<f64>>,
}

impl Drop for End {
    fn drop(&mut self) {
        // Without its number the call ended at once, and is forgotten when it settles.
        if let (Some(port), Some(id)) = (self.port.upgrade(), self.id.get()) {
            port.post(*id, Value::Attempt(Attempt(None)));
        }
    }
}
