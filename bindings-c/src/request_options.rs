//! The options of one request.

use neura_core::Error;
use neura_core::bindings::RequestOptions;

use crate::boundary::{free, needed, run, set};
use crate::cancel::CancelHandle;
use crate::problem::Problem;
use crate::text::Text;

/// Options of single requests. Any number of requests may use one object, but only one thread
/// at a time.
///
/// Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
/// argument is reported by the call that uses the options: NULL or invalid UTF-8 in place of a text
/// is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter.
#[derive(Default)]
pub struct RequestOptionsHandle {
    pub(crate) options: RequestOptions,
    problem: Problem,
}

impl RequestOptionsHandle {
    pub(crate) fn set_text(
        &mut self,
        setter: &str,
        name: &str,
        text: Text<'_>,
        put: fn(&mut RequestOptions, &str),
    ) {
        let options = &mut self.options;
        self.problem.note(setter, || {
            put(options, text.needed(name)?);
            Ok(())
        });
    }
}

/// The core's options (empty ones for NULL), or the error of a setter.
pub(crate) fn of_a_call(options: Option<&RequestOptionsHandle>) -> Result<RequestOptions, Error> {
    match options {
        None => Ok(RequestOptions::new()),
        Some(handle) => {
            handle.problem.check()?;
            Ok(handle.options.clone())
        }
    }
}

/// As [`of_a_call`], with a cancel token of the call's own, for a stream: freeing it cancels.
pub(crate) fn of_a_stream(options: Option<&RequestOptionsHandle>) -> Result<RequestOptions, Error> {
    let mut options = of_a_call(options)?;
    options.own_cancel();
    Ok(options)
}

/// Makes empty request options: the client's options apply.
///
/// @return  **owned** options; free them with `neura_request_options_free`
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_new() -> Option<Box<RequestOptionsHandle>> {
    run(|| Some(Box::default()))
}

/// Frees request options. Requests that use them go on.
///
/// @param options  the **owned** options; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_free(options: Option<Box<RequestOptionsHandle>>) {
    free(options);
}

/// Adds a header to this request. It replaces the client's own of the same name.
///
/// @param options  the options
/// @param name     the header's name
/// @param value    the header's value
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_header(
    options: Option<&mut RequestOptionsHandle>,
    name: Text,
    value: Text,
) {
    set(options, |handle| {
        let options = &mut handle.options;
        handle.problem.note("neura_request_options_set_header", || {
            options.add_header(name.needed("name")?, value.needed("value")?);
            Ok(())
        });
    });
}

/// Lets `neura_cancel` end the calls made with these options.
///
/// @param options  the options
/// @param token    the token, **borrowed until** the setter returns: it may be freed before
///                 the call ends
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_cancel(
    options: Option<&mut RequestOptionsHandle>,
    token: Option<&CancelHandle>,
) {
    set(options, |handle| {
        let options = &mut handle.options;
        handle.problem.note("neura_request_options_set_cancel", || {
            let handle = needed(token, "token")?;
            options.set_cancel(handle.token.clone());
            Ok(())
        });
    });
}
