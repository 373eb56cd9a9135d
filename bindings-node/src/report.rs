//! What can be told of options without a client.

use std::sync::Arc;

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use neura::CancelToken;
use neura::bindings::{Deadline, catch_panic};

use crate::failure::Failure;
use crate::options::ClientOptions;
use crate::port::Value;
use crate::runtime::Runtime;

/// What `diagnose` found, in both its forms.
#[napi(object, object_from_js = false)]
pub struct Diagnosis {
    pub json: String,
    /// For people.
    pub text: String,
}

/// Where the key would come from, as JSON text, or why there is none. Asks no function.
#[napi]
pub fn resolve(options: ClientOptions) -> Either<String, Failure> {
    let options = options.into_options();
    match catch_panic(|| neura::resolve(&options)) {
        Ok(info) => Either::A(info.to_json().to_string()),
        Err(error) => Either::B(error.into()),
    }
}

/// Begins to look for why authentication fails; a [`Diagnosis`] arrives under the
/// number returned.
#[napi]
pub fn diagnose(runtime: &Runtime, options: ClientOptions) -> f64 {
    let options = options.into_options();
    let token = CancelToken::new();
    let cancel = token.clone();
    let none = Deadline::default();
    Arc::clone(&runtime.port).start(&runtime.dispatcher, none, token, move |turn| {
        turn?;
        let report = neura::bindings::diagnose_with(&options, &cancel);
        Ok(Value::Diagnosis(Diagnosis {
            json: report.to_json().to_string(),
            text: report.to_string(),
        }))
    })
}
