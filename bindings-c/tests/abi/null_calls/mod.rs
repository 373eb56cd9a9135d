//! Calls of every function with NULL, broken text and odd numbers, generated from the header: what it
//! says of NULL is what must happen.

mod caller;
mod good_arguments;
mod said;
mod variants;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use self::caller::caller;
use self::variants::{Expect, Variant, variants};
use crate::compile::{self, Build, Language, Link};
use crate::declarations::{self, Function};
use crate::programs::hold_build;
use crate::run::{Leaks, Stage, assert_checks};

/// A call as a line of the program's table.
fn row(function: &Function, variant: &Variant) -> String {
    let index = |it: Option<usize>| it.map_or("-1".to_owned(), |index| index.to_string());
    let value = match variant.number {
        None => "0".to_owned(),
        Some((_, i64::MIN)) => "INT64_MIN".to_owned(),
        Some((_, value)) => format!("INT64_C({value})"),
    };
    let expect = match variant.expect {
        Expect::Taken => "TAKEN",
        Expect::Refused => "REFUSED",
        Expect::Either => "EITHER",
    };
    format!(
        "  {{call_{}, \"{}\", {}u, {}, {}, {value}, {expect}, \"{}\"}},\n",
        function.name,
        variant.what,
        variant.nulls,
        index(variant.broken),
        index(variant.number.map(|(index, _)| index)),
        variant.named,
    )
}

/// The program, and the number of its calls.
fn generated(all: &[Function]) -> Result<(String, usize), String> {
    let mut text = "#include \"null_calls.h\"\n\n".to_owned();
    let mut table = String::new();
    let mut count = 0;
    for function in all {
        text += &caller(function)?;
        for variant in variants(all, function) {
            table += &row(function, &variant);
            count += 1;
        }
    }
    write!(
        text,
        "static const struct variant variants[] = {{\n{table}}};\n\n\
         int main(void) {{ return run_all(variants, sizeof variants / sizeof *variants); }}\n"
    )
    .expect("memory can be written");
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
