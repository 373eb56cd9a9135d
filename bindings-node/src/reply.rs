//! A whole reply, and what is known of one before its body.

use napi::bindgen_prelude::{Either, ObjectFinalize, Uint8Array};
use napi::{Env, JsString};
use napi_derive::napi;
use neura::{Buffer, Error, Response, afford, catch_panic, out_of_memory};

use crate::failure::Failure;

/// About how many times the size of its text JSON takes as values of JavaScript's.
const VALUES: usize = 6;

/// What the service said about its limits.
#[napi(object, object_from_js = false)]
pub struct RateLimit {
    pub requests: Quota,
    pub tokens: Quota,
}

/// One limit; null where the service did not tell.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct Quota {
    pub limit: Option<f64>,
    pub remaining: Option<f64>,
    /// Milliseconds until the limit is whole again.
    pub reset_ms: Option<f64>,
}

impl From<&neura::RateLimit> for RateLimit {
    fn from(known: &neura::RateLimit) -> Self {
        RateLimit {
            requests: Quota::from(&known.requests),
            tokens: Quota::from(&known.tokens),
        }
    }
}

impl From<&neura::Quota> for Quota {
    fn from(known: &neura::Quota) -> Self {
        Quota {
            limit: known.limit.map(|count| count as f64),
            remaining: known.remaining.map(|count| count as f64),
            reset_ms: known.reset.map(|wait| wait.as_millis() as f64),
        }
    }
}

/// Name, value, name, value; names in lower case, repeated ones in order.
pub(crate) fn flat_headers(headers: &[(String, String)]) -> Vec<&str> {
    headers
        .iter()
        .flat_map(|(name, value)| [name.as_str(), value.as_str()])
        .collect()
}

/// A string of JavaScript's, of a body or an event. The engine ends the process where it has
/// no memory for one, so it is looked for first.
pub(crate) fn string<'env>(
    env: &'env Env,
    text: &str,
    of: Buffer,
) -> Result<JsString<'env>, Error> {
    // Two bytes for each character, where one of them is beyond Latin-1.
    afford(text.len().saturating_mul(2), of)?;
    env.create_string(text)
        .map_err(|_| out_of_memory(text.len(), of))
}

fn either<T>(given: Result<T, Error>) -> Either<T, Failure> {
    match given {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(error.into()),
    }
}

/// A reply with its body, which stays outside JavaScript's heap until it is asked for.
#[napi(custom_finalize)]
pub struct Reply {
    response: Response,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Reply { response }
    }
}

impl Reply {
    /// Tells the garbage collector how much memory hangs on this small object;
    /// `finalize` takes it back.
    pub(crate) fn tell_memory(&self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(self.memory()).map(|_| ())
    }

    fn memory(&self) -> i64 {
        i64::try_from(self.response.bytes().len()).unwrap_or(i64::MAX)
    }
}

impl ObjectFinalize for Reply {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-self.memory()).map(|_| ())
    }
}

#[napi]
impl Reply {
    #[napi(getter)]
    pub fn status(&self) -> u32 {
        self.response.status().into()
    }

    #[napi(getter)]
    pub fn ok(&self) -> bool {
        self.response.ok()
    }

    #[napi(getter)]
    pub fn url(&self) -> &str {
        self.response.url()
    }

    #[napi]
    pub fn headers(&self) -> Vec<&str> {
        flat_headers(self.response.headers())
    }

    #[napi(getter)]
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    #[napi(getter)]
    pub fn attempts(&self) -> u32 {
        self.response.attempts()
    }

    #[napi(getter)]
    pub fn rate_limit(&self) -> RateLimit {
        self.response.rate_limit().into()
    }

    #[napi]
    pub fn text<'env>(&self, env: &'env Env) -> Either<JsString<'env>, Failure> {
        let text = catch_panic(|| self.response.try_text());
        either(text.and_then(|text| string(env, &text, Buffer::Body)))
    }

    /// The body, known to be JSON.
    #[napi]
    pub fn json_text<'env>(&self, env: &'env Env) -> Either<JsString<'env>, Failure> {
        let text = catch_panic(|| {
            let text = self.response.json_text()?;
            // Its values take more than the text, and are made where nothing can be refused.
            afford(text.len().saturating_mul(VALUES), Buffer::Body)?;
            Ok(text)
        });
        either(text.and_then(|text| string(env, text, Buffer::Body)))
    }

    /// How many bytes the body has.
    #[napi(getter)]
    pub fn length(&self) -> f64 {
        self.response.bytes().len() as f64
    }

    /// Copies the body into memory that JavaScript made: an engine ends its process where it
    /// has none for us, and Electron forbids memory of ours under an ArrayBuffer.
    #[napi]
    pub fn copy_into(&self, mut target: Uint8Array) {
        // SAFETY: the array is new, and no other code of JavaScript runs meanwhile.
        let target = unsafe { target.as_mut() };
        let bytes = self.response.bytes();
        if target.len() == bytes.len() {
            target.copy_from_slice(bytes);
        }
    }

    /// The failure of a call for whose body JavaScript has no memory.
    #[napi]
    pub fn no_memory(&self) -> Failure {
        out_of_memory(self.response.bytes().len(), Buffer::Body).into()
    }

    /// The failure outside 200 to 299, else null.
    #[napi]
    pub fn check(&self) -> Option<Failure> {
        catch_panic(|| self.response.check())
            .err()
            .map(Failure::from)
    }
}
