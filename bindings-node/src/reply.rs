//! A whole reply, and what is known of one before its body.

use napi::bindgen_prelude::{Either, ObjectFinalize, Uint8Array};
use napi::{Env, JsString};
use napi_derive::napi;
use neura::bindings::{Buffer, afford_for, catch_panic, move_out, out_of_memory};
use neura::{Error, ErrorKind, Response};

use crate::failure::Failure;

/// A body from this size on is handed out by moving it.
const LARGE: usize = 1 << 20;

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
    afford_for(text.len().saturating_mul(2), text.len(), of)?;
    env.create_string(text)
        .map_err(|_| out_of_memory(text.len(), of))
}

pub(crate) fn either<T>(given: Result<T, Error>) -> Either<T, Failure> {
    match given {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(error.into()),
    }
}

/// A reply with its body, which stays outside JavaScript's heap until it is asked for.
#[napi(custom_finalize)]
pub struct Reply {
    response: Response,
    /// How long its body was, which JavaScript has.
    moved: Option<usize>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Reply {
            response,
            moved: None,
        }
    }
}

impl Reply {
    pub(crate) fn events(&self) -> Result<neura::EventStream, Error> {
        self.response.events()
    }

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
    pub fn status_text(&self) -> &str {
        self.response.reason()
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
            afford_for(text.len().saturating_mul(VALUES), text.len(), Buffer::Body)?;
            Ok(text)
        });
        either(text.and_then(|text| string(env, text, Buffer::Body)))
    }

    /// How many bytes the body has.
    #[napi(getter)]
    pub fn length(&self) -> f64 {
        self.moved.unwrap_or(self.response.bytes().len()) as f64
    }

    /// Fills an array that JavaScript made with the body; an engine ends its process where it has
    /// no memory for us, and Electron forbids memory of ours under an ArrayBuffer. A large body is
    /// moved, a piece at a time, so that it is never there twice: then this says so, and `take_back`
    /// is to be called before it is asked for again.
    #[napi]
    pub fn fill(&mut self, env: Env, mut target: Uint8Array) -> napi::Result<bool> {
        // SAFETY: the array is new, and no other code of JavaScript runs meanwhile.
        let target = unsafe { target.as_mut() };
        let length = self.response.bytes().len();
        if target.len() != length {
            return Ok(false);
        }
        if length < LARGE {
            target.copy_from_slice(self.response.bytes());
            return Ok(false);
        }
        env.adjust_external_memory(-self.memory())?;
        let bytes = self.response.take_body();
        let bytes = bytes.map_err(|error| napi::Error::from_reason(error.message()))?;
        self.moved = Some(length);
        move_out(bytes, |at, piece| {
            target[at..at + piece.len()].copy_from_slice(piece);
        });
        Ok(true)
    }

    /// Takes a body back that was moved, from the array that it was moved to.
    #[napi]
    pub fn take_back(&mut self, env: Env, from: Uint8Array) -> napi::Result<Option<Failure>> {
        let given_away = || {
            let message =
                "the body was already returned, and its memory has been transferred since";
            Error::new(ErrorKind::InvalidArgument, message)
        };
        let taken = match self.moved == Some(from.len()) {
            true => self.response.put_body(&from),
            false => Err(given_away()),
        };
        if let Err(error) = taken {
            return Ok(Some(error.into()));
        }
        self.moved = None;
        env.adjust_external_memory(self.memory())?;
        Ok(None)
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
            .map(|error| Failure::of_reply(error, &self.response))
    }
}
