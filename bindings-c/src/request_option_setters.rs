//! The setters of a request's options that take plain values.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

use crate::boundary::set;
use crate::limit::limit;
use crate::request_options::RequestOptionsHandle;
use crate::text::Text;

/// One deadline for a whole call: all attempts, the waits and the body; for a stream it ends
/// with the headers. Default: the client's.
///
/// @param options     the options
/// @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_timeout_ms(
    options: Option<&mut RequestOptionsHandle>,
    timeout_ms: i64,
) {
    set(options, |handle| {
        handle.options.set_timeout(limit(timeout_ms))
    });
}

/// How many times a failed request is sent again; 0 sends it once. Default: the client's.
///
/// @param options      the options
/// @param max_retries  the number
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_max_retries(
    options: Option<&mut RequestOptionsHandle>,
    max_retries: i32,
) {
    set(options, |handle| {
        handle.options.set_max_retries(max_retries.into())
    });
}

/// A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on every
/// attempt.
///
/// @param options          the options
/// @param idempotency_key  the value
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_idempotency_key(
    options: Option<&mut RequestOptionsHandle>,
    idempotency_key: Text,
) {
    set(options, |handle| {
        handle.set_text(
            "neura_request_options_set_idempotency_key",
            "idempotency_key",
            idempotency_key,
            |options, text| options.set_idempotency_key(text),
        )
    });
}
