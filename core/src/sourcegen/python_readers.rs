//! Python: the methods that read a body in pieces or in lines, for threads and for event loops, each
//! with a type for bytes and one for text.

use super::Target;

const PATH: &str = "bindings-python/python/neura_ai/_reading.py";

const DECODE: &str = "decode_unicode";

/// The forms that type checkers know: bytes, text by name, and text by position.
fn overloads(name: &str, returns: &str, size: &str, delimiter: bool) -> String {
    let mut out = String::new();
    for (of, is_positional) in [("bytes", true), ("str", false), ("str", true)] {
        let is_text = of == "str";
        let mut arguments = vec!["self".to_owned()];
        arguments.push(match is_text && is_positional {
            true => "chunk_size: int | None".to_owned(),
            false => format!("chunk_size: int | None = {size}"),
        });
        if is_text && !is_positional {
            arguments.push("*".to_owned());
        }
        arguments.push(match is_text {
            true => format!("{DECODE}: Literal[True]"),
            false => format!("{DECODE}: Literal[False] = False"),
        });
        if delimiter {
            arguments.push(format!("delimiter: {of} | None = None"));
        }
        out.push_str(&declared(
            name,
            &arguments,
            &format!("{returns}[{of}]"),
            delimiter,
        ));
    }
    out
}

/// A declaration in the layout of ruff: its arguments on one line, or one by one.
fn declared(name: &str, arguments: &[String], returns: &str, one_by_one: bool) -> String {
    let arguments = match one_by_one {
        true => arguments
            .iter()
            .map(|it| format!("        {it},\n"))
            .collect(),
        false => format!("        {}\n", arguments.join(", ")),
    };
    format!("    @overload\n    def {name}(\n{arguments}    ) -> {returns}: ...\n")
}

/// One method, which returns an iterator of the class `of`.
fn method(name: &str, is_async: bool, size: &str, lines: bool, doc: &str) -> String {
    let (returns, of) = match is_async {
        true => ("AsyncIterator", "AsyncBodyIterator"),
        false => ("Iterator", "BodyIterator"),
    };
    let overloads = overloads(name, returns, size, lines);
    let body = match lines {
        true => format!(
            "    def {name}(
        self,
        chunk_size: int | None = {size},
        {DECODE}: bool = False,
        delimiter: str | bytes | None = None,
    ) -> {returns}[Any]:
        \"\"\"{doc}\"\"\"
        from ._body import {of}
        from ._lines import Lines

        lines = Lines({DECODE}, delimiter)
        return {of}(self, chunk_size, {DECODE}, lines)
"
        ),
        false => format!(
            "    def {name}(
        self, chunk_size: int | None = {size}, {DECODE}: bool = False
    ) -> {returns}[Any]:
        \"\"\"{doc}\"\"\"
        from ._body import {of}

        return {of}(self, chunk_size, {DECODE})
"
        ),
    };
    format!("\n{overloads}{body}")
}

pub fn targets() -> Vec<Target> {
    let methods = [
        method("iter_content", false, "1", false, PIECES),
        method("iter_lines", false, "512", true, LINES),
        method(
            "aiter_content",
            true,
            "1",
            false,
            "As ``iter_content``, for ``async for``.",
        ),
        method(
            "aiter_lines",
            true,
            "512",
            true,
            "As ``iter_lines``, for ``async for``.",
        ),
    ];
    let text = format!(
        "\"\"\"How the body of a reply is read in pieces and in lines.

Made from core/src/sourcegen/python_readers.rs by `make options`; edit there.
\"\"\"

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, overload

from ._native import Reply


class Reading(Reply):
    \"\"\"A reply whose body is read as it comes.\"\"\"

    __slots__ = ()
{}",
        methods.concat()
    );
    vec![Target { path: PATH, text }]
}

const PIECES: &str =
    "The body in pieces of at most ``chunk_size`` bytes, as soon as they are there; None sets
        no limit. With ``decode_unicode`` they are text, read by ``encoding``.";
const LINES: &str =
    "The lines of the body, without their ends, each as soon as it is there; ``delimiter``
        ends them in place of a line break.";
