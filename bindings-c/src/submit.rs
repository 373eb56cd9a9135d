//! Calls that are made without blocking: each is a blocking call that runs on a worker.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use neura_core::bindings::{Operation, RequestOptions};
use neura_core::{Client, Error};

use crate::boundary::{Slot, Status, attempt, needed};
use crate::bytes::Body;
use crate::client::ClientHandle;
use crate::completion::Outcome;
use crate::error::ErrorHandle;
use crate::operations::json;
use crate::queue::{QueueHandle, UserData};
use crate::request::request;
use crate::request_options::{RequestOptionsHandle, of_a_call};
use crate::stream::StreamHandle;
use crate::text::Text;

/// Submits `neura_request`. The completion has a reply.
///
/// This holds for all functions whose name starts with `neura_submit_`: they do not wait. The
/// library copies texts and options; the client and the options may be freed at once. The call's
/// time counts from now. A cancel token in the options also ends a submitted call. After
/// `NEURA_ERROR` the call has not begun, and there will be no completion: an argument is wrong, or
/// the queue is closed. All other errors are in the completion.
///
/// @param queue      the queue
/// @param client     the client
/// @param method     `GET`, `POST`, ... in any case
/// @param path       the path after the base URL, such as `/models`
/// @param body       the body, **borrowed until** the completion is read or the queue is freed, and
///                   not copied. NULL with length 0 for no body
/// @param length     the body's bytes, at most 2^31
/// @param options    the request's options; NULL for none
/// @param user_data  any pointer, for `neura_completion_user_data`; the library does not use it
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_request(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    method: Text,
    path: Text,
    body: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    submit(to, error, |_| {
        let request = request(method, path, body, length)?;
        Ok(in_turn(move |client, options| {
            let reply = client.send(request.options(options))?;
            Ok(Outcome::of_response(reply))
        }))
    })
}

/// Submits `neura_stream_open`. The completion has a stream, as soon as the reply's headers came.
/// See `neura_submit_request`.
///
/// @param queue      the queue
/// @param client     the client
/// @param method     `GET`, `POST`, ... in any case
/// @param path       the path after the base URL
/// @param body       as for `neura_submit_request`
/// @param length     the body's bytes, at most 2^31
/// @param options    the request's options; NULL for none
/// @param user_data  any pointer, for `neura_completion_user_data`
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_stream(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    method: Text,
    path: Text,
    body: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    submit(to, error, |client| {
        let request = request(method, path, body, length)?;
        let workers = client.workers.clone();
        Ok(in_turn(move |client, options| {
            let events = client.open(request.options(options))?;
            let stream = StreamHandle::of_events(events, workers);
            Ok(Outcome::Stream(Box::new(stream)))
        }))
    })
}

/// Submits `neura_chat`. The completion has a reply. See `neura_submit_request`.
///
/// @param queue         the queue
/// @param client        the client
/// @param request_json  the request as JSON text, copied
/// @param options       the request's options; NULL for none
/// @param user_data     any pointer, for `neura_completion_user_data`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_chat(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    call(to, error, || {
        Ok(Operation::Chat(json(request_json)?.into()))
    })
}

/// Submits `neura_chat_stream`. The completion has a stream, as soon as the reply's headers came.
/// See `neura_submit_request`.
///
/// @param queue         the queue
/// @param client        the client
/// @param request_json  the request as JSON text, copied
/// @param options       the request's options; NULL for none
/// @param user_data     any pointer, for `neura_completion_user_data`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_chat_stream(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    submit(to, error, |client| {
        let (request, workers) = (json(request_json)?, client.workers.clone());
        Ok(in_turn(move |client, options| {
            let chunks = client.open_chat(request, options)?;
            let stream = StreamHandle::of_chat(chunks, workers);
            Ok(Outcome::Stream(Box::new(stream)))
        }))
    })
}

/// Submits `neura_models`. The completion has a reply. See `neura_submit_request`.
///
/// @param queue      the queue
/// @param client     the client
/// @param options    the request's options; NULL for none
/// @param user_data  any pointer, for `neura_completion_user_data`
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_models(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    call(to, error, || Ok(Operation::Models))
}

