use super::*;

/// A value of a language of the tests.
#[derive(Clone, Debug)]
enum Sample {
    Absent,
    Null,
    Text(&'static str),
    HalfPair,
    Bytes(&'static [u8]),
    Switch(bool),
    Number(i64),
    Several(Vec<Sample>),
    /// Something that prints itself, as a date.
    Printable(&'static str),
    Mapping,
}

use Sample::{Absent, Bytes, HalfPair, Mapping, Null, Number, Printable, Several, Switch, Text};

impl Given for Sample {
    type Error = String;

    fn kind(&self) -> Result<Kind<Self>, String> {
        Ok(match self {
            Absent => Kind::Absent,
            Null => Kind::Null,
            Text(text) => Kind::Text((*text).to_owned()),
            HalfPair => Kind::HalfPair,
            Bytes(bytes) => Kind::Bytes(bytes.to_vec()),
            Switch(on) => Kind::Switch(*on),
            Number(number) => Kind::Number(number.to_string()),
            Several(values) => Kind::Several(values.clone()),
            Printable(_) | Mapping => Kind::Other,
        })
    }

    fn pair(&self) -> Result<Option<(Self, Self)>, String> {
        Ok(match self {
            Several(values) => match values.as_slice() {
                [name, value] => Some((name.clone(), value.clone())),
                _ => None,
            },
            _ => None,
        })
    }

    fn printed(&self) -> Result<Kind<Self>, String> {
        Ok(match self {
            Printable(text) => Kind::Text((*text).to_owned()),
            Several(_) => Kind::Text("[...]".to_owned()),
            _ => Kind::Other,
        })
    }

    fn type_name(&self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn wrong_type(&self, message: String) -> String {
        message
    }

    fn refused(&self, error: &Error) -> String {
        format!("{}: {}", error.kind().name(), error.message())
    }
}

fn query(name: Sample, value: Sample) -> Result<String, String> {
    let pairs = query_pairs(vec![(name, value)])?;
    let text = |(name, value): (_, Option<_>)| match value {
        Some(value) => format!("{name}={value}"),
        None => format!("no {name}"),
    };
    Ok(pairs.into_iter().map(text).collect::<Vec<_>>().join("&"))
}

fn header(name: Sample, value: Sample) -> Result<Vec<(String, String)>, String> {
    header_pairs(vec![(name, value)])
}

#[test]
fn the_values_of_a_query() {
    let list = |values| Several(values);
    for (value, text) in [
        (Text("x"), "a=x"),
        (Text(""), "a="),
        (Switch(true), "a=true"),
        (Switch(false), "a=false"),
        (Number(-7), "a=-7"),
        (Bytes(b"raw"), "a=raw"),
        (Printable("2026-01-31"), "a=2026-01-31"),
        (Absent, ""),
        (Null, "no a"),
        (list(vec![]), ""),
        (list(vec![Null, Absent]), ""),
        (list(vec![Number(1), Null, Switch(true)]), "a=1&a=true"),
        (
            list(vec![list(vec![Number(1), Number(2)]), Text("x")]),
            "a=1&a=2&a=x",
        ),
        (list(vec![list(vec![list(vec![Number(1)])])]), "a=[...]"),
    ] {
        assert_eq!(
            query(Text("a"), value.clone()).as_deref(),
            Ok(text),
            "{value:?}"
        );
    }
    assert_eq!(query(Number(7), Text("seven")).unwrap(), "7=seven");
    assert_eq!(query(Bytes(b"n"), Number(1)).unwrap(), "n=1");
}

#[test]
fn what_a_query_refuses() {
    let error = query(Text("filter"), Mapping).unwrap_err();
    assert!(
        error.starts_with("a param must be text, a number, a bool, None"),
        "{error}"
    );
    assert!(error.ends_with("not mapping: 'filter'"), "{error}");
    let error = query(Text("f"), Several(vec![Mapping])).unwrap_err();
    assert!(error.ends_with("not mapping: 'f'"), "{error}");
    for name in [
        Null,
        Absent,
        Switch(true),
        Mapping,
        Several(vec![]),
        Printable("x"),
    ] {
        let error = query(name, Text("x")).unwrap_err();
        assert!(
            error.starts_with("the name of a param must be text or a number, not "),
            "{error}"
        );
    }
    for value in [HalfPair, Bytes(b"\xff")] {
        let error = query(Text("a"), value).unwrap_err();
        assert!(
            error.starts_with("invalid_argument: params contains "),
            "{error}"
        );
    }
    let key = "nk-0123456789abcdefghijklmnop";
    let error = query(Text(key), Mapping).unwrap_err();
    assert!(error.ends_with("'…mnop'"), "{error}");
}

#[test]
fn the_values_of_headers() {
    let sent = header(Text("X-A"), Text("1")).unwrap();
    assert_eq!(sent, [("X-A".to_owned(), "1".to_owned())]);
    assert_eq!(header(Text("X-A"), Absent), Ok(vec![]));
    for value in [
        Null,
        Switch(true),
        Number(1),
        Bytes(b"x"),
        Printable("x"),
        Mapping,
    ] {
        let error = header(Text("X-A"), value.clone()).unwrap_err();
        assert!(
            error.starts_with("a header must be text (str), not "),
            "{error}"
        );
        assert!(error.ends_with(": 'X-A'"), "{error}");
        assert!(header(value, Text("x")).is_err());
    }
    assert!(header(Text("X-A"), Several(vec![Text("x")])).is_err());
    let error = header(Text("X-A"), HalfPair).unwrap_err();
    assert!(
        error.contains("a header contains half of a surrogate"),
        "{error}"
    );
}

#[test]
fn what_is_no_pair() {
    let pair = || Several(vec![Text("a"), Number(1)]);
    assert_eq!(pairs_in(vec![pair(), pair()], "params").unwrap().len(), 2);
    for item in [Text("ab"), Number(5), Several(vec![Text("a")]), Null] {
        let error = pairs_in(vec![pair(), item], "data").unwrap_err();
        assert_eq!(
            error,
            "a list for data must contain pairs of a name and a value"
        );
    }
    let error = not_pairs(&Number(5), "params");
    assert_eq!(
        error,
        "params must be a mapping or a list of pairs, not number(5)"
    );
}

#[test]
fn the_values_of_a_form_stay_as_they_are() {
    let mut values = Vec::new();
    let list = Several(vec![
        Switch(true),
        Null,
        Several(vec![Mapping]),
        Bytes(b"\xff"),
    ]);
    spread(list, &mut |value| {
        values.push(format!("{value:?}"));
        Ok(())
    })
    .unwrap();
    assert_eq!(values, ["Switch(true)", "Mapping", "Bytes([255])"]);
}
