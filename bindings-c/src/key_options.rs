//! The options that set where the key comes from.

use std::ffi::c_void;

use crate::boundary::{needed, set};
use crate::callback::{ApiKeyCallback, KeySource};
use crate::options::OptionsHandle;
use crate::problem::Subject;
use crate::text::Text;

/// Adds an API key after those already set. After a 401 the client sends the request once more
/// with the next key.
///
/// @param options  the options
/// @param api_key  the key; empty or blank is `NEURA_KIND_MALFORMED_API_KEY`
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_add_api_key(options: Option<&mut OptionsHandle>, api_key: Text) {
    set(options, |options| {
        options.set_about(Subject::OneOf("neura_options_add_api_key"), |options| {
            options.add_api_key(api_key.needed("api_key")?);
            Ok(())
        });
    });
}

/// Sets a function that returns the API key. A callback and keys as text together are the
/// error `NEURA_KIND_CONFIG`.
///
/// @param options    the options
/// @param callback   the function, not NULL; for its rules see
///                   `neura_api_key_callback`
/// @param user_data  its argument, which may be NULL; it must stay valid until these options and
///                   every client that was built with them are freed, and the completions of
///                   their queued calls are read
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_api_key_callback(
    options: Option<&mut OptionsHandle>,
    callback: ApiKeyCallback,
    user_data: *mut c_void,
) {
    set(options, |options| {
        let setter = "neura_options_set_api_key_callback";
        options.set_with(setter, |options| {
            let source = KeySource::new(needed(callback, "callback")?, user_data);
            options.set_api_key_callback(move || source.ask());
            Ok(())
        });
    });
}
