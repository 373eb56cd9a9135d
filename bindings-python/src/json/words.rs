//! Short texts that come again and again, as one Python string each: the keys of
//! replies, which make up most of their strings.

use std::sync::Mutex;

use neura::bindings::Buffer;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::memory;

/// Longer texts are seldom the same ones.
const LONGEST: usize = 40;
/// A power of two. A text that falls on another's place takes it.
const PLACES: usize = 1024;

type Word = (Box<str>, Py<PyString>);

/// The words of earlier replies, while no reader has them.
static KEPT: Mutex<Option<Words>> = Mutex::new(None);

/// The words that one reader knows. Only one has those of earlier replies; another
/// that reads at the same time begins anew instead of waiting.
pub struct Words(Option<Box<[Option<Word>]>>);

impl Words {
    pub fn take() -> Self {
        let kept = KEPT.try_lock().ok().and_then(|mut kept| kept.take());
        kept.unwrap_or(Self(None))
    }

    /// For the next reader.
    pub fn give_back(self) {
        if let Ok(mut kept) = KEPT.try_lock() {
            *kept = Some(self);
        }
    }

    /// The text as a Python string.
    pub fn string<'py>(&mut self, py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
        if text.len() > LONGEST {
            return memory::string(py, text, Buffer::Body);
        }
        let places = self
            .0
            .get_or_insert_with(|| (0..PLACES).map(|_| None).collect());
        let place = &mut places[place(text.as_bytes())];
        if let Some((known, string)) = place
            && **known == *text
        {
            return Ok(string.bind(py).clone());
        }
        let string = memory::string(py, text, Buffer::Body)?;
        *place = Some((text.into(), string.clone().unbind()));
        Ok(string)
    }
}

/// Where a text belongs: a quick hash, for two texts on one place cost but little.
fn place(text: &[u8]) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut words = text.chunks_exact(8);
    let mut hash = text.len() as u64;
    let mut mix = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    for word in &mut words {
        mix(word.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)));
    }
    let rest = words.remainder().iter();
    mix(rest.fold(0, |all, &byte| all << 8 | u64::from(byte)));
    (hash >> 54) as usize % PLACES
}
