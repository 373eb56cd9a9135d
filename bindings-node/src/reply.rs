//! A whole reply, and what is known of one before its body.

use napi::Env;
use napi::bindgen_prelude::{Either, ObjectFinalize, Uint8ArraySlice};
use napi_derive::napi;
use neura::{Response, catch_panic};

use crate::failure::Failure;

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
    pub fn text(&self) -> String {
        self.response.text().into_owned()
    }

    /// The body, known to be JSON.
    #[napi]
    pub fn json_text(&self) -> Either<String, Failure> {
        match catch_panic(|| self.response.json_text().map(str::to_owned)) {
            Ok(text) => Either::A(text),
            Err(error) => Either::B(error.into()),
        }
    }

    /// A copy: Electron forbids memory of ours under an ArrayBuffer.
    #[napi]
    pub fn bytes<'env>(&self, env: &'env Env) -> napi::Result<Uint8ArraySlice<'env>> {
        Uint8ArraySlice::copy_from(env, self.response.bytes())
    }

    /// The failure outside 200 to 299, else null.
    #[napi]
    pub fn check(&self) -> Option<Failure> {
        catch_panic(|| self.response.check())
            .err()
            .map(Failure::from)
    }
}
