//! Pages: the tables of options.

use super::docs::{Reader, of_client};
use super::{GENERATED, Language, Row, Scope, Target, UNBROKEN, text_of, with_region};
use crate::option_table::{ALL, BASE_URL, ENV_FILE, PROFILE};

/// The line after each table.
const END: &str = "<!-- End of what is made. -->\n";

pub fn targets() -> Vec<Target> {
    // Other sections of these two pages are about key and base URL.
    let is_source = |row: &Row| {
        row.name.starts_with("api_key") || [&PROFILE, &ENV_FILE, &BASE_URL].contains(&row)
    };
    let is_of_client = |row: &Row| name_in(row, Language::Python, Scope::Client).is_some();
    vec![
        table("README.md", Reader::Page, |row| {
            is_of_client(row) && !is_source(row)
        }),
        table("docs/design.md", Reader::Page, |row| !is_source(row)),
        table(
            "bindings-python/README.md",
            Reader::Of(Language::Python),
            |_| true,
        ),
        table(
            "bindings-node/README.md",
            Reader::Of(Language::Node),
            |_| true,
        ),
    ]
}

/// The name, unless it is a part of another option's value.
fn name_in(row: &Row, language: Language, scope: Scope) -> Option<String> {
    let name = row.spelled(language, scope)?;
    Some(name).filter(|name| !name.contains('['))
}

fn table(path: &'static str, reader: Reader, is_wanted: impl Fn(&Row) -> bool) -> Target {
    let language = reader.language();
    let mut text = "| option | of | default | what it limits or sets |\n".to_owned();
    text += "| --- | --- | --- | --- |\n";
    let mut last = String::new();
    for row in ALL.into_iter().filter(|row| is_wanted(row)) {
        let in_client = name_in(row, language, Scope::Client);
        let in_request = name_in(row, language, Scope::Request);
        let of = match (&in_client, &in_request) {
            (Some(_), None) => "client",
            (None, Some(_)) => "request",
            (Some(_), Some(_)) => "both",
            (None, None) => continue,
        };
        let name = in_client.or(in_request).unwrap_or_default();
        // The first of several options with one name says it all.
        if name == last {
            continue;
        }
        let doc = of_client(row, reader);
        let default = doc.default.as_deref().unwrap_or("none");
        let (default, summary) = (default.trim_end_matches('.'), doc.summary());
        text += &format!("| `{name}` | {of} | {default} | {summary} |\n");
        last = name;
    }
    let start = format!("<!-- {GENERATED} -->\n");
    let text = text.replace(UNBROKEN, " ");
    Target {
        path,
        text: with_region(path, &text_of(path), &start, END, &text),
    }
}
