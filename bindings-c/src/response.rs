//! A whole reply.

use std::cell::OnceCell;
use std::ffi::CString;
use std::mem::MaybeUninit;
use std::ptr;

use neura_core::Response;
use neura_core::bindings::completion_text;

use crate::boundary::{Status, attempt, free, needed, read};
use crate::error::ErrorHandle;
use crate::head::{self, HeadTexts, Headed};
use crate::text::{Text, terminated};

/// A reply with its whole body. The receiver **owns** it; it outlives its client. Only one
/// thread at a time may use it.
pub struct ResponseHandle {
    response: HeadTexts<Response>,
    text: OnceCell<Option<CString>>,
}

impl ResponseHandle {
    pub(crate) fn new(response: Response) -> Self {
        ResponseHandle {
            text: OnceCell::new(),
            response: HeadTexts::new(response),
        }
    }

    fn text(&self) -> Option<&CString> {
        let text = || {
            let body = std::str::from_utf8(self.response.head.bytes()).ok()?;
            completion_text(body).map(|text| terminated(&text))
        };
        self.text.get_or_init(text).as_ref()
    }
}

impl Headed for ResponseHandle {
    type Head = Response;

    fn head(&self) -> &HeadTexts<Response> {
        &self.response
    }
}

/// The HTTP status.
///
/// @param response  the reply
/// @return  the status; -1 if response is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_status(response: Option<&ResponseHandle>) -> i32 {
    head::status(response)
}

/// One header; the first if the server sent several of the same name.
///
/// @param response  the reply
/// @param name      the header's name, in any case
/// @return  text, **borrowed until** the response is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_header<'a>(
    response: Option<&'a ResponseHandle>,
    name: Text,
) -> Text<'a> {
    head::header(response, name)
}

/// The body, unpacked if the server compressed it: its length may differ from Content-Length. It
/// does not end with a NUL: use the length.
///
/// @param response  the reply
/// @param length    receives the number of bytes, 0 if response is NULL
/// @return  the first byte, **borrowed until** the response is freed. Also
///          for an empty body not NULL; NULL only if response or length is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_body(
    response: Option<&ResponseHandle>,
    length: Option<&mut MaybeUninit<usize>>,
) -> *const u8 {
    let length = length.map(|length| length.write(0));
    read(response, |handle| match length {
        Some(length) => {
            let bytes = handle.response.head.bytes();
            *length = bytes.len();
            bytes.as_ptr()
        }
        None => ptr::null(),
    })
}

/// The words of the answer's first choice: `choices[0].message.content`.
///
/// @param response  the reply of a chat
/// @return  text, **borrowed until** the response is freed. Empty if the answer has no words, such
///          as one that calls a tool; NULL if the body is not a JSON object. A NUL in it is U+FFFD
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_text(response: Option<&ResponseHandle>) -> Text<'_> {
    read(response, |handle| Text::from(handle.text()))
}

/// The service's id of the request, to quote to its support.
///
/// @param response  the reply
/// @return  text, **borrowed until** the response is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_request_id(response: Option<&ResponseHandle>) -> Text<'_> {
    head::request_id(response)
}

/// How many times the request was sent.
///
/// @param response  the reply
/// @return  the number, 1 or more; -1 if response is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_attempts(response: Option<&ResponseHandle>) -> i32 {
    head::attempts(response)
}

/// Turns a status outside 200 to 299 into an error.
///
/// @param response  the reply
/// @param error     receives the **owned** error
/// @return  `NEURA_OK` for 200 to 299, else `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_check(
    response: Option<&ResponseHandle>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    attempt(error, || {
        needed(response, "response")?.response.head.check()?;
        Ok(Status::NeuraOk)
    })
}

/// Frees a reply, and every pointer read from it.
///
/// @param response  the **owned** reply; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_free(response: Option<Box<ResponseHandle>>) {
    free(response);
}
