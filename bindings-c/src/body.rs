//! The body of a reply, read in pieces as it arrives.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use neura_core::bindings::{ClosableBody, ReplyHead};
use neura_core::{CancelToken, StreamingResponse};

use crate::boundary::{Status, attempt, free, needed, produce};
use crate::bytes::Body;
use crate::client::ClientHandle;
use crate::error::ErrorHandle;
use crate::head::{self, HeadTexts, Headed};
use crate::request::with_options;
use crate::request_options::RequestOptionsHandle;
use crate::text::Text;

/// A reply whose body is read as it arrives. The receiver **owns** it; it outlives its client.
/// Only one thread at a time may use it. To end it from another thread, give its request a
/// cancel token.
pub struct BodyHandle {
    head: HeadTexts<ReplyHead>,
    body: ClosableBody,
    cancel: CancelToken,
}

impl BodyHandle {
    fn new(reply: StreamingResponse) -> Self {
        BodyHandle {
            head: HeadTexts::new(reply.reply_head()),
            cancel: reply.cancel_token(),
            body: ClosableBody::arriving(reply),
        }
    }
}

impl Headed for BodyHandle {
    type Head = ReplyHead;

    fn head(&self) -> &HeadTexts<ReplyHead> {
        &self.head
    }
}

/// Sends a request and returns when the headers of its reply came, whatever its status; the body
/// is read with `neura_body_read`. The timeout of a call ends with the headers; then the idle
/// timeout holds.
///
/// @param client   the client
/// @param method   `GET`, `POST`, ... in any case
/// @param path     the path after the base URL
/// @param content  the body that is sent, as for `neura_request`
/// @param length   its bytes, at most 2^31
/// @param options  as for `neura_request`; a cancel token also ends the reading
/// @param body     receives the **owned** reply; free it with `neura_body_free`
/// @param error    receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_open(
    client: Option<&ClientHandle>,
    method: Text,
    path: Text,
    content: Body,
    length: usize,
    options: Option<&RequestOptionsHandle>,
    body: Option<&mut MaybeUninit<Option<Box<BodyHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(body, "body", error, || {
        let client = &needed(client, "client")?.client;
        let (request, options) = with_options(method, path, content, length, options)?;
        let reply = client.send_streaming(request.options(options))?;
        Ok(BodyHandle::new(reply))
    })
}

/// Waits for the next bytes of the body, unpacked if the server compressed it. Returns as soon as
/// there is one, so often fewer than fit. `neura_options_set_max_body_bytes` does not apply.
///
/// @param body    the reply
/// @param buffer  the caller's memory, which receives the bytes
/// @param size    how many bytes fit, 1 or more
/// @param length  receives the number of bytes; 0 at the end and on failure
/// @param error   receives the **owned** error
/// @return  `NEURA_OK` with bytes, `NEURA_END` when the body is complete, or `NEURA_ERROR`, also
///          for a body that was cut; after the last two, every later call returns the same. Once
///          the request's token is cancelled, it is `NEURA_KIND_CANCELLED`
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_read(
    body: Option<&mut BodyHandle>,
    buffer: *mut c_void,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let length = length.map(|length| length.write(0));
    attempt(error, || {
        let handle = needed(body, "body")?;
        let buffer = needed(ptr::NonNull::new(buffer.cast::<u8>()), "buffer")?;
        let length = needed(length, "length")?;
        let copied = handle.body.read_piece(&handle.cancel, size, |bytes| {
            // SAFETY: the caller's memory has `size` bytes by the header's rules, the core gives no
            // more, and the library's own memory is elsewhere.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.as_ptr(), bytes.len()) };
            bytes.len()
        })?;
        Ok(match copied {
            Some(copied) => {
                *length = copied;
                Status::NeuraOk
            }
            None => Status::NeuraEnd,
        })
    })
}

/// Turns a status outside 200 to 299 into an error. Waits a little for the words of the server,
/// unless the body was read.
///
/// @param body   the reply
/// @param error  receives the **owned** error
/// @return  `NEURA_OK` for 200 to 299, else `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_check(
    body: Option<&BodyHandle>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    attempt(error, || {
        let handle = needed(body, "body")?;
        handle.body.check(&handle.cancel)?;
        Ok(Status::NeuraOk)
    })
}

/// The HTTP status.
///
/// @param body  the reply
/// @return  the status; -1 if body is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_status(body: Option<&BodyHandle>) -> i32 {
    head::status(body)
}

/// One header; the first if the server sent several of the same name.
///
/// @param body  the reply
/// @param name  the header's name, in any case
/// @return  text, **borrowed until** the body is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_header<'a>(body: Option<&'a BodyHandle>, name: Text) -> Text<'a> {
    head::header(body, name)
}

/// How many headers the reply has; repeated ones count each time.
///
/// @param body  the reply
/// @return  the number; -1 if body is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_header_count(body: Option<&BodyHandle>) -> i32 {
    head::header_count(body)
}

/// One header by its place, as `neura_response_header_at`.
///
/// @param body   the reply
/// @param index  from 0
/// @param name   receives the name in lower case, **borrowed until** the body is freed; NULL
///                after the last header. May be NULL itself
/// @param value  receives the value, likewise
/// @return  whether there is such a header
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_header_at(
    body: Option<&BodyHandle>,
    index: usize,
    name: Option<&mut MaybeUninit<*const c_char>>,
    value: Option<&mut MaybeUninit<*const c_char>>,
) -> bool {
    head::header_at(body, index, name, value)
}

/// The service's id of the request, to quote to its support.
///
/// @param body  the reply
/// @return  text, **borrowed until** the body is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_request_id(body: Option<&BodyHandle>) -> Text<'_> {
    head::request_id(body)
}

/// How many times the request was sent.
///
/// @param body  the reply
/// @return  the number, 1 or more; -1 if body is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_attempts(body: Option<&BodyHandle>) -> i32 {
    head::attempts(body)
}

/// A number of the reply's rate limits.
///
/// @param body   the reply
/// @param value  one of `NEURA_RATE_LIMIT_...`
/// @return  the number; -1 if the server did not send it
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_rate_limit(body: Option<&BodyHandle>, value: i32) -> i64 {
    head::rate_limit(body, value)
}

/// Closes a reply at once, even before the end of its body, and frees it.
///
/// @param body  the **owned** reply; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_free(body: Option<Box<BodyHandle>>) {
    free(body);
}
