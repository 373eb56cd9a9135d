//! The named calls: chat, models, embeddings, and the check of the key.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use neura_core::bindings::{Buffer, Operation, out_of_memory};

use crate::boundary::{Slot, Status, needed, produce, produce_text};
use crate::bytes::lent;
use crate::client::ClientHandle;
use crate::error::ErrorHandle;
use crate::request_options::{RequestOptionsHandle, lent_to_a_call, of_a_call, of_a_stream};
use crate::response::ResponseHandle;
use crate::stream::StreamHandle;
use crate::text::Text;

/// Requests one chat completion: `POST /chat/completions`. A status outside 200 to 299 is an
/// error, and so is a body that is not JSON.
///
/// @param client        the client
/// @param request_json  the request as JSON text, **borrowed until** the call returns
/// @param options       the request's options, **borrowed until** the call returns; NULL for none
/// @param response      receives the **owned** reply; free it with `neura_response_free`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_chat(
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    response: Option<&mut MaybeUninit<Option<Box<ResponseHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    call(client, options, response, error, || {
        let body = request_json.needed("request_json")?;
        Ok(Operation::Chat(lent(body.as_bytes())))
    })
}

/// Requests one chat completion as a stream of chunks. `"stream": true` is added if the request
/// lacks it. An error inside the stream is an error of `neura_stream_next`, and so is an end
/// before the service marked the answer as complete (`NEURA_KIND_INCOMPLETE_STREAM`).
///
/// @param client        the client
/// @param request_json  the request as JSON text, **borrowed until** the call returns
/// @param options       the request's options, **borrowed until** the call returns; NULL for none
/// @param stream        receives the **owned** stream; free it with `neura_stream_free`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_chat_stream(
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    stream: Option<&mut MaybeUninit<Option<Box<StreamHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(stream, "stream", error, || {
        let handle = needed(client, "client")?;
        let chunks = handle
            .client
            .open_chat(json(request_json)?, of_a_stream(options)?)?;
        Ok(StreamHandle::of_chat(chunks, handle.workers.clone()))
    })
}

/// Lists the models: `GET /models`. A status outside 200 to 299 is an error, and so is a body
/// that is not JSON.
///
/// @param client    the client
/// @param options   the request's options, **borrowed until** the call returns; NULL for none
/// @param response  receives the **owned** reply; free it with `neura_response_free`
/// @param error     receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_models(
    client: Option<&ClientHandle>,
    options: Option<&RequestOptionsHandle>,
    response: Option<&mut MaybeUninit<Option<Box<ResponseHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    call(client, options, response, error, || Ok(Operation::Models))
}

/// Requests one model: `GET /models/{id}`. A status outside 200 to 299 is an error, and so is a
/// body that is not JSON.
///
/// @param client    the client
/// @param id        the model's id, such as `gpt-5`
/// @param options   the request's options, **borrowed until** the call returns; NULL for none
/// @param response  receives the **owned** reply; free it with `neura_response_free`
/// @param error     receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_model(
    client: Option<&ClientHandle>,
    id: Text,
    options: Option<&RequestOptionsHandle>,
    response: Option<&mut MaybeUninit<Option<Box<ResponseHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    call(client, options, response, error, || {
        Ok(Operation::Model(id.needed("id")?.to_owned()))
    })
}

/// Requests embeddings: `POST /embeddings`. A status outside 200 to 299 is an error, and so is
/// a body that is not JSON.
///
/// @param client        the client
/// @param request_json  the request as JSON text, **borrowed until** the call returns
/// @param options       the request's options, **borrowed until** the call returns; NULL for none
/// @param response      receives the **owned** reply; free it with `neura_response_free`
/// @param error         receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_embeddings(
    client: Option<&ClientHandle>,
    request_json: Text,
    options: Option<&RequestOptionsHandle>,
    response: Option<&mut MaybeUninit<Option<Box<ResponseHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    call(client, options, response, error, || {
        let body = request_json.needed("request_json")?;
        Ok(Operation::Embeddings(lent(body.as_bytes())))
    })
}

/// Checks the key with a request for the models. A refused key or a failed connection is not
/// an error of this call: it is in the JSON text.
///
/// @param client   the client
/// @param options  the request's options, **borrowed until** the call returns; NULL for none
/// @param json     receives **owned** JSON text; free it with `neura_string_free`. Its keys:
///                 `ok`, `kind`, `status`, `message`, `key`, `latency_ms`, `request_id`,
///                 `models` (how many); null if unknown
/// @param error    receives the **owned** error
/// @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that is wrong
#[unsafe(no_mangle)]
pub extern "C" fn neura_check(
    client: Option<&ClientHandle>,
    options: Option<&RequestOptionsHandle>,
    json: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(json, "json", error, || {
        let client = &needed(client, "client")?.client;
        Ok(client.check_with(of_a_call(options)?).to_json().to_string())
    })
}

fn call(
    client: Option<&ClientHandle>,
    options: Option<&RequestOptionsHandle>,
    response: Slot<'_, ResponseHandle>,
    error: Slot<'_, ErrorHandle>,
    operation: impl FnOnce() -> Result<Operation, neura_core::Error>,
) -> Status {
    produce(response, "response", error, || {
        let client = &needed(client, "client")?.client;
        let reply = client.call(operation()?, lent_to_a_call(options)?)?;
        Ok(ResponseHandle::new(reply))
    })
}

/// A copy of the request, for a call that runs later.
pub(crate) fn json(request: Text) -> Result<Vec<u8>, neura_core::Error> {
    let text = request.needed("request_json")?.as_bytes();
    let mut copy = Vec::new();
    let room = copy.try_reserve_exact(text.len());
    room.map_err(|_| out_of_memory(text.len(), Buffer::Request))?;
    copy.extend_from_slice(text);
    Ok(copy)
}
