//! Writes what follows from the table, from the kinds of errors and from the source of the Python
//! binding: setters, types and documentation of all languages.
//!
//! A test compares each file with what is made of them. `make options` writes the files.
//! Committed text needs no build script, and a reader sees it where it is used.

mod c;
mod docs;
mod node;
mod pages;
mod python;
mod python_answers;
mod python_create;
mod python_errors;
mod python_methods;
mod python_raw;
mod python_readers;
mod python_stubs;
mod python_texts;
mod python_types;
mod rust;
mod shapes;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::option_table::tests::{root, text_of};
use crate::option_table::{ALL, Language, Row, Scope, ValueType};

/// At the head of each file, in the comment of its language.
const GENERATED: &str = "Made from core/src/option_table/rows.rs by `make options`; edit there.";

/// A space where a line is never broken, such as between a number and its unit.
const UNBROKEN: char = '\u{a0}';

/// What the table says of one file.
struct Target {
    path: &'static str,
    text: String,
}

/// The rows that a language has in a scope.
fn rows(language: Language, scope: Scope) -> impl Iterator<Item = &'static Row> {
    ALL.into_iter()
        .filter(move |row| row.spelled(language, scope).is_some())
}

/// Whether another row has the same name in this language: the code for both is then
/// written by hand.
fn is_shared(row: &Row, language: Language, scope: Scope) -> bool {
    let name = row.spelled(language, scope);
    let same = |other: &&Row| name.is_some() && other.spelled(language, scope) == name;
    let is_part = name.as_ref().is_some_and(|name| name.contains('['));
    !is_part && ALL.into_iter().filter(same).count() > 1
}

/// Replaces the text between two lines of a file. The two lines stay.
fn with_region(path: &str, file: &str, start: &str, end: &str, text: &str) -> String {
    let at = |line: &str| {
        let found = file.match_indices(line).collect::<Vec<_>>();
        let [(at, _)] = found[..] else {
            panic!("{path} must contain once: {line}");
        };
        at
    };
    let (head, tail) = (at(start) + start.len(), at(end));
    format!("{}{text}{}", &file[..head], &file[tail..])
}

/// The text in lines of at most `width` columns. The first begins with `first`, the others with
/// `rest`.
fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut lines = vec![first.to_owned()];
    let mut is_empty = true;
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a line");
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{rest}{word}"));
            continue;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.join("\n").replace(UNBROKEN, " ") + "\n"
}

/// A Rust file in rustfmt's layout.
fn formatted(text: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is installed");
    let mut input = rustfmt.stdin.take().expect("it has an input");
    input.write_all(text.as_bytes()).expect("rustfmt reads it");
    drop(input);
    let output = rustfmt.wait_with_output().expect("rustfmt ends");
    assert!(output.status.success(), "rustfmt refuses:\n{text}");
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

/// The text without layout, so that comparing does not need rustfmt.
fn without_layout(text: &str) -> String {
    let is_layout = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}');
    text.chars().filter(|c| !is_layout(*c)).collect()
}

fn targets() -> Vec<Target> {
    let mut all = rust::targets();
    all.extend(python::targets());
    all.extend(shapes::targets());
    all.extend(python_answers::targets());
    all.extend(python_create::targets());
    all.extend(python_errors::targets());
    all.extend(python_methods::targets());
    all.extend(python_raw::targets());
    all.extend(python_readers::targets());
    all.extend(python_stubs::targets());
    all.extend(node::targets());
    all.extend(c::targets());
    all.extend(pages::targets());
    all
}

#[test]
fn what_follows_from_the_table_is_up_to_date() {
    let write = env::var_os("NEURA_WRITE_OPTIONS").is_some();
    let mut old = Vec::new();
    for Target { path, text } in targets() {
        let file: PathBuf = root().join(path);
        let is_rust = path.ends_with(".rs");
        if write {
            let text = if is_rust { formatted(&text) } else { text };
            if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
                fs::write(&file, text).unwrap();
            }
            continue;
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        let is_same = match is_rust {
            true => without_layout(&committed) == without_layout(&text),
            false => committed == text,
        };
        if !is_same {
            old.push(path);
        }
    }
    assert!(
        old.is_empty(),
        "{old:?} are not what core/src/sourcegen makes. Write them again: make options"
    );
}

#[test]
fn text_is_wrapped_between_words() {
    assert_eq!(wrapped("a bc def", "- ", "  ", 6), "- a bc\n  def\n");
    assert_eq!(wrapped("abcdefgh i", "- ", "  ", 6), "- abcdefgh\n  i\n");
}
