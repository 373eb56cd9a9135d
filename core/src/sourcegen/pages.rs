//! Pages: the tables of options.

use super::docs::{Reader, of_client};
use super::{Language, Row, Scope, Takes, Target, UNBROKEN, rows, text_of, with_region};
use crate::option_table::{BASE_URL, ENV_FILE, PROFILE};

/// The line after each table; the page says before it which options it has.
const END: &str = "<!-- End of what is made. -->\n";

pub fn targets() -> Vec<Target> {
    let is_limit = |row: &Row| matches!(row.takes, Takes::Time | Takes::Count | Takes::Bytes);
    // Where key and URL come from is said elsewhere on these pages.
    let is_no_source = |row: &Row| ![&PROFILE, &ENV_FILE, &BASE_URL].contains(&row);
    let is_no_key = |row: &Row| !row.name.starts_with("api_key");
    vec![
        table("docs/design.md", Reader::Page, "bounds", is_limit),
        table(
            "README.md",
            Reader::Page,
            "what it limits or sets (Node: in camelCase)",
            |row| is_no_source(row) && is_no_key(row),
        ),
        table(
            "bindings-node/README.md",
            Reader::Of(Language::Node),
            "what it limits or sets",
            |_| true,
        ),
    ]
}

fn table(
    path: &'static str,
    reader: Reader,
    meaning: &str,
    is_wanted: impl Fn(&Row) -> bool,
) -> Target {
    let language = reader.language();
    let mut text = format!("| option | default | {meaning} |\n| --- | --- | --- |\n");
    let mut last = String::new();
    for row in rows(language, Scope::Client).filter(|row| is_wanted(row)) {
        let name = row.named(language, Scope::Client);
        // The second and third of one name, and parts of another option's value.
        if name == last || name.contains('[') {
            continue;
        }
        let doc = of_client(row, reader);
        let default = doc.default.as_deref().unwrap_or("none");
        let summary = doc.summary();
        text += &format!(
            "| `{name}` | {} | {summary} |\n",
            default.trim_end_matches('.')
        );
        last = name;
    }
    let start = "<!-- Made from core/src/option_table/rows.rs by `make options`; edit there. -->\n";
    Target {
        path,
        text: with_region(
            path,
            &text_of(path),
            start,
            END,
            &text.replace(UNBROKEN, " "),
        ),
    }
}
