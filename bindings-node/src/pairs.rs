//! Headers and query parameters: what JavaScript's values are. What becomes of them is decided in
//! the core.

use std::ffi::CString;

use napi::bindgen_prelude::{
    FromNapiValue, JsObjectValue, Object, TypeName, Unknown, ValidateNapiValue,
};
use napi::{JsValue, Status, ValueType, sys};
use napi_derive::napi;
use neura::Error;
use neura::bindings::{Given, Kind, QueryPairs, header_pairs, pairs_in, query_pairs};

use crate::options::CallOptions;

type Texts = Vec<(String, String)>;

/// The text of headers. JavaScript gives an array: the name of the option, then the pairs.
pub struct Headers(pub Texts);

/// The same of query parameters.
pub struct Query(pub QueryPairs);

/// Throws the `TypeError` of wrong headers or parameters, before the call that has them begins.
#[napi]
pub fn check_call(_call: CallOptions) {}

/// Why the pairs were not taken.
enum Refusal {
    /// The message of a `TypeError`.
    WrongType(String),
    /// What reading a value raised.
    Raised(napi::Error),
}

impl From<napi::Error> for Refusal {
    fn from(raised: napi::Error) -> Self {
        Refusal::Raised(raised)
    }
}

macro_rules! from_pairs {
    ($texts:ident, $convert:path) => {
        impl TypeName for $texts {
            fn type_name() -> &'static str {
                "[string, ...unknown[]]"
            }

            fn value_type() -> ValueType {
                ValueType::Object
            }
        }

        impl ValidateNapiValue for $texts {}

        impl FromNapiValue for $texts {
            unsafe fn from_napi_value(
                env: sys::napi_env,
                value: sys::napi_value,
            ) -> napi::Result<Self> {
                // SAFETY: the caller's own promise, passed on.
                let given = unsafe { Vec::<Unknown<'_>>::from_napi_value(env, value) }?;
                match pairs_of(given).and_then($convert) {
                    Ok(texts) => Ok($texts(texts)),
                    Err(Refusal::Raised(error)) => Err(error),
                    Err(Refusal::WrongType(message)) => Err(type_error(env, message)),
                }
            }
        }
    };
}

from_pairs!(Headers, header_pairs);
from_pairs!(Query, query_pairs);

fn pairs_of(given: Vec<Unknown<'_>>) -> Result<Vec<(Value<'_>, Value<'_>)>, Refusal> {
    let mut given = given.into_iter().map(Value);
    let what = given.next().map(|name| name.text()).transpose()?;
    pairs_in(given.collect(), &what.unwrap_or_default())
}

/// Throws a `TypeError`, and returns the error that says so.
fn type_error(env: sys::napi_env, message: String) -> napi::Error {
    if let Ok(text) = CString::new(message.as_str()) {
        // SAFETY: the environment is that of the running call, and the text ends with a NUL.
        let thrown = unsafe { sys::napi_throw_type_error(env, std::ptr::null(), text.as_ptr()) };
        if thrown == sys::Status::napi_ok {
            return napi::Error::new(Status::PendingException, message);
        }
    }
    napi::Error::new(Status::InvalidArg, message)
}

/// A value of JavaScript's.
struct Value<'env>(Unknown<'env>);

impl<'env> Value<'env> {
    /// The text of a primitive value, as `String(value)` writes it.
    fn text(&self) -> Result<String, Refusal> {
        Ok(self.0.coerce_to_string()?.into_utf8()?.into_owned()?)
    }

    /// The value, if it is an array, and its length.
    fn array(&self) -> Result<Option<(Object<'env>, u32)>, Refusal> {
        if !self.0.is_array()? {
            return Ok(None);
        }
        // SAFETY: an array is an object.
        let array = unsafe { self.0.cast::<Object<'env>>() }?;
        let length = array.get_array_length_unchecked()?;
        Ok(Some((array, length)))
    }
}

impl Given for Value<'_> {
    type Error = Refusal;

    fn kind(&self) -> Result<Kind<Self>, Refusal> {
        Ok(match self.0.get_type()? {
            ValueType::Undefined => Kind::Absent,
            ValueType::Null => Kind::Null,
            // SAFETY: it is a string.
            ValueType::String => Kind::Text(unsafe { self.0.cast() }?),
            // SAFETY: it is a boolean.
            ValueType::Boolean => Kind::Switch(unsafe { self.0.cast() }?),
            // What has no name in the version of Node-API in use is a bigint.
            ValueType::Number | ValueType::Unknown => Kind::Number(self.text()?),
            ValueType::Object => match self.array()? {
                Some((array, length)) => {
                    let member = |place| Ok(Value(array.get_element(place)?));
                    Kind::Several((0..length).map(member).collect::<Result<_, Refusal>>()?)
                }
                None => Kind::Other,
            },
            _ => Kind::Other,
        })
    }

    fn pair(&self) -> Result<Option<(Self, Self)>, Refusal> {
        Ok(match self.array()? {
            Some((array, 2)) => Some((Value(array.get_element(0)?), Value(array.get_element(1)?))),
            _ => None,
        })
    }

    fn printed(&self) -> Result<Kind<Self>, Refusal> {
        Ok(Kind::Other)
    }

    fn type_name(&self) -> String {
        match (self.0.get_type(), self.0.is_array()) {
            (_, Ok(true)) => "array".to_owned(),
            (Ok(kind), _) => kind.to_string().to_lowercase(),
            (Err(_), _) => "an unknown type".to_owned(),
        }
    }

    fn wrong_type(&self, message: String) -> Refusal {
        Refusal::WrongType(message)
    }

    fn refused(&self, error: &Error) -> Refusal {
        Refusal::WrongType(error.message().to_owned())
    }
}
