//! The documentation of a row, in the words of each language.

use super::{Language, Row, Scope, UNBROKEN, ValueType, text_of, wrapped};
use crate::config::in_words;
use crate::error::ErrorKind;
use crate::option_table::{ALL, DefaultValue};

/// Who reads the documentation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Of(Language),
    /// A page of the project for all languages, which names options as Python does.
    Page,
}

use Reader::{Of, Page};

impl Reader {
    fn name(self) -> &'static str {
        match self {
            Of(language) => language.name(),
            Page => "page",
        }
    }

    /// The language that spells the options.
    pub fn language(self) -> Language {
        match self {
            Of(language) => language,
            Page => Language::Python,
        }
    }
}

/// What is said of an option.
pub struct Doc {
    /// Paragraphs without the default.
    pub body: Vec<String>,
    /// The default, without a full stop: "5 s". None where the option has none.
    pub default: Option<String>,
}

impl Doc {
    /// All of it; the default is last.
    pub fn paragraphs(&self) -> Vec<String> {
        let mut all = self.body.clone();
        let Some(default) = &self.default else {
            return all;
        };
        let default = format!("Default: {default}");
        match &mut all[..] {
            [only] => {
                only.push(' ');
                only.push_str(&default);
            }
            _ => all.push(default),
        }
        all
    }

    /// As one paragraph.
    pub fn text(&self) -> String {
        self.paragraphs().join(" ")
    }

    /// All of it as lines of a comment that each begin with `prefix`.
    pub fn comment(&self, prefix: &str, width: usize) -> String {
        let lines = self.paragraphs();
        let lines = lines.iter().map(|it| wrapped(it, prefix, prefix, width));
        lines
            .collect::<Vec<_>>()
            .join(&format!("{}\n", prefix.trim_end()))
    }

    /// The first sentence, without its full stop.
    pub fn summary(&self) -> String {
        let first = &self.body[0];
        let end = first.find(". ").unwrap_or(first.len());
        first[..end].trim_end_matches('.').to_owned()
    }
}

/// The documentation of an option of a client.
pub fn of_client(row: &Row, reader: Reader) -> Doc {
    let source = comment_of(row);
    let (body, default): (Vec<&str>, Vec<&str>) = source
        .iter()
        .map(String::as_str)
        .partition(|it| !it.starts_with("Default: "));
    let rendered = |text: &str| rendered(row, text, reader);
    let mut body: Vec<String> = body.into_iter().map(rendered).collect();
    body.retain(|paragraph| !paragraph.is_empty());
    if let Some(unit) = unit(row, reader) {
        body[0] = format!("{} {unit}", body[0]);
    }
    let default = match default.first() {
        Some(text) => Some(rendered(&text["Default: ".len()..])),
        None => preset(row, reader).map(|it| format!("{it}.")),
    };
    Doc { body, default }
}

/// The documentation of an option of one request.
pub fn of_request(row: &Row, reader: Reader) -> Doc {
    let mut doc = of_client(row, reader);
    doc.default = row
        .spelled(reader.language(), Scope::Client)
        .map(|_| "the client's.".to_owned());
    // A builder of a request has fewer setters.
    let whole = |it: &mut String| *it = it.replace("(Self::", "(crate::ClientBuilder::");
    doc.body.iter_mut().for_each(whole);
    doc
}

/// The paragraphs above the row in `rows.rs`.
fn comment_of(row: &Row) -> Vec<String> {
    let file = text_of("core/src/option_table/rows.rs");
    let start = format!("pub(crate) static {}: Row", row.name.to_uppercase());
    let (above, _) = file.split_once(&start).expect("the row has its own name");
    let is_comment = |line: &&str| line.starts_with("//");
    let mut lines: Vec<&str> = above.lines().rev().take_while(is_comment).collect();
    lines.reverse();
    let text: Vec<&str> = lines
        .iter()
        .filter_map(|it| it.strip_prefix("///"))
        .collect();
    let text = text.join("\n");
    let paragraphs = text.split("\n\n").map(|it| it.trim().replace("\n ", " "));
    let found: Vec<String> = paragraphs.filter(|it| !it.is_empty()).collect();
    assert!(!found.is_empty(), "{} has no documentation", row.name);
    found
}

/// The text in the reader's words.
fn rendered(row: &Row, text: &str, reader: Reader) -> String {
    let text = filled(row, text, reader);
    let words: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|it| !it.is_empty())
        .collect();
    let joined = words.join(" ");
    [".", ",", ":"].into_iter().fold(joined, |text, mark| {
        text.replace(&format!(" {mark} "), &format!("{mark} "))
    })
}

/// The text with the values of its placeholders.
fn filled(row: &Row, text: &str, reader: Reader) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let end = closing(inside);
        out.push_str(&placeholder(row, &inside[..end], reader));
        rest = &inside[end + 1..];
    }
    out + rest
}

/// Where the brace closes that was opened before this text.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a brace is not closed: {text}")
}

