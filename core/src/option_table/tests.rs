use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    core.parent().unwrap().to_owned()
}

/// A file of the repository.
pub(crate) fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text between two others.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}

/// The names before a colon, one in each line.
fn members(block: &str) -> BTreeSet<String> {
    let name = |line: &str| Some(line.trim().split_once(':')?.0.to_owned());
    block.lines().filter_map(name).collect()
}

/// The names of all options in a language and scope.
fn names(language: Language, scope: Scope) -> BTreeSet<String> {
    let spelled = |row: &&Row| row.spelled(language, scope);
    ALL.iter().filter_map(spelled).collect()
}

#[test]
fn a_name_follows_from_the_rule_of_its_language() {
    let spelled = |row: &Row| Language::ALL.map(|it| row.spelled(it, Scope::Client).unwrap());
    for (row, names) in [
        (
            &API_KEY,
            ["api_key", "api_key", "apiKey", "neura_options_set_api_key"],
        ),
        (
            &BASE_URL,
            [
                "base_url",
                "base_url",
                "baseURL",
                "neura_options_set_base_url",
            ],
        ),
        (
            &MAX_BODY_BYTES,
            [
                "max_body_bytes",
                "max_body_bytes",
                "maxBodyBytes",
                "neura_options_set_max_body_bytes",
            ],
        ),
        (
            &TIMEOUT,
            [
                "timeout",
                "timeout",
                "timeout",
                "neura_options_set_timeout_ms",
            ],
        ),
    ] {
        assert_eq!(spelled(row), names);
    }
    assert_eq!(
        TIMEOUT.spelled(Language::C, Scope::Request).as_deref(),
        Some("neura_request_options_set_timeout_ms")
    );
    assert_eq!(HEAD_TIMEOUT.spelled(Language::C, Scope::Client), None);
    let command = |row: &Row| row.spelled(Language::Command, Scope::Client);
    assert_eq!(command(&BASE_URL).as_deref(), Some("--base-url"));
    assert_eq!(command(&API_KEY), None);
    assert_eq!(TIMEOUT.spelled(Language::Command, Scope::Request), None);
    assert_eq!(API_KEY.place_in(Language::Command), "the input");
    let places = Language::ALL.map(|language| PROXY.place_in(language));
    assert_eq!(places[2..], ["the proxy option", "neura_options_set_proxy"]);
}

#[test]
fn no_option_stands_in_the_table_twice() {
    let names: BTreeSet<&str> = ALL.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ALL.len());
}

#[test]
fn a_named_call_of_python_takes_the_options_that_are_no_plain_values() {
    let file = text_of("bindings-python/python/neura_ai/_arguments.py");
    let (_, class) = file.split_once("class CallArguments").expect("it is there");
    let mut found = members(class);
    found.retain(|name| !name.starts_with('('));
    let is_pairs = |row: &&&Row| row.takes == ValueType::Pairs && BESIDE_A_BODY.contains(*row);
    let spelled = |row: &&Row| row.spelled(Language::Python, Scope::Request);
    let wanted: BTreeSet<String> = ALL.iter().filter(is_pairs).filter_map(spelled).collect();
    assert_eq!(found, wanted);
}

#[test]
fn node_takes_the_options_of_a_request_that_are_no_plain_values() {
    let file = text_of("bindings-node/lib/options.js");
    let mut found = members(&between(&file, "const CALL = {", "}").replace(", ", "\n"));
    for start in ["...CALL, json", "...CALL, extraHeaders"] {
        let more = format!("{}{}", &start[9..], between(&file, start, " }"));
        found.extend(members(&more.replace(", ", "\n")));
    }
    let apart = ["body", "json"].map(str::to_owned);
    found.retain(|name| !apart.contains(name));
    let is_apart = |row: &&&Row| {
        matches!(
            row.takes,
            ValueType::Pairs | ValueType::Token | ValueType::Members
        )
    };
    let spelled = |row: &&Row| row.spelled(Language::Node, Scope::Request);
    let wanted: BTreeSet<String> = ALL.iter().filter(is_apart).filter_map(spelled).collect();
    assert_eq!(found, wanted);
}

#[test]
fn c_has_the_setters_of_the_table() {
    let header = text_of("include/neura.h");
    for (scope, start) in [
        (Scope::Client, "neura_options_"),
        (Scope::Request, "neura_request_options_"),
    ] {
        let found: BTreeSet<String> = header
            .lines()
            .filter(|line| !line.trim_start().starts_with('*'))
            .filter_map(|line| line.split([' ', '*']).find(|word| word.starts_with(start)))
            .map(|word| word.split('(').next().unwrap_or_default().to_owned())
            .filter(|name| name.contains("_set_") || name.contains("_add_"))
            .collect();
        assert_eq!(found, names(Language::C, scope));
    }
}

#[test]
fn cpp_has_the_setters_of_the_table() {
    for (scope, file) in [
        (Scope::Client, "include/neura/options.hpp"),
        (Scope::Request, "include/neura/request_options.hpp"),
    ] {
        let wrapper = text_of(file);
        for name in names(Language::C, scope) {
            assert!(wrapper.contains(&format!("{name}(")) || wrapper.contains(&format!("{name},")));
        }
    }
}

