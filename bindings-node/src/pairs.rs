//! Headers and query parameters: what JavaScript's values are. What becomes of them is decided in
//! the core.

use napi::bindgen_prelude::{Either, JsObjectValue, Object, Unknown};
use napi::{JsString, JsValue, ValueType};
use napi_derive::napi;
use neura::Error;
use neura::bindings::{Given, Kind, pairs_in};

type Pairs = Result<Vec<(String, String)>, Refusal>;

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

/// Headers, from an array of pairs that `what` names in errors: name, value, name, value; or the
/// message of a `TypeError`.
#[napi]
pub fn header_pairs(
    given: Vec<Unknown<'_>>,
    what: String,
) -> napi::Result<Either<Vec<String>, String>> {
    flat(pairs_of(given, &what).and_then(neura::bindings::header_pairs))
}

/// The same of query parameters.
#[napi]
pub fn query_pairs(
    given: Vec<Unknown<'_>>,
    what: String,
) -> napi::Result<Either<Vec<String>, String>> {
    flat(pairs_of(given, &what).and_then(neura::bindings::query_pairs))
}

fn pairs_of<'env>(
    given: Vec<Unknown<'env>>,
    what: &str,
) -> Result<Vec<(Value<'env>, Value<'env>)>, Refusal> {
    pairs_in(given.into_iter().map(Value).collect(), what)
}

fn flat(pairs: Pairs) -> napi::Result<Either<Vec<String>, String>> {
    match pairs {
        Ok(pairs) => Ok(Either::A(
            pairs
                .into_iter()
                .flat_map(|(name, value)| [name, value])
                .collect(),
        )),
        Err(Refusal::WrongType(message)) => Ok(Either::B(message)),
        Err(Refusal::Raised(error)) => Err(error),
    }
}

/// A value of JavaScript's.
struct Value<'env>(Unknown<'env>);

impl Value<'_> {
    /// The text of a primitive value, as `String(value)` writes it.
    fn text(&self) -> Result<String, Refusal> {
        let text: JsString<'_> = self.0.coerce_to_string()?;
        Ok(text.into_utf8()?.into_owned()?)
    }
}

impl<'env> Value<'env> {
    fn members(&self) -> Result<Vec<Self>, Refusal> {
        let array: Object<'env> = self.0.coerce_to_object()?;
        let length = array.get_array_length()?;
        let member = |place| Ok(Value(array.get_element(place)?));
        (0..length).map(member).collect()
    }
}

impl Given for Value<'_> {
    type Error = Refusal;

    fn kind(&self) -> Result<Kind<Self>, Refusal> {
        Ok(match self.0.get_type()? {
            ValueType::Undefined => Kind::Absent,
            ValueType::Null => Kind::Null,
            ValueType::String => Kind::Text(self.text()?),
            ValueType::Boolean => Kind::Switch(self.0.coerce_to_bool()?),
            ValueType::Number | ValueType::BigInt => Kind::Number(self.text()?),
            ValueType::Object if self.0.is_array()? => Kind::Several(self.members()?),
            _ => Kind::Other,
        })
    }

    fn pair(&self) -> Result<Option<(Self, Self)>, Refusal> {
        if !self.0.is_array()? {
            return Ok(None);
        }
        let array = self.0.coerce_to_object()?;
        Ok(match array.get_array_length()? {
            2 => Some((Value(array.get_element(0)?), Value(array.get_element(1)?))),
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