/// Submits `neura_model`. The completion has a reply. See `neura_submit_request`.
///
/// @param queue      the queue
/// @param client     the client
/// @param id         the model's id, such as `gpt-5`, copied
/// @param options    the request's options; NULL for none
/// @param user_data  any pointer, for `neura_completion_user_data`
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_model(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    id: Text,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    call(to, error, || {
        Ok(Operation::Model(id.needed("id")?.to_owned()))
    })
}

/// Submits `neura_embeddings`. The completion has a reply. See `neura_submit_request`.
///
/// @param queue         the queue
/// @param client        the client
/// @param request_json  the request as JSON text, copied
/// @param options       the request's options; NULL for none
/// @param user_data     any pointer, for `neura_completion_user_data`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_embeddings(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    call(to, error, || {
        Ok(Operation::Embeddings(json(request_json)?.into()))
    })
}

/// Submits `neura_check`. The completion has JSON text, also for a refused key or a call that was
/// cancelled. See `neura_submit_request`.
///
/// @param queue      the queue
/// @param client     the client
/// @param options    the request's options; NULL for none
/// @param user_data  any pointer, for `neura_completion_user_data`
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_check(
    queue: Option<&QueueHandle>,
    client: Option<&ClientHandle>,
    options: Option<&RequestOptionsHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let to = To(queue, client, options, user_data);
    submit(to, error, |_| {
        Ok(|client: Client, options, turn| {
            let check = client.check_in_turn(turn, options);
            Ok(Outcome::of_json(&check.to_json().to_string()))
        })
    })
}

/// Submits a read of a stream's next event. The completion has an event and `NEURA_OK`, or
/// `NEURA_END` when the stream is complete, or `NEURA_ERROR`; after the last two, every later read
/// ends in the same way. An event that has arrived is ready at once. See `neura_submit_request`.
///
/// Until its completion is read, the stream must not be read otherwise: a second read is
/// `NEURA_KIND_INVALID_ARGUMENT`. It may be freed, which ends the read.
///
/// @param queue      the queue: any, also for a stream that `neura_chat_stream` opened
/// @param stream     the stream; events that `neura_stream_next` returned are over
/// @param user_data  any pointer, for `neura_completion_user_data`
/// @param error      receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_submit_stream_next(
    queue: Option<&QueueHandle>,
    stream: Option<&StreamHandle>,
    user_data: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    attempt(error, || {
        let calls = &needed(queue, "queue")?.calls;
        let stream = needed(stream, "stream")?;
        let (tag, workers) = (UserData(user_data), stream.workers.as_ref());
        calls.read(&stream.reader, workers, tag, Outcome::of_event)?;
        Ok(Status::NeuraOk)
    })
}

/// What every submitted call has.
struct To<'a>(
    Option<&'a QueueHandle>,
    Option<&'a ClientHandle>,
    Option<&'a RequestOptionsHandle>,
    *mut c_void,
);

/// `prepare` copies the arguments; the job that it returns runs on a worker.
fn submit<J>(
    To(queue, client, options, user_data): To<'_>,
    error: Slot<'_, ErrorHandle>,
    prepare: impl FnOnce(&ClientHandle) -> Result<J, Error>,
) -> Status
where
    J: FnOnce(Client, RequestOptions, Result<(), Error>) -> Result<Outcome, Error> + Send + 'static,
{
    attempt(error, || {
        let calls = &needed(queue, "queue")?.calls;
        let client = needed(client, "client")?;
        let (job, options) = (prepare(client)?, of_a_call(options)?);
        let (tag, workers) = (UserData(user_data), client.workers.as_ref());
        calls.call(&client.client, workers, options, tag, job)?;
        Ok(Status::NeuraOk)
    })
}

/// A job that does not begin if the call ended before its turn.
fn in_turn<J>(
    job: J,
) -> impl FnOnce(Client, RequestOptions, Result<(), Error>) -> Result<Outcome, Error> + Send + 'static
where
    J: FnOnce(Client, RequestOptions) -> Result<Outcome, Error> + Send + 'static,
{
    |client, options, turn| turn.and_then(|()| job(client, options))
}

fn call(
    to: To<'_>,
    error: Slot<'_, ErrorHandle>,
    operation: impl FnOnce() -> Result<Operation, Error>,
) -> Status {
    submit(to, error, |_| {
        let operation = operation()?;
        Ok(in_turn(move |client, options| {
            Ok(Outcome::of_response(client.call(operation, &options)?))
        }))
    })
}
