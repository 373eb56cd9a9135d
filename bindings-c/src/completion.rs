//! The outcome of a submitted call.

use std::ffi::{CString, c_void};
use std::ptr;

use neura_core::bindings::EventView;
use neura_core::{Error, Response};

use crate::boundary::{FailureValue, Status, free, read, run};
use crate::error::ErrorHandle;
use crate::event::EventHandle;
use crate::queue::UserData;
use crate::response::ResponseHandle;
use crate::stream::StreamHandle;
use crate::text::{Text, terminated};

/// The completion of a submitted call. The receiver **owns** it. Only one thread at a time may use
/// it. It outlives its queue.
pub struct CompletionHandle {
    user_data: UserData,
    status: Status,
    error: Option<ErrorHandle>,
    outcome: Option<Outcome>,
}

/// What a call that succeeded gives.
pub(crate) enum Outcome {
    Response(Box<ResponseHandle>),
    Stream(Box<StreamHandle>),
    /// With the memory of its data.
    Event(Box<EventHandle>, #[allow(dead_code)] Vec<u8>),
    /// The end of a stream.
    End,
    Json(CString),
}

impl Outcome {
    pub fn of_response(response: Response) -> Self {
        Outcome::Response(Box::new(ResponseHandle::new(response)))
    }

    pub fn of_event(event: Option<EventView<'_>>) -> Result<Self, Error> {
        let Some(event) = event else {
            return Ok(Outcome::End);
        };
        let (handle, data) = EventHandle::copied(event)?;
        Ok(Outcome::Event(Box::new(handle), data))
    }

    pub fn of_json(text: &str) -> Self {
        Outcome::Json(terminated(text))
    }
}

impl CompletionHandle {
    pub(crate) fn new(user_data: UserData, outcome: Result<Outcome, Error>) -> Self {
        let (outcome, error) = match outcome {
            Ok(outcome) => (Some(outcome), None),
            Err(error) => (None, Some(ErrorHandle::new(error))),
        };
        CompletionHandle {
            user_data,
            status: match &outcome {
                Some(Outcome::End) => Status::NeuraEnd,
                Some(_) => Status::NeuraOk,
                None => Status::NeuraError,
            },
            error,
            outcome,
        }
    }
}

impl FailureValue for Status {
    const FAILED: Self = Status::NeuraError;
}

impl FailureValue for UserData {
    const FAILED: Self = UserData(ptr::null_mut());
}

/// The pointer that the call was submitted with.
///
/// @param completion  the completion
/// @return  the pointer; NULL if completion is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_user_data(completion: Option<&CompletionHandle>) -> *mut c_void {
    read(completion, |handle| UserData(handle.user_data.0)).0
}

/// How the call ended.
///
/// @param completion  the completion
/// @return  `NEURA_OK` with what the call gives, `NEURA_END` for the next event of a stream that is
///          complete, or `NEURA_ERROR` with an error; also `NEURA_ERROR` if completion is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_status(completion: Option<&CompletionHandle>) -> Status {
    read(completion, |handle| handle.status)
}

/// Takes the reply of `neura_submit_request`, `_chat`, `_models`, `_model` or `_embeddings`.
///
/// @param completion  the completion
/// @return  the **owned** reply; free it with `neura_response_free`. NULL if the call gave none, and
///          after it was taken. A reply that is not taken is freed with the completion
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_response(
    completion: Option<&mut CompletionHandle>,
) -> Option<Box<ResponseHandle>> {
    run(|| {
        let is_reply = |outcome: &mut Outcome| matches!(outcome, Outcome::Response(_));
        match completion?.outcome.take_if(is_reply)? {
            Outcome::Response(response) => Some(response),
            _ => None,
        }
    })
}

/// Takes the stream of `neura_submit_stream` or `neura_submit_chat_stream`. It may be read with
/// `neura_submit_stream_next`, in any queue, and with `neura_stream_next`.
///
/// @param completion  the completion
/// @return  the **owned** stream; free it with `neura_stream_free`. NULL if the call gave none, and
///          after it was taken. A stream that is not taken is closed with the completion
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_stream(
    completion: Option<&mut CompletionHandle>,
) -> Option<Box<StreamHandle>> {
    run(|| {
        let is_stream = |outcome: &mut Outcome| matches!(outcome, Outcome::Stream(_));
        match completion?.outcome.take_if(is_stream)? {
            Outcome::Stream(stream) => Some(stream),
            _ => None,
        }
    })
}

/// The event of `neura_submit_stream_next`.
///
/// @param completion  the completion
/// @return  the event, **borrowed until** the completion is freed; NULL if the call gave none
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_event(
    completion: Option<&CompletionHandle>,
) -> *const EventHandle {
    read(completion, |handle| match &handle.outcome {
        Some(Outcome::Event(event, _)) => &raw const **event,
        _ => ptr::null(),
    })
}

/// The JSON text of `neura_submit_check`.
///
/// @param completion  the completion
/// @return  text, **borrowed until** the completion is freed; NULL if the call gave none
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_json(completion: Option<&CompletionHandle>) -> Text<'_> {
    read(completion, |handle| match &handle.outcome {
        Some(Outcome::Json(text)) => Text::from(text.as_c_str()),
        _ => Text::NULL,
    })
}

/// The error of a call that failed.
///
/// @param completion  the completion
/// @return  the error, **borrowed until** the completion is freed: do not free it; NULL if the call
///          did not fail
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_error(
    completion: Option<&CompletionHandle>,
) -> *const ErrorHandle {
    read(completion, |handle| {
        handle.error.as_ref().map_or(ptr::null(), ptr::from_ref)
    })
}

/// Frees a completion, every pointer read from it, and a reply or stream that was not taken.
///
/// @param completion  the **owned** completion; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_completion_free(completion: Option<Box<CompletionHandle>>) {
    free(completion);
}
