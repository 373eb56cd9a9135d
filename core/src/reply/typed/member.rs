//! How a member of an answer is read and written.

use std::collections::BTreeMap;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use super::vector;

/// The type of a member.
pub(crate) trait Member: Default + DeserializeOwned {
    /// Whether a service may leave the member out.
    #[cfg(test)]
    const MAY_BE_ABSENT: bool = false;

    /// Reads it; null is the default.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or_default())
    }

    /// Reads a list of them; null is empty.
    fn read_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or_default())
    }

    /// Whether it is not written.
    fn is_absent(&self) -> bool {
        false
    }

    /// The type as `conformance/shapes.json` names it.
    #[cfg(test)]
    fn type_name() -> String;
}

/// For serde: reads a member by the rules of its type.
pub(crate) fn read<'de, D: Deserializer<'de>, T: Member>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A nested value that is read by the rules of its type.
struct Read<T>(T);

impl<'de, T: Member> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Read)
    }
}

impl<T: Member> Member for Option<T> {
    #[cfg(test)]
    const MAY_BE_ABSENT: bool = true;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<Read<T>>::deserialize(deserializer)?.map(|Read(value)| value))
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    #[cfg(test)]
    fn type_name() -> String {
        T::type_name()
    }
}

impl<T: Member> Member for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read_list(deserializer)
    }

    #[cfg(test)]
    fn type_name() -> String {
        format!("[{}]", T::type_name())
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    #[cfg(test)]
    fn type_name() -> String {
        format!("{{{}}}", T::type_name())
    }
}

impl Member for u64 {
    /// An integer. Some services write a time or an index with a fraction.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Number {
            Whole(u64),
            Other(f64),
        }
        Ok(match Option::deserialize(deserializer)? {
            None => 0,
            Some(Number::Whole(number)) => number,
            Some(Number::Other(number)) => number as u64, // Saturates.
        })
    }

    #[cfg(test)]
    fn type_name() -> String {
        "integer".to_owned()
    }
}

impl Member for f32 {
    fn read_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        vector::read(deserializer)
    }

    #[cfg(test)]
    fn type_name() -> String {
        "number".to_owned()
    }
}

/// Types that serde reads without special rules.
macro_rules! plain {
    ($($type:ty = $name:literal;)+) => {$(
        impl Member for $type {
            #[cfg(test)]
            fn type_name() -> String {
                $name.to_owned()
            }
        }
    )+};
}
plain! {
    String = "string";
    u8 = "integer";
    f64 = "number";
    Value = "any";
}
