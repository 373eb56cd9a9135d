//! Calls of every function with NULL, broken text and odd numbers, generated from the header: what
//! it says of NULL is what must happen.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::compile::{self, Build, Language, Link};
use crate::declarations::{self, Function, Parameter};
use crate::good_arguments::good;
use crate::programs::hold_build;
use crate::run::{Leaks, Stage, assert_checks};

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
enum Null {
    Allowed,
    Refused,
    /// As for a body.
    AllowedWithoutLength,
}

/// What a call must do.
#[derive(Clone, Copy)]
enum Expect {
    /// It takes the arguments: no invalid argument.
    Taken,
    /// It returns what the header says for an argument that is NULL or wrong.
    Refused,
    /// Either, as long as the results fit together.
    Either,
}

/// One call: which arguments are not the good ones.
struct Variant {
    what: String,
    /// A bit for each argument that is NULL.
    nulls: u32,
    /// The text that is not UTF-8, or the body with a NUL inside.
    broken: Option<usize>,
    number: Option<(usize, i64)>,
    expect: Expect,
    /// What an error's message must name.
    named: String,
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
fn null(all: &[Function], function: &Function, index: usize) -> Null {
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

/// The parameter that has a pointer's length.
fn length_of(function: &Function, index: usize) -> Option<usize> {
    let next = function.parameters.get(index + 1)?;
    let counted = matches!(
        function.parameters[index].kind.as_str(),
        "const void *" | "void *"
    );
    (counted && next.kind == "size_t").then_some(index + 1)
}

fn is_length_of_body(function: &Function, index: usize) -> bool {
    index > 0
        && function.parameters[index - 1].kind == "const void *"
        && length_of(function, index - 1) == Some(index)
}

/// For `size_t`, -1 is SIZE_MAX.
fn odd_numbers(kind: &str) -> &'static [i64] {
    match kind {
        "int32_t" => &[0, 1, -1, i32::MIN as i64, i32::MAX as i64],
        "int64_t" => &[0, 1, -1, i64::MIN, i64::MAX],
        "size_t" => &[0, 1, -1, i64::MAX],
        _ => &[],
    }
}

/// All calls of a function, that with good arguments first.
fn variants(all: &[Function], function: &Function) -> Vec<Variant> {
    let called = |what: &str, expect| Variant {
        what: format!("{}, {what}", function.name),
        nulls: 0,
        broken: None,
        number: None,
        expect,
        named: String::new(),
    };
    let mut variants = vec![called("good arguments", Expect::Taken)];
    let mut every = called("all pointers NULL", Expect::Taken);
    for (index, parameter) in function.parameters.iter().enumerate() {
        let Parameter { name, kind, doc } = parameter;
        if parameter.is_pointer() {
            let null = null(all, function, index);
            let refused = null != Null::Allowed;
            let expect = if refused {
                Expect::Refused
            } else {
                Expect::Taken
            };
            every.nulls |= 1 << index;
            if refused {
                every.expect = Expect::Refused;
            }
            variants.push(Variant {
                nulls: 1 << index,
                named: match null {
                    Null::Allowed => String::new(),
                    Null::Refused => name.clone(),
                    Null::AllowedWithoutLength => "body".to_owned(),
                },
                ..called(&format!("{name} NULL"), expect)
            });
            if null == Null::AllowedWithoutLength {
                let length = length_of(function, index).expect("a body has a length");
                variants.push(Variant {
                    nulls: 1 << index,
                    number: Some((length, 0)),
                    ..called(&format!("{name} NULL with length 0"), Expect::Taken)
                });
                variants.push(Variant {
                    nulls: 1 << index,
                    number: Some((length, -1)),
                    ..called(
                        &format!("{name} NULL with length SIZE_MAX"),
                        Expect::Refused,
                    )
                });
                variants.push(Variant {
                    broken: Some(index),
                    ..called(&format!("{name} with a NUL inside"), Expect::Taken)
                });
                for (length_is, expect) in [
                    (0, Expect::Taken),
                    ((1 << 31) + 1, Expect::Refused),
                    (-1, Expect::Refused),
                ] {
                    variants.push(Variant {
                        number: Some((length, length_is)),
                        ..called(&format!("{name} with length {length_is}"), expect)
                    });
                }
            }
        } else if !is_length_of_body(function, index) {
            for &number in odd_numbers(kind) {
                variants.push(Variant {
                    number: Some((index, number)),
                    ..called(&format!("{name} {number}"), Expect::Either)
                });
            }
        }
        if kind == "const char *" {
            let taken = doc.contains("not UTF-8 become");
            variants.push(Variant {
                broken: Some(index),
                named: if taken { String::new() } else { name.clone() },
                ..called(
                    &format!("{name} not UTF-8"),
                    if taken {
                        Expect::Taken
                    } else {
                        Expect::Refused
                    },
                )
            });
        }
    }
    if every.nulls.count_ones() > 1 {
        variants.push(every);
    }
    variants
}

/// The C function that makes the calls of one function, with an argument for each parameter.
fn caller(function: &Function) -> Result<String, String> {
    let Function {
        name,
        returns,
        parameters,
    } = function;
    let mut text = format!("static bool call_{name}(const struct variant *v) {{\n");
    let mut arguments = Vec::new();
    let mut after = String::new();
    let mut error = "NO_ERROR";
    for (index, Parameter { name, kind, .. }) in parameters.iter().enumerate() {
        if let Some(free) = written(kind) {
            let initial = if kind == "size_t *" { "77" } else { "JUNK" };
            let kind = kind.strip_suffix('*').expect("a pointer").trim_end();
            let variable = format!("{kind} {name} = {initial};\n").replace("* ", "*");
            write!(text, "  {variable}").unwrap();
            arguments.push(format!("is_null(v, {index}) ? NULL : &{name}"));
            if kind == "neura_error *" {
                error = "is_null(v, LAST) ? NULL : &error";
            } else {
                let empty = if initial == "77" { "0" } else { "NULL" };
                writeln!(
                    after,
                    "  if (!is_null(v, {index}))\n    holds &= written(v, ended, {name} == {empty}, \
                     {name} == {initial});"
                )
                .unwrap();
                if !free.is_empty() {
                    let free = free.replace("IT", name);
                    writeln!(after, "  if ({name} != {initial}) {free}").unwrap();
                }
            }
            continue;
        }
        let good = good(function, &parameters[index])?;
        let kind = kind.as_str();
        let given = match kind {
            "bool" => good,
            "int32_t" | "int64_t" | "size_t" => {
                format!("is_odd(v, {index}) ? ({kind})v->number : ({kind}){good}")
            }
            "const char *" => {
                format!("is_null(v, {index}) ? NULL : is_broken(v, {index}) ? BROKEN : {good}")
            }
            "const void *" => {
                format!("is_null(v, {index}) ? NULL : is_broken(v, {index}) ? WITH_NUL : {good}")
            }
            _ => format!("is_null(v, {index}) ? NULL : {good}"),
        };
        let declared = format!("{kind} {name}").replace("* ", "*");
        writeln!(text, "  {declared} = {given};").unwrap();
        arguments.push(name.clone());
    }
    let call = format!("{name}({})", arguments.join(", "));
    let error = error.replace("LAST", &(parameters.len().max(1) - 1).to_string());
    let judged = match returns.as_str() {
        "void" => {
            writeln!(text, "  {call};\n  enum ended ended = TOOK;").unwrap();
            match parameters.first().map(|it| it.kind.as_str()) {
                Some("neura_options *") if !name.ends_with("_free") => {
                    format!("options_say(v, \"{name}\", options)")
                }
                Some("neura_request_options *") if !name.ends_with("_free") => {
                    format!("request_options_say(v, \"{name}\", options)")
                }
                _ => "true".to_owned(),
            }
        }
        "neura_status" => {
            writeln!(text, "  neura_status status = {call};").unwrap();
            writeln!(text, "  enum ended ended = ended_with(status);").unwrap();
            format!("status_holds(v, status, {error})")
        }
        "bool" | "int32_t" | "int64_t" => {
            let failed = if returns == "bool" { "false" } else { "-1" };
            writeln!(text, "  {returns} result = {call};").unwrap();
            writeln!(
                text,
                "  enum ended ended = result == {failed} ? FAILED : TOOK;"
            )
            .unwrap();
            "value_holds(v, ended)".to_owned()
        }
        pointer if pointer.ends_with('*') => {
            writeln!(text, "  {returns}result = {call};").unwrap();
            writeln!(text, "  enum ended ended = result == NULL ? FAILED : TOOK;").unwrap();
            let free = written(&format!("{pointer}*")).unwrap_or_default();
            writeln!(after, "  {}", free.replace("IT", "result")).unwrap();
            "value_holds(v, ended)".to_owned()
        }
        other => {
            return Err(format!(
                "{name}: no rule for a function that returns {other}"
            ));
        }
    };
    writeln!(text, "  bool holds = {judged};").unwrap();
    text += &after;
    text += "  (void)ended;\n  return holds;\n}\n\n";
    Ok(text)
}

/// For an argument that the library writes to: how what it got is freed.
fn written(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "neura_error **" => "neura_error_free(IT);",
        "neura_client **" => "neura_client_free(IT);",
        "neura_response **" => "neura_response_free(IT);",
        "neura_stream **" => "neura_stream_free(IT);",
        "neura_body **" => "neura_body_free(IT);",
        "neura_queue **" => "neura_queue_free(IT);",
        "neura_completion **" => "neura_completion_free(IT);",
        "neura_options **" => "neura_options_free(IT);",
        "neura_request_options **" => "neura_request_options_free(IT);",
        "neura_cancel_token **" => "neura_cancel_free(IT);",
        "char **" => "neura_string_free(IT);",
        // Borrowed.
        "const neura_event **" | "const char **" | "size_t *" => "",
        _ => return None,
    })
}

