//! The client, and what can be read out of it.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use neura_core::Client;

use crate::boundary::{Status, free, needed, produce, produce_text};
use crate::error::ErrorHandle;
use crate::options::OptionsHandle;

/// What the `User-Agent` names as the language.
const LANGUAGE: &str = "c";

/// A client: a key, a base URL, limits, and a pool of connections. Any number of threads may
/// use one client at the same time; **owned** by who made it.
pub struct ClientHandle {
    pub(crate) client: Client,
}

/// A handle that threads share must be one that threads can share.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<ClientHandle>();
};

/// Makes a client. It does not connect yet.
///
/// @param options  the options, **borrowed until** the call returns; NULL for none: the key
///                 and the base URL then come from the environment
/// @param client   receives the **owned** client; free it with `neura_client_free`
/// @param error    receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`: among others `NEURA_KIND_MISSING_API_KEY`,
///          `NEURA_KIND_MALFORMED_API_KEY`, `NEURA_KIND_CONFIG`
#[unsafe(no_mangle)]
pub extern "C" fn neura_client_new(
    options: Option<&OptionsHandle>,
    client: Option<&mut MaybeUninit<Option<Box<ClientHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(client, "client", error, || {
        let mut options = options.map_or_else(|| Ok(Default::default()), OptionsHandle::checked)?;
        options.set_language(LANGUAGE);
        let client = Client::new(options)?;
        Ok(ClientHandle { client })
    })
}

/// Frees a client. Responses and streams that it gave outlive it; calls that run on it in
/// other threads must have returned.
///
/// @param client  the **owned** client; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_client_free(client: Option<Box<ClientHandle>>) {
    free(client);
}

/// Gives the header that authenticates a request, for other tools:
/// `Authorization: Bearer ...`. This is the secret itself.
///
/// @param client  the client
/// @param text    receives **owned** text; free it with `neura_string_free`
/// @param error   receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_auth_header(
    client: Option<&ClientHandle>,
    text: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(text, "text", error, || {
        let client = &needed(client, "client")?.client;
        Ok(format!("Authorization: {}", client.auth_header()))
    })
}
