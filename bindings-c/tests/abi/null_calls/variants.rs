//! The calls of each function: with good arguments, and with one or all of them wrong.

use super::said::{Null, null};
use crate::declarations::{Function, Parameter};

/// What a call must do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expect {
    /// It takes the arguments: no invalid argument.
    Taken,
    /// It returns what the header says for an argument that is NULL or wrong.
    Refused,
    /// Either, as long as the results fit together.
    Either,
}

/// One call: which arguments are not the good ones.
pub struct Variant {
    pub what: String,
    /// A bit for each argument that is NULL.
    pub nulls: u32,
    /// The text that is not UTF-8, or the body with a NUL inside.
    pub broken: Option<usize>,
    /// An integer and its value; for `size_t`, -1 is SIZE_MAX.
    pub number: Option<(usize, i64)>,
    pub expect: Expect,
    /// What an error's message must name.
    pub named: String,
}

impl Variant {
    /// With good arguments.
    fn new(function: &Function, what: &str, expect: Expect) -> Self {
        Variant {
            what: format!("{}, {what}", function.name),
            nulls: 0,
            broken: None,
            number: None,
            expect,
            named: String::new(),
        }
    }
}

/// All calls of a function, that with good arguments first.
pub fn variants(all: &[Function], function: &Function) -> Vec<Variant> {
    let mut variants = vec![Variant::new(function, "good arguments", Expect::Taken)];
    let mut every = Variant::new(function, "all pointers NULL", Expect::Taken);
    for (index, parameter) in function.parameters.iter().enumerate() {
        if parameter.is_pointer() {
            let null = null(all, function, index);
            every.nulls |= 1 << index;
            if null != Null::Allowed {
                every.expect = Expect::Refused;
            }
            variants.push(without(function, index, null));
            if null == Null::AllowedWithoutLength {
                variants.extend(bodies(function, index));
            }
        }
        if parameter.kind == "const char *" {
            variants.push(not_text(function, index));
        }
        variants.extend(numbers(function, index));
    }
    if every.nulls.count_ones() > 1 {
        variants.push(every);
    }
    variants
}

/// NULL for one argument.
fn without(function: &Function, index: usize, null: Null) -> Variant {
    let name = &function.parameters[index].name;
    let (expect, named) = match null {
        Null::Allowed => (Expect::Taken, ""),
        Null::Refused => (Expect::Refused, name.as_str()),
        Null::AllowedWithoutLength => (Expect::Refused, "body"),
    };
    Variant {
        nulls: 1 << index,
        named: named.to_owned(),
        ..Variant::new(function, &format!("{name} NULL"), expect)
    }
}

/// Odd lengths of a body, and a body with a NUL inside.
fn bodies(function: &Function, index: usize) -> Vec<Variant> {
    let name = &function.parameters[index].name;
    let length = index + 1;
    assert!(is_length_of_body(function, length), "{}", function.name);
    let too_long = (1 << 31) + 1;
    let mut variants: Vec<_> = [
        (true, 0, Expect::Taken),
        (true, -1, Expect::Refused),
        (false, 0, Expect::Taken),
        (false, too_long, Expect::Refused),
        (false, -1, Expect::Refused),
    ]
    .into_iter()
    .map(|(null, bytes, expect)| {
        let pointer = if null { " NULL" } else { "" };
        Variant {
            nulls: u32::from(null) << index,
            number: Some((length, bytes)),
            ..Variant::new(
                function,
                &format!("{name}{pointer} of length {bytes}"),
                expect,
            )
        }
    })
    .collect();
    variants.push(Variant {
        broken: Some(index),
        ..Variant::new(
            function,
            &format!("{name} with a NUL inside"),
            Expect::Taken,
        )
    });
    variants
}

/// Text that is not UTF-8.
fn not_text(function: &Function, index: usize) -> Variant {
    let Parameter { name, doc, .. } = &function.parameters[index];
    let (expect, named) = match doc.contains("not UTF-8 become") {
        true => (Expect::Taken, ""),
        false => (Expect::Refused, name.as_str()),
    };
    Variant {
        broken: Some(index),
        named: named.to_owned(),
        ..Variant::new(function, &format!("{name} not UTF-8"), expect)
    }
}

/// Odd values of an integer; none for the length of a body, which `bodies` has.
fn numbers(function: &Function, index: usize) -> Vec<Variant> {
    let Parameter { name, kind, .. } = &function.parameters[index];
    let odd: &[i64] = match kind.as_str() {
        "size_t" if is_length_of_body(function, index) => &[],
        "int32_t" => &[0, 1, -1, i32::MIN as i64, i32::MAX as i64],
        "int64_t" => &[0, 1, -1, i64::MIN, i64::MAX],
        "size_t" => &[0, 1, -1, i64::MAX],
        _ => &[],
    };
    let variant = |&number: &i64| Variant {
        number: Some((index, number)),
        ..Variant::new(function, &format!("{name} {number}"), Expect::Either)
    };
    odd.iter().map(variant).collect()
}

fn is_length_of_body(function: &Function, index: usize) -> bool {
    index > 0
        && function.parameters[index].kind == "size_t"
        && function.parameters[index - 1].kind == "const void *"
}
