//! Writes the cases as C data: see `tests/conformance/table.h`.

use std::fmt::Write;

use super::cases::{Call, Case, Pairs};

/// The longest string literal that C99 guarantees is 4,095 characters.
const LONGEST_LITERAL: usize = 4_000;

/// The source text of the table.
pub fn source(cases: &[Case]) -> String {
    let mut table = Table::default();
    let rows: String = cases.iter().map(|case| table.case(case)).collect();
    let Table { lists, .. } = table;
    format!(
        "#include \"table.h\"\n{lists}const struct conformance_case conformance_cases[] = {{\n\
         {rows}  {{NULL, NULL, NULL, NULL, NULL, NULL, NULL}},\n}};\n"
    )
}

/// The lists that the rows refer to by name.
#[derive(Default)]
struct Table {
    lists: String,
    count: usize,
}

impl Table {
    fn case(&mut self, case: &Case) -> String {
        let ended = "{NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
                     false, false, false}";
        let mut calls: Vec<String> = case.calls.iter().map(|call| self.call(call)).collect();
        calls.push(ended.to_owned());
        let row = [
            self.text(Some(case.file)),
            self.text(Some(&case.id)),
            self.pairs(&case.options),
            self.pairs(&case.headers),
            self.list("struct call", calls),
            self.text(case.same_as_key.as_deref()),
            self.texts(&case.absent_text),
        ];
        format!("  {{{}}},\n", row.join(", "))
    }

    fn call(&mut self, call: &Call) -> String {
        let flag = |on: bool| on.to_string();
        let row = [
            self.text(Some(&call.name)),
            self.text(call.method.as_deref()),
            self.text(call.path.as_deref()),
            self.text(call.body.as_deref()),
            self.pairs(&call.options),
            self.pairs(&call.headers),
            self.pairs(&call.values),
            self.text(Some(call.words_of)),
            self.text(call.begins.as_deref()),
            self.texts(&call.words),
            self.texts(&call.absent_words),
            self.events(call.events.as_deref().unwrap_or_default()),
            self.texts(call.texts.as_deref().unwrap_or_default()),
            flag(call.events.is_some()),
            flag(call.texts.is_some()),
            flag(call.has_json),
        ];
        format!("{{{}}}", row.join(", "))
    }

    fn pairs(&mut self, pairs: &Pairs) -> String {
        if pairs.is_empty() {
            return "NULL".to_owned();
        }
        let mut rows: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                let (name, value) = (self.text(Some(name)), self.text(value.as_deref()));
                format!("{{{name}, {value}}}")
            })
            .collect();
        rows.push("{NULL, NULL}".to_owned());
        self.list("struct pair", rows)
    }

    fn events(&mut self, events: &[[String; 3]]) -> String {
        let mut rows: Vec<String> = events
            .iter()
            .map(|[name, data, id]| {
                let (name, id) = (self.text(Some(name)), self.text(Some(id)));
                format!("{{{name}, {}, {}, {id}}}", literal(data), data.len())
            })
            .collect();
        rows.push("{NULL, NULL, 0, NULL}".to_owned());
        self.list("struct event", rows)
    }

    fn texts(&mut self, texts: &[String]) -> String {
        if texts.is_empty() {
            return "NULL".to_owned();
        }
        let mut rows: Vec<String> = texts.iter().map(|text| self.text(Some(text))).collect();
        rows.push("NULL".to_owned());
        self.list("char *const", rows)
    }

    /// A text ends at its NUL, so a text that contains one is refused.
    fn text(&mut self, text: Option<&str>) -> String {
        let Some(text) = text else {
            return "NULL".to_owned();
        };
        assert!(
            !text.contains('\0'),
            "{text:?} contains a NUL: `not_in` of the case must say so"
        );
        if text.len() < LONGEST_LITERAL {
            return literal(text);
        }
        let mut bytes: Vec<String> = text
            .bytes()
            .map(|it| format!("'{}'", escaped(it)))
            .collect();
        bytes.push("0".to_owned());
        self.list("char", bytes)
    }

    /// Defines an array, and returns its name.
    fn list(&mut self, kind: &str, rows: Vec<String>) -> String {
        let name = format!("list_{}", self.count);
        self.count += 1;
        let rows = rows.join(", ");
        writeln!(self.lists, "static const {kind} {name}[] = {{{rows}}};").unwrap();
        name
    }
}

fn literal(text: &str) -> String {
    let inner: String = text.bytes().map(escaped).collect();
    format!("\"{inner}\"")
}

/// Octal digits end after three; hexadecimal ones would take in the next character. A question mark
/// could begin a trigraph.
fn escaped(byte: u8) -> String {
    match byte {
        b'"' | b'\'' | b'\\' | b'?' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}
