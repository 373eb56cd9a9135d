//! A whole reply.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::CString;
use std::mem::MaybeUninit;
use std::ptr;

use neura_core::Response;
use neura_core::bindings::completion_text;

use crate::boundary::{Status, attempt, free, needed, read};
use crate::error::ErrorHandle;
use crate::text::{Text, terminated};

/// A reply with its whole body. The receiver **owns** it; it outlives its client. Only one
/// thread at a time may use it.
pub struct ResponseHandle {
    response: Response,
    request_id: Option<CString>,
    /// Made when a header is first read: most programs read none.
    headers: OnceCell<HashMap<String, CString>>,
    text: OnceCell<Option<CString>>,
}

impl ResponseHandle {
    pub(crate) fn new(response: Response) -> Self {
        ResponseHandle {
            request_id: response.request_id().map(terminated),
            headers: OnceCell::new(),
            text: OnceCell::new(),
            response,
        }
    }

    fn text(&self) -> Option<&CString> {
        let text = || {
            let body = std::str::from_utf8(self.response.bytes()).ok()?;
            completion_text(body).map(|text| terminated(&text))
        };
        self.text.get_or_init(text).as_ref()
    }

    fn header(&self, name: &str) -> Option<&CString> {
        let headers = self.headers.get_or_init(|| {
            let names = self.response.headers().iter().map(|(name, _)| name);
            names
                .filter_map(|name| Some((name.clone(), terminated(self.response.header(name)?))))
                .collect()
        });
        headers.get(&name.to_ascii_lowercase())
    }
}

/// The HTTP status.
///
/// @param response  the reply
/// @return  the status; -1 if response is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_status(response: Option<&ResponseHandle>) -> i32 {
    read(response, |handle| handle.response.status().into())
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
    read(response, |handle| {
        let name = name.needed("name").ok();
        Text::from(name.and_then(|name| handle.header(name)))
    })
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
            let bytes = handle.response.bytes();
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
///          as one that calls a tool; NULL if the body is not a JSON object
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
    read(response, |handle| Text::from(handle.request_id.as_ref()))
}

/// How many times the request was sent.
///
/// @param response  the reply
/// @return  the number, 1 or more; -1 if response is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_attempts(response: Option<&ResponseHandle>) -> i32 {
    read(response, |handle| {
        handle.response.attempts().try_into().unwrap_or(i32::MAX)
    })
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
        needed(response, "response")?.response.check()?;
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
