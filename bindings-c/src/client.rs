//! The client.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use neura_core::bindings::Dispatcher;
use neura_core::{Client, Error};

use crate::boundary::{Status, attempt, free, needed, produce, produce_text};
use crate::error::ErrorHandle;
use crate::options::{OptionsHandle, of_the_core};
use crate::process;
use crate::text::Text;

/// A client: a key, a base URL, limits, and a pool of connections. Any number of threads may
/// use one client at the same time. Its creator **owns** it.
pub struct ClientHandle {
    pub(crate) client: Client,
    /// Of a client with a limit of its own, for the calls of queues.
    pub(crate) workers: Option<Dispatcher>,
}

impl ClientHandle {
    fn new(client: Client) -> Result<Self, Error> {
        process::prepare();
        let workers = client.max_in_flight().map(Dispatcher::new);
        Ok(ClientHandle { client, workers })
    }
}

/// Fails to compile unless threads may share the handle.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<ClientHandle>();
};

/// Makes a client. This connects to nothing and runs no callback.
///
/// @param options  the options, **borrowed until** the call returns; NULL for none: the key
///                 and the base URL are then looked up
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
        let given = of_the_core(options)?;
        ClientHandle::new(match options.and_then(|options| options.observer) {
            Some(observer) => Client::observed(given, move |attempt| observer.tell(attempt)),
            None => Client::new(given),
        }?)
    })
}

/// Frees a client. Its responses and streams stay valid. Calls on it in other threads must
/// have returned before.
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
/// @return  `NEURA_OK`, or `NEURA_ERROR` if the callback returns no key
#[unsafe(no_mangle)]
pub extern "C" fn neura_auth_header(
    client: Option<&ClientHandle>,
    text: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(text, "text", error, || {
        let client = &needed(client, "client")?.client;
        Ok(format!("Authorization: {}", client.auth_header()?))
    })
}

/// Gives the client a new API key. Later requests use it. Requests in flight keep the old key,
/// so none of them fails. Any thread may call this.
///
/// @param client  the client
/// @param key     the key, copied
/// @param error   receives the **owned** error
/// @return  `NEURA_OK` or `NEURA_ERROR`: `NEURA_KIND_MALFORMED_API_KEY`, or
///          `NEURA_KIND_CONFIG` if the base URL came from the old key's file. On failure the
///          old key stays in use
#[unsafe(no_mangle)]
pub extern "C" fn neura_client_set_api_key(
    client: Option<&ClientHandle>,
    key: Text,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    attempt(error, || {
        let client = &needed(client, "client")?.client;
        client.set_api_key(key.needed("key")?)?;
        Ok(Status::NeuraOk)
    })
}

/// Returns the usage of each key that the client has ever had.
///
/// @param client  the client
/// @param json    receives **owned** JSON text without any key; free it with
///                `neura_string_free`. It has `keys`, a list of `fingerprint`, `mask`,
///                `source`, `requests` (retries included), `unauthorized` (replies with
///                401), `rate_limited` (429), `retries`, `prompt_tokens`,
///                `completion_tokens`, `first_used`, `last_used` (RFC 3339, null for never)
/// @param error   receives the **owned** error
/// @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_client_usage(
    client: Option<&ClientHandle>,
    json: Option<&mut MaybeUninit<*mut c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce_text(json, "json", error, || {
        let client = &needed(client, "client")?.client;
        Ok(client.usage().to_json().to_string())
    })
}