/// The program, and the number of its calls.
fn generated(all: &[Function]) -> Result<(String, usize), String> {
    let mut text = "#include \"null_calls.h\"\n\n".to_owned();
    let mut table = "static const struct variant variants[] = {\n".to_owned();
    let mut count = 0;
    for function in all {
        text += &caller(function)?;
        for variant in variants(all, function) {
            let Variant {
                what,
                nulls,
                broken,
                number,
                expect,
                named,
            } = variant;
            let index = |it: Option<usize>| it.map_or(-1, |index| i32::try_from(index).unwrap());
            let value = match number {
                None => "0".to_owned(),
                Some((_, i64::MIN)) => "INT64_MIN".to_owned(),
                Some((_, value)) => format!("INT64_C({value})"),
            };
            let expect = match expect {
                Expect::Taken => "TAKEN",
                Expect::Refused => "REFUSED",
                Expect::Either => "EITHER",
            };
            writeln!(
                table,
                "  {{call_{}, \"{what}\", {nulls}u, {}, {}, {value}, {expect}, \"{named}\"}},",
                function.name,
                index(broken),
                index(number.map(|(index, _)| index)),
            )
            .unwrap();
            count += 1;
        }
    }
    text += &table;
    text +=
        "};\n\nint main(void) { return run_all(variants, sizeof variants / sizeof *variants); }\n";
    Ok((text, count))
}