/// Whether a page names an option as code.
fn names_as_code(page: &str, name: &str) -> bool {
    let code = page
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.into_iter()
        .any(|code| code.split(|c| !is_part(c)).any(|word| word == name))
}

#[test]
fn each_page_of_options_has_those_of_the_table() {
    for (page, language, scopes) in [
        (
            "docs/design.md",
            Language::Python,
            &[Scope::Client, Scope::Request][..],
        ),
        (
            "bindings-python/README.md",
            Language::Python,
            &[Scope::Client, Scope::Request],
        ),
        (
            "bindings-node/README.md",
            Language::Node,
            &[Scope::Client, Scope::Request],
        ),
    ] {
        let text = text_of(page);
        for scope in scopes {
            for name in names(language, *scope) {
                let name = name.split('[').next().unwrap_or_default();
                assert!(names_as_code(&text, name), "{page} lacks {name}");
            }
        }
    }
}

#[test]
fn rust_has_the_setters_of_the_table() {
    let own = ["options", "network"].map(|name| text_of(&format!("core/src/config/{name}.rs")));
    let setters = own.concat();
    for name in names(Language::Rust, Scope::Client) {
        assert!(setters.contains(&format!("pub fn set_{name}(")), "{name}");
    }
    let request = text_of("core/src/client/request.rs");
    for name in names(Language::Rust, Scope::Request) {
        let has = |verb| request.contains(&format!("pub fn {verb}_{name}("));
        assert!(has("set") || has("add"), "{name}");
    }
    for setter in setters.split("pub fn set_").skip(1) {
        let name = setter.split(['(', '<']).next().unwrap_or_default();
        let known = names(Language::Rust, Scope::Client);
        assert!(
            known.contains(name) || name == "api_key_callback_for",
            "{name}"
        );
    }
}

/// The string literals of a source file outside its tests, with the text before each.
fn literals(source: &str) -> Vec<(String, String)> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").replace("'\"'", "' '");
    let (mut found, mut before, mut rest) = (Vec::new(), String::new(), code.as_str());
    while let Some((outside, inside)) = rest.split_once('"') {
        before.push_str(outside);
        let mut escaped = false;
        let end = inside.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (literal, after) = inside.split_at(end.expect("a literal ends"));
        let tail: String = before.chars().rev().take(20).collect();
        found.push((tail.chars().rev().collect(), literal.to_owned()));
        rest = &after[1..];
    }
    found
}

/// Files with names of members of reports and of the credentials file, which are the same
/// everywhere.
const MEMBERS: [&str; 5] = [
    "config/reload.rs",
    "config/credentials.rs",
    "config/key_source.rs",
    "diagnose/mod.rs",
    "keys/ring.rs",
];

/// Whether a text contains a form as a whole word.
fn names_word(text: &str, form: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(form)
        .any(|(at, _)| !goes_on(&text[at + form.len()..]))
}

/// The spelling of an option that a literal outside the table contains, if any.
fn names_an_option(file: &str, before: &str, literal: &str) -> Option<&'static str> {
    let debug = before.trim_end().ends_with(".field(") || before.trim_end().ends_with(".name(");
    let check =
        file.starts_with("diagnose") && before.contains("Check::") || before.contains("failed(");
    let quiet = debug || check || MEMBERS.contains(&file);
    let words: Vec<&str> = literal
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    let plain = |name: &str| {
        // These are also words of prose.
        let as_option = [
            format!("({name})"),
            format!("the {name} option"),
            format!("aise {name}"),
            format!("give {name}"),
            format!("or {name}"),
        ];
        as_option.iter().any(|form| names_word(literal, form))
    };
    let is_single = words.len() == 1;
    ALL.iter()
        .map(|row| row.name)
        .find(|name| match name.contains('_') {
            true => {
                words.contains(name)
                    && !(quiet && is_single)
                    && !(quiet && file.ends_with("credentials.rs"))
            }
            false => plain(name),
        })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

#[test]
fn no_message_names_an_option_but_by_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in files {
        let file = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        if file.starts_with("option_table/")
            || file == "bindings/options_by_name/setters.rs"
            || file.starts_with("sourcegen/")
            || file == "client/parameters/known.rs"
            || file.starts_with("fuzzing")
            || file.ends_with("tests.rs")
        {
            continue;
        }
        for (before, literal) in literals(&fs::read_to_string(&path).unwrap()) {
            seen += 1;
            let calls = literal.contains("neura_") || literal.contains("from_parts");
            if calls || names_an_option(&file, &before, &literal).is_some() {
                wrong.push(format!("{file}: {literal:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "use the rows of the table: {wrong:#?}");
    assert!(seen > 1000, "only {seen} literals were found");
}

#[test]
fn the_search_for_names_finds_them() {
    let found = |literal| names_an_option("response.rs", "format!(", literal);
    assert_eq!(
        found("Raise max_body_bytes if it may be"),
        Some("max_body_bytes")
    );
    assert_eq!(found("api_key"), Some("api_key"));
    assert_eq!(found("longer than {} (timeout), and"), Some("timeout"));
    assert_eq!(found("the proxy option"), Some("proxy"));
    assert_eq!(found("Is it an HTTP proxy?"), None);
}
