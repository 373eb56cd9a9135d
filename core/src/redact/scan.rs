//! Reads a text once, in every way in which a secret may be written in it.

use aho_corasick::automaton::StateID;

use super::cost;
use super::finder::Finder;
use super::forms::{BASE64, Character, Form};
use super::text::{Escape, LONGEST_ESCAPE, Window};

/// The number of last positions that are kept: an escape may begin at one of them.
const KEPT: usize = 16;

/// The number of readings at a time. An escape can be read in two ways: as the character that it
/// means, or as its own characters. The two readings become one when neither is inside a secret.
const READINGS: usize = 8;

/// A secret that ends at a position.
pub(super) struct Found<'f> {
    pub form: &'f Form,
    /// The number of the form.
    pub index: usize,
    pub end: usize,
}

/// The state of reading a text. Every byte is read once.
pub(super) struct Scan {
    /// The states after the last bytes, by position.
    places: [Place; KEPT],
    /// The number of bytes read.
    at: usize,
    /// The distance in bytes to the last percent sign and the last backslash, which counts itself.
    percent: usize,
    backslash: usize,
    /// Whether there were only blanks since a line break.
    line_begins: bool,
}

/// The states at one position.
#[derive(Clone, Copy)]
struct Place {
    plain: Readings,
    base64: Readings,
}

impl Place {
    /// Whether the first reading of each kind is inside no secret.
    fn is_start(&self, finder: &Finder) -> bool {
        self.plain.states[0] == finder.start() && self.base64.states[0] == finder.start()
    }
}

/// Different states. There is at least one: that of the plain reading.
#[derive(Clone, Copy)]
struct Readings {
    states: [StateID; READINGS],
    used: usize,
}

impl Readings {
    fn none(start: StateID) -> Self {
        Readings {
            states: [start; READINGS],
            used: 0,
        }
    }

    fn all(&self) -> &[StateID] {
        &self.states[..self.used]
    }

    /// Adds a state, unless it is there already. Beyond the limit it is dropped.
    fn add(&mut self, state: StateID) {
        if self.used < READINGS && !self.all().contains(&state) {
            self.states[self.used] = state;
            self.used += 1;
        }
    }
}

impl Scan {
    /// Begins at a position.
    pub fn new(finder: &Finder, at: usize) -> Self {
        let mut start = Readings::none(finder.start());
        start.add(finder.start());
        let place = Place {
            plain: start,
            base64: start,
        };
        Scan {
            places: [place; KEPT],
            at,
            percent: LONGEST_ESCAPE + 1,
            backslash: LONGEST_ESCAPE + 1,
            line_begins: false,
        }
    }

