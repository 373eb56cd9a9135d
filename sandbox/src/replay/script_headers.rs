//! The headers of a script: an object, or a list of pairs where one name comes twice.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

type Pairs = Vec<(String, String)>;

pub(super) fn headers<'de, D: Deserializer<'de>>(reader: D) -> Result<Pairs, D::Error> {
    reader.deserialize_any(Headers)
}

/// For a field that may be missing.
pub(super) fn given_headers<'de, D>(reader: D) -> Result<Option<Pairs>, D::Error>
where
    D: Deserializer<'de>,
{
    headers(reader).map(Some)
}

struct Headers;

impl<'de> Visitor<'de> for Headers {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of pairs")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Pairs::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pairs, A::Error> {
        let mut pairs = Pairs::new();
        while let Some(pair) = list.next_element()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
