//! Requests of any method and path, whole or as an event stream.

use std::mem::MaybeUninit;

use neura_core::bindings::{Request, RequestOptions};
use neura_core::{Error, Method};

use crate::boundary::{Status, invalid_argument, needed, produce};
use crate::bytes::Body;
use crate::client::ClientHandle;
use crate::error::ErrorHandle;
use crate::request_options::{RequestOptionsHandle, of_a_request};
use crate::response::ResponseHandle;
use crate::stream::StreamHandle;
use crate::text::Text;

/// Sends a request and reads the whole reply, whatever its status. `neura_response_check`
/// turns the status into an error.
///
/// @param client    the client
/// @param method    `GET`, `POST`, ... in any case
/// @param path      the path after the base URL, such as `/models`
/// @param body      the body, **borrowed until** the call returns and not copied. Its type is
///                  JSON unless the options set another `Content-Type`. NULL with length 0 for no
///                  body
/// @param length    the body's bytes, at most 2^31
/// @param options   the request's options, **borrowed until** the call returns; NULL for none
/// @param response  receives the **owned** reply; free it with `neura_response_free`
/// @param error     receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_request(
    client: Option<&ClientHandle>,
    method: Text,
    path: Text,
    body: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
    response: Option<&mut MaybeUninit<Option<Box<ResponseHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(response, "response", error, || {
        let client = &needed(client, "client")?.client;
        let (request, options) = with_options(method, path, body, length, options)?;
        let reply = client.send(request.options(options))?;
        Ok(ResponseHandle::new(reply))
    })
}

/// Sends a request and opens its reply as an event stream. A status outside 200 to 299 is an
/// error.
///
/// @param client   the client
/// @param method   `GET`, `POST`, ... in any case
/// @param path     the path after the base URL
/// @param body     as for `neura_request`
/// @param length   the body's bytes, at most 2^31
/// @param options  as for `neura_request`; a cancel token also ends the open stream
/// @param stream   receives the **owned** stream; free it with `neura_stream_free`
/// @param error    receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_open(
    client: Option<&ClientHandle>,
    method: Text,
    path: Text,
    body: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
    stream: Option<&mut MaybeUninit<Option<Box<StreamHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(stream, "stream", error, || {
        let handle = needed(client, "client")?;
        let (request, mut options) = with_options(method, path, body, length, options)?;
        options.own_cancel(); // Freeing the stream cancels.
        let events = handle.client.open(request.options(options))?;
        Ok(StreamHandle::of_events(events, handle.workers.clone()))
    })
}

/// A request without options.
pub(crate) fn request(
    method: Text,
    path: Text,
    body: Body,
    length: usize,
) -> Result<Request, Error> {
    let method: Method = method.needed("method")?.parse()?;
    let request = Request::new(method, path.needed("path")?);
    Ok(match body.lent(length)? {
        Some(text) => request.json(text),
        None => request,
    })
}

/// A request whose body a callback may give, and its options.
pub(crate) fn with_options(
    method: Text,
    path: Text,
    body: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
) -> Result<(Request, RequestOptions), Error> {
    let request = request(method, path, body, length)?;
    let (options, reader) = of_a_request(options)?;
    match reader {
        None => Ok((request, options)),
        Some(reader) if length == 0 => Ok((request.body(reader.body()), options)),
        Some(_) => Err(invalid_argument(
            "the request has a body, and its options have a body callback: give only one",
        )),
    }
}
