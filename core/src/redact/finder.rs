//! Finds the forms of all secrets.

use super::automaton::{Automaton, START, State};
use super::forms::{Form, forms};

/// Finds the secrets that it was made of, however many they are, in the same time.
pub(super) struct Finder {
    forms: Vec<Form>,
    automaton: Automaton,
}

impl Finder {
    /// `None` where there is no memory for the automaton.
    pub fn new<'s>(secrets: impl Iterator<Item = &'s str>) -> Option<Self> {
        let forms: Vec<Form> = secrets.flat_map(forms).collect();
        let patterns: Vec<&[u8]> = forms.iter().map(|form| form.symbols.as_slice()).collect();
        let automaton = Automaton::new(&patterns)?;
        Some(Finder { forms, automaton })
    }

    pub fn start(&self) -> State {
        START
    }

    /// The state behind one more symbol.
    #[inline]
    pub fn next(&self, state: State, symbol: u8) -> State {
        self.automaton.next(state, symbol)
    }

    /// The longest form that ends in this state, by its number.
    #[inline]
    pub fn found(&self, state: State) -> Option<(usize, &Form)> {
        let longest = self.automaton.end(state)?;
        Some((longest, &self.forms[longest]))
    }

    /// The symbols that a state has read of a form which is not whole, and whether it is one
    /// in base64; `None` in the state that has read none.
    pub fn begun(&self, state: State) -> Option<(&[u8], bool)> {
        if state == START {
            return None;
        }
        let (form, symbols) = self.automaton.begun(state);
        let form = &self.forms[form];
        Some((&form.symbols[..symbols], form.base64))
    }

    /// The most symbols of a form.
    pub fn longest(&self) -> usize {
        let lengths = self.forms.iter().map(|form| form.symbols.len());
        lengths.max().unwrap_or_default()
    }
}