fn placeholder(row: &Row, inside: &str, reader: Reader) -> String {
    if let Some((readers, text)) = inside.split_once(": ") {
        let is_for = readers.split(", ").any(|it| it == reader.name());
        return match is_for {
            true => format!(" {}", filled(row, text, reader)),
            false => String::new(),
        };
    }
    match inside {
        "preset" => preset(row, reader).expect("the row has a preset"),
        "off" => off(row, reader).to_owned(),
        _ => match ALL.iter().find(|row| row.name == inside) {
            Some(option) => option_name(option, reader),
            None => kind_name(inside, reader),
        },
    }
}

fn option_name(row: &Row, reader: Reader) -> String {
    let name = row.named(reader.language(), Scope::Client);
    match reader {
        Of(Language::Rust) => format!("[`{name}`](Self::{name})"),
        _ => format!("`{name}`"),
    }
}

fn kind_name(name: &str, reader: Reader) -> String {
    assert!(
        ErrorKind::ALL.iter().any(|kind| kind.name() == name),
        "{name} is neither an option nor a kind of error"
    );
    match reader {
        Of(Language::C) => format!("`NEURA_KIND_{}`", name.to_uppercase()),
        Of(Language::Python | Language::Node) => format!("a `{}`", class_of(name)),
        Of(Language::Rust | Language::Command) | Page => format!("`{name}`"),
    }
}

/// The class of a kind of error in Python and Node.
fn class_of(kind: &str) -> String {
    let words = kind.split('_').map(|word| match word {
        "api" => "API".to_owned(),
        _ => word[..1].to_uppercase() + &word[1..],
    });
    let class = words.collect::<String>() + "Error";
    let known = text_of("bindings-python/python/neura_ai/_errors.py");
    assert!(known.contains(&format!("class {class}(")), "no {class}");
    class
}

/// The value that switches an option off.
fn off(row: &Row, reader: Reader) -> &'static str {
    match (row.takes, reader) {
        (ValueType::PathOrOff, Of(Language::Rust)) => "`EnvFile::Off`",
        (ValueType::ProxyUrl, Of(Language::Python)) => "False or an empty text",
        (ValueType::ProxyUrl, Of(Language::Node)) => "false or an empty text",
        (ValueType::ProxyUrl, Of(Language::C)) => "NULL or an empty text",
        (ValueType::ProxyUrl, _) => "an empty text",
        (ValueType::PathOrOff, Of(Language::Python)) => "False",
        (ValueType::PathOrOff, Of(Language::Node)) => "false",
        (ValueType::PathOrOff, Of(Language::C)) => "NULL",
        (ValueType::PathOrOff, Page) => "False, false or NULL",
        _ => panic!("{} cannot be switched off", row.name),
    }
}

/// The default in words.
fn preset(row: &Row, reader: Reader) -> Option<String> {
    let milliseconds = matches!(reader, Of(Language::Node | Language::C));
    Some(match row.preset {
        DefaultValue::Nothing | DefaultValue::LookedUp => return None,
        DefaultValue::NoLimit => "no limit".to_owned(),
        DefaultValue::Seconds(seconds) if milliseconds => {
            format!("{}{UNBROKEN}ms", grouped(seconds * 1000))
        }
        DefaultValue::Seconds(seconds) => format!("{seconds}{UNBROKEN}s"),
        DefaultValue::Count(count) => grouped(count.into()),
        DefaultValue::Bytes(bytes) => in_words(bytes).replace(' ', &UNBROKEN.to_string()),
        DefaultValue::Off if reader == Of(Language::Python) => "False".to_owned(),
        DefaultValue::Off => "false".to_owned(),
    })
}

/// A number with a comma before each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What a number means. In C the parameter says it.
fn unit(row: &Row, reader: Reader) -> Option<String> {
    let config = kind_name("config", reader);
    match (row.takes, reader) {
        (ValueType::Time, Of(Language::Rust)) => {
            Some(format!("`None` is no limit, zero is {config}."))
        }
        (ValueType::Time, Of(Language::Python)) => Some("In seconds; None is no limit.".to_owned()),
        (ValueType::Time, Of(Language::Node)) => {
            Some("In milliseconds; null is no limit.".to_owned())
        }
        (ValueType::Bytes, Of(Language::Rust)) => Some(format!("0 is {config}.")),
        _ => None,
    }
}

#[test]
fn a_placeholder_becomes_the_word_of_the_language() {
    let all = [
        Of(Language::Rust),
        Of(Language::Python),
        Of(Language::Node),
        Of(Language::C),
        Page,
    ];
    let text = "A{rust, c: , b {config}}{page: . B}. {max_retries}: {preset}{node: : {preset}}.";
    let row = &crate::option_table::CONNECT_TIMEOUT;
    assert_eq!(
        all.map(|reader| rendered(row, text, reader).replace(UNBROKEN, " ")),
        [
            "A, b `config`. [`max_retries`](Self::max_retries): 5 s.",
            "A. `max_retries`: 5 s.",
            "A. `maxRetries`: 5,000 ms: 5,000 ms.",
            "A, b `NEURA_KIND_CONFIG`. `neura_options_set_max_retries`: 5,000 ms.",
            "A. B. `max_retries`: 5 s.",
        ]
    );
}
