//! Node: the types of the options. `lib/options.js` reads the table from the addon.

use std::collections::BTreeSet;

use super::docs::{Doc, Reader, of_client, of_request};
use super::{GENERATED, Language, Row, Scope, Target, ValueType, rows, wrapped};

/// The columns of a line.
const WIDTH: usize = 100;

pub fn targets() -> Vec<Target> {
    // Names and values, and what belongs to a named call alone, are declared by hand.
    let of_any_request = |row: &&Row| !matches!(row.takes, ValueType::Pairs | ValueType::Members);
    let text = format!(
        "// {GENERATED}

import type {{ HeadersLike }} from '../index.js'
import type {{ Attempt }} from './attempt.js'

/**
 * The options of a client. One that is left out has its default; a limit of 0 or less is a
 * ConfigError.
 */
export interface ClientOptions {{
{}}}

/** The options of any call, which replace those of its client. */
export interface CallOptions {{
{}}}
",
        members(
            rows(Language::Node, Scope::Client),
            Scope::Client,
            of_client
        ),
        members(
            rows(Language::Node, Scope::Request).filter(of_any_request),
            Scope::Request,
            of_request
        ),
    );
    vec![Target {
        path: "bindings-node/lib/option-types.d.ts",
        text,
    }]
}

/// A member for each name; of several options with one name the first has the documentation.
fn members(
    rows: impl Iterator<Item = &'static Row>,
    scope: Scope,
    doc_of: fn(&Row, Reader) -> Doc,
) -> String {
    let mut known = BTreeSet::new();
    let mut text = String::new();
    for row in rows {
        let name = row.spelled(Language::Node, scope).expect("Node has it");
        if !known.insert(name.clone()) {
            continue;
        }
        text += &comment(&doc_of(row, Reader::Of(Language::Node)).text());
        text += &format!("  {name}?: {}\n", type_of(row, &name));
    }
    text
}

fn comment(text: &str) -> String {
    let line = format!("  /** {text} */\n");
    match line.chars().count() <= WIDTH {
        true => line,
        false => format!("  /**\n{}   */\n", wrapped(text, "   * ", "   * ", WIDTH)),
    }
}

fn type_of(row: &Row, name: &str) -> &'static str {
    match row.takes {
        _ if name == "baseURL" => "string | URL",
        _ if name == "apiKey" => "string | readonly string[] | (() => string | Promise<string>)",
        _ if name == "onAttempt" => "(attempt: Attempt) => void | PromiseLike<unknown>",
        ValueType::Text | ValueType::Path => "string",
        ValueType::ProxyUrl | ValueType::PathOrOff => "string | false",
        ValueType::Time => "number | null",
        ValueType::Count | ValueType::Bytes => "number",
        ValueType::Switch => "boolean",
        ValueType::Pairs => "HeadersLike",
        ValueType::Token => "AbortSignal | null",
        ValueType::Texts | ValueType::Callable | ValueType::Members => {
            panic!("{name} is of a kind that has no type here")
        }
    }
}
