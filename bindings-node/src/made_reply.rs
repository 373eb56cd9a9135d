//! A reply that a test made, instead of a server.

use std::time::Duration;

use napi::Env;
use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use neura::bindings::{ResponseParts, catch_panic};
use neura::{Error, ErrorKind, Response};

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
) -> napi::Result<Either<Reply, Failure>> {
    let made = catch_panic(|| {
        let valid = (200.0..=599.0).contains(&status) && status.fract() == 0.0;
        if !valid {
            let message = "status must be a whole number from 200 to 599";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        Ok(Response::from_parts(ResponseParts {
            status: status as u16,
            headers: headers.0.into_iter().map(lower).collect(),
            body: body.to_vec(),
            elapsed: Duration::ZERO,
            attempts: 1,
            url,
            ..ResponseParts::default()
        }))
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
