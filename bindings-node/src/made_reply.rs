//! A reply that a test made, instead of a server.

use napi::Env;
use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use neura::Response;
use neura::bindings::{ResponseParts, catch_panic};

use crate::failure::Failure;
use crate::pairs::Headers;
use crate::reply::Reply;

/// The reply of `NeuraResponse.from`. `headers` are the option's name, then pairs, as in a call.
#[napi]
pub fn made_reply(
    env: Env,
    status: f64,
    url: String,
    headers: Headers,
    body: Uint8Array,
    is_json: bool,
) -> napi::Result<Either<Reply, Failure>> {
    let made = catch_panic(|| {
        // What is no `u16` comes back as another number.
        let whole = Some(status as u16).filter(|whole| f64::from(*whole) == status);
        let media_type = is_json.then_some("application/json");
        ResponseParts::made(whole, url, headers.0, body.to_vec(), media_type)
            .map(Response::from_parts)
    });
    match made {
        Ok(response) => {
            let reply = Reply::from(response);
            reply.tell_memory(env)?;
            Ok(Either::A(reply))
        }
        Err(error) => Ok(Either::B(error.into())),
    }
}
