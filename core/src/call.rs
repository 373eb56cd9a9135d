//! One call of a user with all its attempts: the transport's `CallControl`, and the names that
//! its errors use.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use neura_transport::{CallControl, CancelToken, Failure};

use crate::config::{CallbackContext, Limits, NetworkNames};
use crate::error::{Error, ErrorKind};
use crate::transport_error::Names;

/// A clone refers to the same call.
#[derive(Clone)]
pub(crate) struct Call {
    control: Arc<CallControl>,
    names: Names,
}

impl Call {
    /// A call that `began` earlier, or begins now. `for_stream`: its total limit ends with the head
    /// of the reply.
    pub fn since(
        began: Option<Instant>,
        cancel: CancelToken,
        limits: Limits,
        for_stream: bool,
        network: Option<&Arc<NetworkNames>>,
    ) -> Self {
        let plain = limits.plain();
        Call {
            control: Arc::new(CallControl::since(began, cancel, plain, for_stream)),
            names: Names {
                limits: limits.names,
                network: network.map(Arc::clone),
            },
        }
    }

    pub fn control(&self) -> &Arc<CallControl> {
        &self.control
    }

    /// The error for a failure in this call.
    pub fn error(&self, failure: &Failure) -> Error {
        self.names.error(failure)
    }

    /// The names that its errors use.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The error of a call that is over.
    pub fn over(&self) -> Error {
        self.error(&self.control.over())
    }

    /// The error of a call that was cancelled.
    pub fn cancelled(&self) -> Error {
        self.error(&self.control.cancelled())
    }

    /// The error of a call whose total limit passed.
    pub fn total_reached(&self) -> Error {
        self.error(&self.control.total_passed())
    }

    /// The context for a callable that gives the key.
    pub fn asking(&self) -> CallbackContext {
        CallbackContext {
            cancel: self.cancel.child(),
            end: self
                .left()
                .and_then(|left| Instant::now().checked_add(left)),
        }
    }

    /// Whether an error says that this call is over.
    pub fn gave_up(&self, error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Timeout)
    }
}

impl Deref for Call {
    type Target = CallControl;

    fn deref(&self) -> &CallControl {
        &self.control
    }
}
