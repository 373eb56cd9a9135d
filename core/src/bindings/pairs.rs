//! How a binding's headers and query parameters become text. A binding says what a value is; which
//! values are taken, how they are written, and the words of a refusal are decided here.

use crate::error::{Error, ErrorKind};
use crate::option_table::Language;
use crate::redact::quoted;

/// A value of the caller's language.
pub trait Given: Sized {
    /// The error of the language.
    type Error;

    /// What the value is.
    ///
    /// # Errors
    /// Those of the caller's own code that runs for it, as when it iterates.
    fn kind(&self) -> Result<Kind<Self>, Self::Error>;

    /// Its two members, if it is an array (list, tuple) of two.
    ///
    /// # Errors
    /// As [`kind`](Self::kind).
    fn pair(&self) -> Result<Option<(Self, Self)>, Self::Error>;

    /// What the language prints for a value of another type; `Kind::Other` for one that has no
    /// text of its own.
    ///
    /// # Errors
    /// As [`kind`](Self::kind).
    fn printed(&self) -> Result<Kind<Self>, Self::Error>;

    /// The name of its type in errors.
    fn type_name(&self) -> String;

    /// The language's error for a value of a wrong type.
    fn wrong_type(&self, message: String) -> Self::Error;

    /// The language's form of an error of the core.
    fn refused(&self, error: &Error) -> Self::Error;
}

/// What a value is.
pub enum Kind<G> {
    /// Left out, as `undefined`.
    Absent,
    /// `null` or `None`.
    Null,
    /// Text.
    Text(String),
    /// Text with half of a surrogate pair, which UTF-8 cannot encode.
    HalfPair,
    /// Bytes that stand for text.
    Bytes(Vec<u8>),
    /// A boolean.
    Switch(bool),
    /// A number, as the language writes it.
    Number(String),
    /// An array, a list or another iterable.
    Several(Vec<G>),
    /// A value of another type.
    Other,
}

/// How many levels of lists repeat a name: `urlencode` writes two of what `requests` gives it.
const LEVELS: u8 = 2;

/// The pairs in an iterable, which `what` names in errors.
///
/// # Errors
/// A wrong type if a member is not an array of two.
pub fn pairs_in<G: Given>(items: Vec<G>, what: &str) -> Result<Vec<(G, G)>, G::Error> {
    let pair = |item: G| {
        let message = || format!("a list for {what} must contain pairs of a name and a value");
        item.pair()?.ok_or_else(|| item.wrong_type(message()))
    };
    items.into_iter().map(pair).collect()
}

/// The error for a value that gives no pairs at all.
pub fn not_pairs<G: Given>(given: &G, what: &str) -> G::Error {
    let wanted = Words::current().pairs;
    let found = given.type_name();
    given.wrong_type(format!("{what} must be {wanted}, not {found}"))
}

