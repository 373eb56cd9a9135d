//! One automaton over all forms of all secrets.

use std::sync::Arc;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};
use arc_swap::ArcSwapOption;

use super::forms::{Form, forms, symbol};

/// Finds all secrets in one pass, in a time that does not grow with their number.
///
/// The automaton's memory cannot be overwritten when it is dropped: it belongs to the crate.
pub(super) struct Finder {
    forms: Vec<Form>,
    automaton: NFA,
    start: StateID,
    /// For each byte, whether it can begin a secret, in plain text or in base64.
    begins: [bool; 256],
    has_short: bool,
    depths: ArcSwapOption<Vec<Depth>>,
}

/// What a state of the automaton has read: the beginning of a form, and how many symbols of it.
#[derive(Clone, Copy)]
struct Depth {
    state: StateID,
    form: usize,
    symbols: usize,
}

impl Finder {
    /// `None` if the secrets are too large for an automaton: gigabytes.
    pub fn new<'s>(secrets: impl Iterator<Item = &'s str>) -> Option<Self> {
        let forms: Vec<Form> = secrets.flat_map(forms).collect();
        let automaton = NFA::builder()
            .match_kind(MatchKind::Standard)
            // Prefilters are fast for one secret, but their time grows with the number.
            .prefilter(false)
            .build(forms.iter().map(|form| form.symbols.as_slice()))
            .ok()?;
        let start = automaton.start_state(Anchored::No).ok()?;
        let leaves_start = |symbol| automaton.next_state(Anchored::No, start, symbol) != start;
        let begins = std::array::from_fn(|byte| {
            // There are 256.
            let byte = byte as u8;
            leaves_start(byte) || leaves_start(symbol(byte))
        });
        Some(Finder {
            begins,
            has_short: forms.iter().any(|form| form.short),
            forms,
            automaton,
            start,
            depths: ArcSwapOption::empty(),
        })
    }

    pub fn start(&self) -> StateID {
        self.start
    }

    /// How many of these bytes come before the first that can begin a secret or an escape.
    pub fn harmless(&self, bytes: &[u8]) -> usize {
        let stops = |byte: &u8| self.begins[usize::from(*byte)] || matches!(byte, b'%' | b'\\');
        bytes.iter().position(stops).unwrap_or(bytes.len())
    }

    /// The state after one more symbol.
    #[inline]
    pub fn next(&self, state: StateID, symbol: u8) -> StateID {
        self.automaton.next_state(Anchored::No, state, symbol)
    }

    /// The number of the longest form that ends in this state.
    #[inline]
    pub fn found(&self, state: StateID) -> Option<(usize, &Form)> {
        self.automaton.is_match(state).then(|| {
            // Shorter forms at its end follow.
            let longest = self.automaton.match_pattern(state, 0).as_usize();
            (longest, &self.forms[longest])
        })
    }

    /// The number of symbols that a state has read of an incomplete form, and whether the form is
    /// base64. `None` in the initial state.
    pub fn begun(&self, state: StateID) -> Option<(&[u8], bool)> {
        if state == self.start {
            return None;
        }
        let depths = self.depths();
        let at = depths.binary_search_by_key(&state, |depth| depth.state);
        let depth = depths[at.ok()?];
        let form = &self.forms[depth.form];
        Some((&form.symbols[..depth.symbols], form.base64))
    }

    /// Whether one of the secrets is too short to be replaced.
    pub fn has_short(&self) -> bool {
        self.has_short
    }

    /// The largest number of symbols of a form.
    pub fn longest(&self) -> usize {
        self.automaton.max_pattern_len()
    }

    /// Made at the first cleaning of a stream.
    fn depths(&self) -> Arc<Vec<Depth>> {
        if let Some(made) = self.depths.load_full() {
            return made;
        }
        let mut depths = Vec::new();
        for (form, symbols) in self.forms.iter().map(|form| &form.symbols).enumerate() {
            let mut state = self.start;
            for (before, symbol) in symbols.iter().enumerate() {
                state = self.next(state, *symbol);
                let symbols = before + 1;
                depths.push(Depth {
                    state,
                    form,
                    symbols,
                });
            }
        }
        depths.sort_unstable_by_key(|depth| depth.state);
        depths.dedup_by_key(|depth| depth.state);
        let depths = Arc::new(depths);
        self.depths.store(Some(Arc::clone(&depths)));
        depths
    }
}