    /// Reads to the end of the window and reports the secrets that end on the way.
    pub fn read(&mut self, finder: &Finder, text: Window<'_>, mut found: impl FnMut(Found<'_>)) {
        while self.at < text.end() {
            let from = self.at % KEPT;
            let is_single = self.percent > LONGEST_ESCAPE
                && self.backslash > LONGEST_ESCAPE
                && self.places[from].plain.used == 1
                && self.places[from].base64.used == 1;
            if is_single && self.places[from].is_start(finder) {
                self.skip(finder, finder.harmless(text.rest(self.at)));
                if self.at == text.end() {
                    return;
                }
            }
            let (from, to) = (self.at % KEPT, (self.at + 1) % KEPT);
            let byte = text.byte(self.at);
            self.at += 1;
            if is_single && !matches!(byte, b'%' | b'\\') {
                self.read_simple(finder, byte, (from, to), &mut found);
            } else {
                self.read_with_escapes(finder, text, byte, &mut found);
            }
        }
    }

    /// Passes bytes that leave both readings in the initial state.
    fn skip(&mut self, finder: &Finder, bytes: usize) {
        if bytes == 0 {
            return;
        }
        for at in self.at + bytes.saturating_sub(KEPT)..self.at + bytes {
            let place = &mut self.places[(at + 1) % KEPT];
            (place.plain.states[0], place.plain.used) = (finder.start(), 1);
            (place.base64.states[0], place.base64.used) = (finder.start(), 1);
        }
        self.at += bytes;
        self.line_begins = false;
        cost::count(bytes);
    }

    /// The fast path for a single reading, which is almost all of almost every text.
    #[inline]
    fn read_simple(
        &mut self,
        finder: &Finder,
        byte: u8,
        (from, to): (usize, usize),
        found: &mut impl FnMut(Found<'_>),
    ) {
        let (plain, base64) = (self.places[from].plain, self.places[from].base64);
        let (plain, base64) = (plain.states[0], base64.states[0]);
        let mut step = |state, symbol| {
            let next = finder.next(state, symbol);
            if let Some((index, form)) = finder.found(next) {
                let end = self.at;
                found(Found { form, index, end });
            }
            next
        };
        let plain = step(plain, byte);
        let base64 = match BASE64[usize::from(byte)] {
            Character::Symbol(symbol) => {
                self.line_begins = false;
                step(base64, symbol)
            }
            Character::LineBreak => {
                self.line_begins = true;
                base64
            }
            Character::Blank if self.line_begins => base64,
            Character::Blank | Character::Other => {
                self.line_begins = false;
                finder.start()
            }
        };
        let place = &mut self.places[to];
        (place.plain.states[0], place.plain.used) = (plain, 1);
        (place.base64.states[0], place.base64.used) = (base64, 1);
        cost::count(2);
    }

    fn read_with_escapes(
        &mut self,
        finder: &Finder,
        text: Window<'_>,
        byte: u8,
        found: &mut impl FnMut(Found<'_>),
    ) {
        self.percent = if byte == b'%' { 1 } else { self.percent + 1 };
        self.backslash = if byte == b'\\' { 1 } else { self.backslash + 1 };
        let mut next = Next {
            finder,
            found,
            end: self.at,
            place: Place {
                plain: Readings::none(finder.start()),
                base64: Readings::none(finder.start()),
            },
        };
        let escapes = [
            text.percent_escape(self.at, 3),
            (4..=LONGEST_ESCAPE)
                .contains(&self.percent)
                .then(|| text.percent_escape(self.at, self.percent))
                .flatten(),
            text.backslash_escape(self.at, self.backslash),
        ];
        let mut line_begins = false;
        for escape in escapes.into_iter().flatten() {
            next.read_escape(&self.places[(self.at - escape.length) % KEPT], &escape);
            line_begins |= escape.is_line_break();
        }
        let from = &self.places[(self.at - 1) % KEPT];
        line_begins |= next.read_byte(from, byte, self.line_begins);
        self.places[self.at % KEPT] = next.place;
        self.line_begins = line_begins;
    }

    /// The earliest position from which on the text may be the beginning of a secret, at least
    /// `floor`.
    pub fn begun(&self, finder: &Finder, text: Window<'_>, floor: usize) -> usize {
        let mut from = self.at.min(self.begun_at(finder, text, floor, self.at));
        for back in [self.percent, self.backslash] {
            let Some(escape) = self.at.checked_sub(back).filter(|_| back <= LONGEST_ESCAPE) else {
                continue;
            };
            if escape >= floor && text.may_go_on(escape) {
                from = from.min(escape);
                from = from.min(self.begun_at(finder, text, floor, escape));
            }
        }
        from.max(floor)
    }

    /// The same for readings that end at one of the kept positions.
    fn begun_at(&self, finder: &Finder, text: Window<'_>, floor: usize, end: usize) -> usize {
        let place = &self.places[end % KEPT];
        let states = place.plain.all().iter().chain(place.base64.all());
        let starts = states.filter_map(|state| {
            let (symbols, base64) = finder.begun(*state)?;
            Some(text.start_of(symbols, base64, end, floor))
        });
        starts.min().unwrap_or(end)
    }
}

/// Collects the states at the next position.
struct Next<'a, F> {
    finder: &'a Finder,
    found: &'a mut F,
    end: usize,
    place: Place,
}

impl<F: FnMut(Found<'_>)> Next<'_, F> {
    fn step(&mut self, state: StateID, symbols: &[u8]) -> StateID {
        cost::count(symbols.len());
        let next = symbols
            .iter()
            .fold(state, |state, symbol| self.finder.next(state, *symbol));
        if let Some((index, form)) = self.finder.found(next) {
            let end = self.end;
            (self.found)(Found { form, index, end });
        }
        next
    }

    /// Reads the character that an escape means, after the text before it.
    fn read_escape(&mut self, from: &Place, escape: &Escape) {
        for state in from.plain.all() {
            let next = self.step(*state, escape.bytes());
            self.place.plain.add(next);
        }
        let [byte] = escape.bytes() else {
            return;
        };
        for state in from.base64.all() {
            match BASE64[usize::from(*byte)] {
                Character::Symbol(symbol) => {
                    let next = self.step(*state, &[symbol]);
                    self.place.base64.add(next);
                }
                Character::LineBreak => self.place.base64.add(*state),
                Character::Blank | Character::Other => {}
            }
        }
    }

    /// Reads one plain byte. Returns whether a line begins after it.
    fn read_byte(&mut self, from: &Place, byte: u8, line_begins: bool) -> bool {
        for state in from.plain.all() {
            if byte == b'\\' {
                self.place.plain.add(*state);
            }
            let next = self.step(*state, &[byte]);
            self.place.plain.add(next);
        }
        let character = BASE64[usize::from(byte)];
        for state in from.base64.all() {
            match character {
                Character::Symbol(symbol) => {
                    let next = self.step(*state, &[symbol]);
                    self.place.base64.add(next);
                }
                Character::LineBreak => self.place.base64.add(*state),
                Character::Blank if line_begins => self.place.base64.add(*state),
                _ if byte == b'\\' => self.place.base64.add(*state),
                Character::Blank | Character::Other => {
                    self.place.base64.add(self.finder.start());
                }
            }
        }
        match character {
            Character::LineBreak => true,
            Character::Blank => line_begins,
            // The escape of a line break may follow.
            _ => line_begins && byte == b'\\',
        }
    }
}