/// The text of headers. A header that is left out is not sent; `null` is refused, because it could
/// mean that or an empty value.
///
/// # Errors
/// A wrong type for what is neither text nor, in Node as in fetch, a number; `invalid_argument` for
/// text that UTF-8 cannot encode.
pub fn header_pairs<G: Given>(given: Vec<(G, G)>) -> Result<Vec<(String, String)>, G::Error> {
    let what = "a header";
    let numbers = Language::current() == Language::Node;
    let text = |value: &G, kind, of: Option<&str>| match kind {
        Kind::Number(_) if !numbers => Err(wrong(value, what, Words::current().header, of)),
        Kind::Text(_) | Kind::Number(_) | Kind::HalfPair => plain(value, kind, what),
        _ => Err(wrong(value, what, Words::current().header, of)),
    };
    let mut pairs = Vec::with_capacity(given.len());
    for (name, value) in &given {
        let kind = value.kind()?;
        if matches!(kind, Kind::Absent) {
            continue;
        }
        let name = text(name, name.kind()?, None)?;
        let value = text(value, kind, Some(&name))?;
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Query parameters. One without a value is not sent, and takes the place of one of the client.
pub type QueryPairs = Vec<(String, Option<String>)>;

/// The text of query parameters: booleans are `true` and `false`, a list repeats its name, also a
/// list within it, `null` is a parameter without a value, and what is left out is none.
///
/// # Errors
/// A wrong type for a name that is neither text nor a number and for a value that has no text;
/// `invalid_argument` for text that UTF-8 cannot encode.
pub fn query_pairs<G: Given>(given: Vec<(G, G)>) -> Result<QueryPairs, G::Error> {
    let mut pairs = Vec::with_capacity(given.len());
    for (name, value) in given {
        let kind = value.kind()?;
        if matches!(kind, Kind::Null) {
            pairs.push((param_name(&name)?, None));
            continue;
        }
        let mut text = None;
        each_of(value, kind, 0, &mut |value: G, kind| {
            let name = match &text {
                Some(text) => String::clone(text),
                None => text.insert(param_name(&name)?).clone(),
            };
            let value = param_value(&value, kind, &name)?;
            pairs.push((name, Some(value)));
            Ok(())
        })?;
    }
    Ok(pairs)
}

/// Gives each value of a pair as it is: a list one by one, and no value that is null or left out.
/// The rule of [`query_pairs`], for forms.
///
/// # Errors
/// Those of `each`, and of the caller's own code.
pub fn spread<G: Given>(
    value: G,
    each: &mut impl FnMut(G) -> Result<(), G::Error>,
) -> Result<(), G::Error> {
    each_value(value, 0, &mut |value, _| each(value))
}

fn each_value<G: Given>(
    value: G,
    level: u8,
    each: &mut impl FnMut(G, Kind<G>) -> Result<(), G::Error>,
) -> Result<(), G::Error> {
    let kind = value.kind()?;
    each_of(value, kind, level, each)
}

fn each_of<G: Given>(
    value: G,
    kind: Kind<G>,
    level: u8,
    each: &mut impl FnMut(G, Kind<G>) -> Result<(), G::Error>,
) -> Result<(), G::Error> {
    match kind {
        Kind::Absent | Kind::Null => Ok(()),
        Kind::Several(values) if level < LEVELS => {
            for value in values {
                each_value(value, level + 1, each)?;
            }
            Ok(())
        }
        kind => each(value, kind),
    }
}

fn param_name<G: Given>(name: &G) -> Result<String, G::Error> {
    match name.kind()? {
        kind @ (Kind::Text(_) | Kind::Number(_) | Kind::Bytes(_) | Kind::HalfPair) => {
            plain(name, kind, "params")
        }
        _ => {
            let wanted = Words::current().param_name;
            Err(wrong(name, "the name of a param", wanted, None))
        }
    }
}

fn param_value<G: Given>(value: &G, kind: Kind<G>, name: &str) -> Result<String, G::Error> {
    let kind = match kind {
        Kind::Other | Kind::Several(_) => value.printed()?,
        kind => kind,
    };
    match kind {
        Kind::Other | Kind::Several(_) | Kind::Absent | Kind::Null => {
            Err(wrong(value, "a param", Words::current().param, Some(name)))
        }
        kind => plain(value, kind, "params"),
    }
}

/// The text of a value that has one.
fn plain<G: Given>(value: &G, kind: Kind<G>, what: &str) -> Result<String, G::Error> {
    let refused = |why| {
        let message = format!("{what} contains {why}");
        Err(value.refused(&Error::new(ErrorKind::InvalidArgument, message)))
    };
    match kind {
        Kind::Text(text) | Kind::Number(text) => Ok(text),
        Kind::Switch(on) => Ok(on.to_string()),
        Kind::Bytes(bytes) => {
            String::from_utf8(bytes).or_else(|_| refused("bytes that are not UTF-8"))
        }
        _ => refused("half of a surrogate pair, which UTF-8 cannot encode"),
    }
}

fn wrong<G: Given>(value: &G, what: &str, wanted: &str, of: Option<&str>) -> G::Error {
    let of = of.map(|name| format!(": '{}'", quoted(name)));
    let of = of.unwrap_or_default();
    let found = value.type_name();
    value.wrong_type(format!("{what} must be {wanted}, not {found}{of}"))
}

/// What a language calls the values that are taken.
struct Words {
    pairs: &'static str,
    header: &'static str,
    param: &'static str,
    param_name: &'static str,
}

impl Words {
    fn current() -> &'static Self {
        match Language::current() {
            Language::Node => &Self {
                pairs: "an object or an array of pairs",
                header: "a string or a number",
                param: "a string, a number, a boolean, null or an array of these",
                param_name: "a string or a number",
            },
            _ => &Self {
                pairs: "a mapping or a list of pairs",
                header: "text (str)",
                param: "text, a number, a bool, None or a list of these",
                param_name: "text or a number",
            },
        }
    }
}

#[cfg(test)]
mod tests;
