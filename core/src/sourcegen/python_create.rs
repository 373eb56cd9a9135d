//! Python: `create` of a chat and of embeddings, with every option as an argument of its own.

use super::Target;
use super::python_methods::{Argument, call_options};
use super::python_texts::*;

pub fn targets() -> Vec<Target> {
    vec![create()]
}

pub(super) const CHAT_MORE: &str = "Unpack[ChatParameters]";

/// The first arguments of a chat, and those of embeddings.
pub(super) fn chat(streams: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("model", "str"),
        ("messages", "Messages"),
        ("stream", streams),
    ]
}

pub(super) const EMBEDDED: [(&str, &str); 2] = [("model", "str"), ("input", "Input")];
pub(super) const EMBEDDINGS_MORE: &str = "Unpack[EmbeddingParameters]";
pub(super) const EMBEDDINGS_ANSWER: &str = "CreateEmbeddingResponse";

/// What a chat returns, by its argument `stream`.
pub(super) fn streamed(stream: &str) -> [(&'static str, String); 3] {
    [
        (
            "Literal[False] | Omitted | None = None",
            "ChatCompletion".to_owned(),
        ),
        ("Literal[True]", stream.to_owned()),
        (
            "bool | Omitted | None",
            format!("ChatCompletion | {stream}"),
        ),
    ]
}

/// `create` of a chat or of embeddings, for threads or for event loops.
pub(super) fn created(
    is_async: bool,
    first: &[(&str, &'static str)],
    more: &str,
    returns: &str,
    decorator: &str,
    doc: &str,
) -> String {
    let def = if is_async { "async def" } else { "def" };
    let decorator = match decorator {
        "" => String::new(),
        decorator => format!("    {decorator}\n"),
    };
    let mut out = format!("\n{decorator}    {def} create(\n        self,\n        *,\n");
    for (name, of) in first {
        out.push_str(&format!("        {name}: {of},\n"));
    }
    for (name, of) in [
        ("extra_headers", "HeaderArgument | None"),
        ("extra_query", "QueryPairs | None"),
        ("extra_body", "Mapping[str, Any] | None"),
    ] {
        out.push_str(&format!("        {name}: {of} = None,\n"));
    }
    for Argument(name, of, default) in call_options() {
        out.push_str(&format!(
            "        {name}: {of} = {},\n",
            default.unwrap_or("None")
        ));
    }
    out.push_str("        default: Default | None = None,\n");
    out.push_str(&format!("        **more: {more},\n"));
    match doc {
        "" => out.push_str(&format!("    ) -> {returns}: ...\n")),
        doc => out.push_str(&format!(
            "    ) -> {returns}:\n        \"\"\"{doc}\"\"\"\n        raise NotImplementedError\n"
        )),
    }
    out
}

/// What `with_raw_response` of a part gives.
fn raw_of(of: &str, part: &str) -> String {
    format!(
        "
    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> Raw{of}{part}: ...
"
    )
}

fn create() -> Target {
    let mut classes = String::new();
    for (is_async, of, stream) in [
        (false, "", "ChatCompletionStream"),
        (true, "Async", "AsyncChatCompletionStream"),
    ] {
        classes.push_str(&format!(
            "\n\nclass {of}Completions(Part):\n    \"\"\"``client.chat.completions``.\"\"\"\n{}",
            raw_of(of, "Completions")
        ));
        let either = format!("ChatCompletion | {stream}");
        for (streams, returns) in streamed(stream) {
            classes.push_str(&created(
                is_async,
                &chat(streams),
                CHAT_MORE,
                &returns,
                "@overload",
                "",
            ));
        }
        let doc = if is_async { CHAT_ASYNC } else { CHAT };
        let first = chat("bool | Omitted | None = None");
        classes.push_str(&created(
            is_async, &first, CHAT_MORE, &either, "@method", doc,
        ));
        classes.push_str(&format!(
            "\n\nclass {of}Embeddings(Part):\n    \"\"\"``client.embeddings``.\"\"\"\n{}",
            raw_of(of, "Embeddings")
        ));
        // Type checkers know an `async def` alone for what it is.
        let decorator = if is_async { "" } else { "@method" };
        classes.push_str(&created(
            is_async,
            &EMBEDDED,
            EMBEDDINGS_MORE,
            EMBEDDINGS_ANSWER,
            decorator,
            EMBEDDINGS,
        ));
        if is_async {
            classes.push_str("\n    if not TYPE_CHECKING:\n        create = method(create)\n");
        }
    }
    let text = format!(
        "\"\"\"``create`` of a chat and of embeddings: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
\"\"\"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from ._arguments import DEFAULT
from ._native import method
from ._part import Part

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import Default, HeaderArgument, QueryPairs, Timeout
    from ._async_stream import AsyncChatCompletionStream
    from ._omitted import Omitted
    from ._parameters import ChatParameters, EmbeddingParameters
    from ._raw_calls import (
        RawAsyncCompletions,
        RawAsyncEmbeddings,
        RawCompletions,
        RawEmbeddings,
    )
    from ._stream import ChatCompletionStream
    from .types import ChatCompletion, CreateEmbeddingResponse

Input: TypeAlias = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]
Messages: TypeAlias = Sequence[Mapping[str, Any]]
{classes}"
    );
    Target {
        path: "bindings-python/python/neura_ai/_create.py",
        text,
    }
}
