//! Cancelling a call from another thread.

use neura_core::CancelToken;

use crate::boundary::{free, read, run};

/// Cancels the calls that it is given to, from any thread. Its creator **owns** it.
pub struct CancelHandle {
    pub(crate) token: CancelToken,
}

/// Fails to compile unless threads may share the handle.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<CancelHandle>();
};

/// Makes a cancel token. `neura_request_options_set_cancel` gives it to calls.
///
/// @return  an **owned** token; free it with `neura_cancel_free`
#[unsafe(no_mangle)]
pub extern "C" fn neura_cancel_new() -> Option<Box<CancelHandle>> {
    run(|| {
        let token = CancelToken::new();
        Some(Box::new(CancelHandle { token }))
    })
}

/// Cancels: calls and streams with this token end with `NEURA_KIND_CANCELLED` within 100 ms. This
/// also holds for calls that start later. On Linux they end at once. Any thread may call this, also
/// in a signal handler: it waits for no lock and allocates nothing.
///
/// @param token  the token; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_cancel(token: Option<&CancelHandle>) {
    read(token, |handle| handle.token.cancel());
}

/// Frees a token. This cancels nothing: calls with this token go on.
///
/// @param token  the **owned** token; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_cancel_free(token: Option<Box<CancelHandle>>) {
    free(token);
}
