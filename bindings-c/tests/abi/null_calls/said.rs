//! What the documentation of the header says of NULL for an argument.

use crate::declarations::Function;

/// What the header says of NULL for an argument, in the words of `@param`.
const ALLOWED: &[&str] = &[
    "NULL is fine",
    "NULL for none",
    "may be NULL",
    "May be NULL",
    "or NULL",
    "NULL or an empty text for none",
    "NULL if the key is in the certificate's file",
    "NULL if that is impossible",
    "NULL gives no reason",
    "NULL ends this",
    "any pointer",
];
/// NULL is refused unless the length is 0.
const WITHOUT_LENGTH: &str = "NULL with length 0 for no body";
/// These say what the library writes, or that NULL is refused.
const NOT_ABOUT_THE_ARGUMENT: &[&str] = &[
    "not NULL",
    "NULL after the last header",
    "NULL at the end and on failure",
    "NULL if none is ready",
    "if response is NULL",
    "if event is NULL",
    "if error is NULL",
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Null {
    Allowed,
    Refused,
    /// As for a body.
    AllowedWithoutLength,
}

/// The documentation of an argument, with that of the function or parameter that it refers to.
fn said<'f>(all: &'f [Function], function: &'f Function, index: usize) -> String {
    let parameter = &function.parameters[index];
    let doc = &parameter.doc;
    if let Some(other) = doc
        .split("as for `")
        .nth(1)
        .and_then(|it| it.split('`').next())
    {
        let other = all.iter().find(|it| it.name == other);
        let same = other.and_then(|it| {
            it.parameters
                .iter()
                .position(|it| it.kind == parameter.kind)
        });
        if let (Some(other), Some(same)) = (other, same) {
            return said(all, other, same);
        }
    }
    if doc.ends_with("likewise") && index > 0 {
        return said(all, function, index - 1);
    }
    doc.clone()
}

/// What the header says of NULL for an argument.
pub fn null(all: &[Function], function: &Function, index: usize) -> Null {
    let parameter = &function.parameters[index];
    // Said once, at the head of the header.
    if parameter.kind == "neura_error **" {
        return Null::Allowed;
    }
    let mut said = said(all, function, index);
    if said.contains(WITHOUT_LENGTH) {
        return Null::AllowedWithoutLength;
    }
    for words in NOT_ABOUT_THE_ARGUMENT {
        said = said.replace(words, "");
    }
    if ALLOWED.iter().any(|words| said.contains(words)) {
        return Null::Allowed;
    }
    assert!(
        !said.contains("NULL"),
        "{}: `@param {}` says something about NULL that this test does not understand: \"{said}\". Use \
         words of ALLOWED, or add yours there",
        function.name,
        parameter.name
    );
    Null::Refused
}
