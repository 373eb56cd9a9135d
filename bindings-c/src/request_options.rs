//! The options of one request.

use std::sync::LazyLock;

use neura_core::Error;
use neura_core::bindings::RequestOptions;

use crate::body_callback::BodyReader;
use crate::boundary::{free, invalid_argument, needed, run, set};
use crate::cancel::CancelHandle;
use crate::problem::{Problem, Subject};
use crate::text::Text;

/// Options of single requests. Any number of requests may use one object, but only one thread
/// at a time.
///
/// Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
/// argument is reported by the call that uses the options: NULL or invalid UTF-8 in place of a text
/// is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter. A later good value of the
/// same setter (and of the same header) corrects it; `neura_request_options_clear_headers` and
/// `_clear_query` correct a header with a wrong name and a wrong parameter. The two also make the
/// options ready for the next request.
#[derive(Default)]
pub struct RequestOptionsHandle {
    pub(crate) options: RequestOptions,
    reader: Option<BodyReader>,
    problem: Problem,
}

impl RequestOptionsHandle {
    pub(crate) fn set_text(
        &mut self,
        setter: &'static str,
        name: &str,
        text: Text<'_>,
        put: fn(&mut RequestOptions, &str),
    ) {
        let options = &mut self.options;
        self.problem.note(Subject::Setter(setter), || {
            put(options, text.needed(name)?);
            Ok(())
        });
    }

    pub(crate) fn set_reader(
        &mut self,
        setter: &'static str,
        make: impl FnOnce() -> Result<BodyReader, Error>,
    ) {
        let reader = &mut self.reader;
        self.problem.note(Subject::Setter(setter), || {
            *reader = Some(make()?);
            Ok(())
        });
    }
}

/// The options of a call without any.
static NO_OPTIONS: LazyLock<RequestOptions> = LazyLock::new(RequestOptions::new);

/// The core's options (empty ones for NULL), or the error of a setter. For a call that ends before
/// its caller may change them.
pub(crate) fn lent_to_a_call(
    options: Option<&RequestOptionsHandle>,
) -> Result<&RequestOptions, Error> {
    let Some(handle) = options else {
        return Ok(&NO_OPTIONS);
    };
    handle.problem.check()?;
    match handle.reader {
        None => Ok(&handle.options),
        Some(_) => Err(invalid_argument(
            "neura_request_options_set_body_callback: only neura_request, neura_stream_open and \
             neura_body_open send a body from a callback",
        )),
    }
}

/// A copy of the same, for a call that may run on.
pub(crate) fn of_a_call(options: Option<&RequestOptionsHandle>) -> Result<RequestOptions, Error> {
    lent_to_a_call(options).cloned()
}

/// The same for a request whose body a callback may give.
pub(crate) fn of_a_request(
    options: Option<&RequestOptionsHandle>,
) -> Result<(RequestOptions, Option<&BodyReader>), Error> {
    let Some(handle) = options else {
        return Ok((RequestOptions::new(), None));
    };
    handle.problem.check()?;
    Ok((handle.options.clone(), handle.reader.as_ref()))
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

/// Sets a header of this request. It replaces an earlier one of the same name, and the client's
/// own.
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
        let subject = Subject::of_header("neura_request_options_set_header", name);
        handle.problem.note(subject, || {
            options.set_header(name.needed("name")?, value.needed("value")?);
            Ok(())
        });
    });
}

/// Takes back all headers that were set with `neura_request_options_set_header`, also wrong ones.
///
/// @param options  the options
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_clear_headers(options: Option<&mut RequestOptionsHandle>) {
    set(options, |handle| {
        handle.options.clear_headers();
        handle.problem.forget("neura_request_options_set_header");
    });
}

/// Adds a parameter to the query of the request's URL, percent-encoded here. Added twice, it is
/// sent twice; one that is in the path stays.
///
/// @param options  the options
/// @param name     the parameter's name
/// @param value    its value
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_add_query(
    options: Option<&mut RequestOptionsHandle>,
    name: Text,
    value: Text,
) {
    set(options, |handle| {
        let options = &mut handle.options;
        let subject = Subject::OneOf("neura_request_options_add_query");
        handle.problem.note(subject, || {
            options.add_param(name.needed("name")?, value.needed("value")?);
            Ok(())
        });
    });
}

/// Takes back all parameters that were added with `neura_request_options_add_query`, also wrong
/// ones.
///
/// @param options  the options
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_clear_query(options: Option<&mut RequestOptionsHandle>) {
    set(options, |handle| {
        handle.options.clear_params();
        handle.problem.forget("neura_request_options_add_query");
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
        let subject = Subject::Setter("neura_request_options_set_cancel");
        handle.problem.note(subject, || {
            let handle = needed(token, "token")?;
            options.set_cancel(handle.token.clone());
            Ok(())
        });
    });
}
