//! Cancelling a call from another thread.

use neura_core::CancelToken;

use crate::boundary::{free, read, run};

/// Cancels the calls that it was given to, from any thread. **Owned** by who made it.
pub struct CancelHandle {
    pub(crate) token: CancelToken,
}

/// A handle that threads share must be one that threads can share.
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

/// Cancels: calls and streams that were given the token end with `NEURA_KIND_CANCELLED`
/// within 100 ms, also those that start later. Any thread may call this.
///
/// @param token  the token; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_cancel(token: Option<&CancelHandle>) {
    read(token, |handle| handle.token.cancel());
}

/// Frees a token. This cancels nothing: calls that were given it go on.
///
/// @param token  the **owned** token; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_cancel_free(token: Option<Box<CancelHandle>>) {
    free(token);
}
