//! One automaton over all forms of all secrets.

use std::sync::Arc;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};
use arc_swap::ArcSwapOption;

use super::forms::{Form, forms};

/// Finds the secrets that it was made of, however many they are, in the same time.
///
/// What the automaton holds cannot be wiped when it is dropped: its memory is the crate's.
pub(super) struct Finder {
    forms: Vec<Form>,
    automaton: NFA,
    start: StateID,
    has_short: bool,
    depths: ArcSwapOption<Vec<Depth>>,
}

/// Of which form a state has read the beginning, and how many symbols of it.
#[derive(Clone, Copy)]
struct Depth {
    state: StateID,
    form: usize,
    symbols: usize,
}

impl Finder {
    /// `None` where there are too many for an automaton: gigabytes of them.
    pub fn new<'s>(secrets: impl Iterator<Item = &'s str>) -> Option<Self> {
        let forms: Vec<Form> = secrets.flat_map(forms).collect();
        let automaton = NFA::builder()
            .match_kind(MatchKind::Standard)
            // It is fast for one secret and of no use for many: the time would grow.
            .prefilter(false)
            .build(forms.iter().map(|form| form.symbols.as_slice()))
            .ok()?;
        let start = automaton.start_state(Anchored::No).ok()?;
        Some(Finder {
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

    /// The state behind one more symbol.
    #[inline]
    pub fn next(&self, state: StateID, symbol: u8) -> StateID {
        self.automaton.next_state(Anchored::No, state, symbol)
    }

    /// The longest form that ends in this state, by its number.
    #[inline]
    pub fn found(&self, state: StateID) -> Option<(usize, &Form)> {
        self.automaton.is_match(state).then(|| {
            // Those that it ends with follow.
            let longest = self.automaton.match_pattern(state, 0).as_usize();
            (longest, &self.forms[longest])
        })
    }

    /// The symbols that a state has read of a form which is not whole, and whether it is one
    /// in base64; `None` in the state that has read none.
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

    /// The most symbols of a form.
    pub fn longest(&self) -> usize {
        self.automaton.max_pattern_len()
    }

    /// Made when a stream is cleaned for the first time.
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
