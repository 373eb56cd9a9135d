//! The question: the words of the command line, what is piped in, and files.

use std::path::Path;

use super::Args;
use crate::context::Context;
use crate::failure::Failure;
use crate::input::text_of;

/// A part of the question that came from a file.
struct Part {
    /// `None` for stdin that was not asked for by its name.
    name: Option<String>,
    text: String,
}

/// The whole question.
pub(super) fn of(args: &Args, context: &mut Context<'_>) -> Result<String, Failure> {
    let words = args.text.join(" ");
    let stdin = Path::new("-");
    let mut parts = Vec::new();
    for file in &args.files {
        let is_stdin = file == stdin;
        parts.push(Part {
            text: text_of(file, context)?,
            name: (!is_stdin).then(|| file.display().to_string()),
        });
    }
    let names_stdin = args.files.iter().any(|file| file == stdin);
    let is_typed = context.streams.stdin.is_terminal();
    let is_only_source = args.text.is_empty() && args.files.is_empty();
    if !names_stdin && (!is_typed || is_only_source) {
        if is_typed {
            context.tell("Type the question; Ctrl-D on a line of its own ends it.");
        }
        let text = text_of(stdin, context)?;
        parts.insert(0, Part { name: None, text });
    }
    let question = joined(&words, &parts);
    match question.trim().is_empty() {
        true => Err(Failure::usage(
            "there is nothing to ask: give a text, a file with -f, or pipe text in",
        )),
        false => Ok(question),
    }
}

/// One text. Files are named in it where there is more than one text.
fn joined(words: &str, parts: &[Part]) -> String {
    let parts = parts.iter().filter(|part| !part.text.trim().is_empty());
    let parts: Vec<&Part> = parts.collect();
    let has_words = !words.trim().is_empty();
    let is_single = !has_words && parts.len() == 1;
    let mut texts = Vec::new();
    if has_words {
        texts.push(words.to_owned());
    }
    for part in parts {
        texts.push(match &part.name {
            Some(name) if !is_single => format!("File {name}:\n\n{}", part.text),
            _ => part.text.clone(),
        });
    }
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_where_there_is_more_than_one_text() {
        let part = |name: Option<&str>, text: &str| Part {
            name: name.map(str::to_owned),
            text: text.to_owned(),
        };
        assert_eq!(joined("Hi", &[]), "Hi");
        assert_eq!(joined("", &[part(Some("a.txt"), "one\n")]), "one\n");
        assert_eq!(joined("Hi", &[part(None, "diff")]), "Hi\n\ndiff");
        assert_eq!(joined("Hi", &[part(None, " \n")]), "Hi");
        let both = [part(Some("a"), "one"), part(Some("b"), "two")];
        assert_eq!(joined("", &both), "File a:\n\none\n\nFile b:\n\ntwo");
    }
}