/// Writes the program for these functions; hands over how it is built, and the number of its calls.
fn written_program<T>(
    name: &str,
    functions: &[Function],
    then: impl FnOnce(&Build<'_>, usize) -> T,
) -> T {
    let (text, count) = generated(functions).unwrap_or_else(|problem| panic!("{problem}"));
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.c"));
    fs::write(&source, text).expect("the folder can be written");
    let sources = [source.to_str().expect("the path is text")];
    let build = Build {
        flags: &[concat!("-I", env!("CARGO_MANIFEST_DIR"), "/tests/c")],
        ..Build::new(name, Language::C, &sources, Link::Shared)
    };
    then(&build, count)
}

fn all() -> Vec<Function> {
    declarations::functions(&declarations::header())
}

#[test]
fn every_function_takes_null_and_odd_numbers_as_the_header_says() {
    written_program("null_calls", &all(), |build, count| {
        let output = Stage::new(&[]).run(&mut Command::new(compile::build(build)));
        assert_checks("null_calls", &output, count);
    });
}

#[test]
fn memory_with_null_and_odd_numbers() {
    written_program("null_calls_valgrind", &all(), |build, count| {
        hold_build(build, Leaks::Counted, &[], count);
    });
}

/// The function of the header with this name, after a change of its declaration.
fn changed(name: &str, change: impl FnOnce(&mut Function)) -> Function {
    let mut function = all().into_iter().find(|it| it.name == name).expect(name);
    change(&mut function);
    function
}

#[test]
fn a_new_function_needs_a_rule() {
    for kind in ["neura_thing *", "const char *", "uint8_t"] {
        let function = changed("neura_models", |function| {
            function.name = "neura_things".to_owned();
            function.parameters[0].kind = kind.to_owned();
            function.parameters[0].name = "thing".to_owned();
        });
        let problem = generated(&[function]).expect_err("there is no rule");
        assert!(problem.starts_with("neura_things: no rule"), "{problem}");
        assert!(problem.contains(&format!("`{kind} thing`")), "{problem}");
    }
    let function = changed("neura_models", |function| {
        function.returns = "double".to_owned()
    });
    let problem = generated(&[function]).expect_err("there is no rule");
    assert!(problem.starts_with("neura_models: no rule"), "{problem}");
}

#[test]
#[should_panic(expected = "neura_chat: `@param options` says something about NULL")]
fn words_about_null_that_are_not_understood_are_an_error() {
    let function = changed("neura_chat", |function| {
        function.parameters[2].doc = "the options; NULL on Tuesdays".to_owned();
    });
    let _ = generated(&[function]);
}

/// Each of these says something else than the library does.
const WRONG: &[(&str, usize, &str)] = &[
    ("neura_chat", 2, "the options"),
    ("neura_models", 0, "the client; NULL is fine"),
    ("neura_response_header", 0, "the reply; NULL is fine"),
    ("neura_options_set_base_url", 1, "the URL, or NULL"),
    ("neura_options_set_proxy", 1, "the URL"),
    ("neura_event_data", 1, "receives the length"),
];

#[test]
fn a_header_that_says_something_else_fails() {
    let functions: Vec<_> = WRONG
        .iter()
        .map(|&(name, index, doc)| changed(name, |it| it.parameters[index].doc = doc.to_owned()))
        .collect();
    let program = written_program("null_calls_wrong", &functions, |build, _| {
        compile::build(build)
    });
    let output = Stage::new(&[]).run(&mut Command::new(program));
    let stdout = String::from_utf8_lossy(&output.stdout);
    for (function, (name, index, _)) in functions.iter().zip(WRONG) {
        let call = format!("{name}, {} NULL: ", function.parameters[*index].name);
        let line = stdout.lines().find(|line| line.starts_with(&call));
        assert!(
            line.is_some_and(|line| line.ends_with("FAILED")),
            "{stdout}"
        );
    }
    assert_eq!(output.status.code(), Some(1), "{stdout}");
}
