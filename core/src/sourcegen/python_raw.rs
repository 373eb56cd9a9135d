//! Python: the calls of `with_raw_response`, for type checkers.

use super::Target;
use super::python_create::{
    CHAT_MORE, EMBEDDED, EMBEDDINGS_ANSWER, EMBEDDINGS_MORE, chat, created, streamed,
};

pub fn targets() -> Vec<Target> {
    vec![raw_calls()]
}

fn raw_calls() -> Target {
    let mut classes = String::new();
    for (is_async, of, stream, verbs) in [
        (
            false,
            "",
            "ChatCompletionStream",
            "Verbs[ApiKey, Response, EventStream]",
        ),
        (
            true,
            "Async",
            "AsyncChatCompletionStream",
            "Verbs[AsyncApiKey, Coroutine[Any, Any, Response], AsyncEventStream]",
        ),
    ] {
        let def = if is_async { "async def" } else { "def" };
        let class = |name: &str, bases: &str, what: &str| {
            format!("\n\nclass Raw{of}{name}({bases}):\n    \"\"\"{what}\"\"\"\n\n")
        };
        let raw = |answer: &str| format!("RawResponse[{answer}]");
        classes += class(
            "Completions",
            "Protocol",
            "Those of ``client.chat.completions``.",
        )
        .trim_end();
        classes.push('\n');
        for (streams, answer) in streamed(stream) {
            let returns = raw(&answer);
            let first = chat(streams);
            classes += &created(is_async, &first, CHAT_MORE, &returns, "@overload", "");
        }
        classes += class("Embeddings", "Protocol", "Those of ``client.embeddings``.").trim_end();
        classes.push('\n');
        let returns = raw(EMBEDDINGS_ANSWER);
        classes += &created(is_async, &EMBEDDED, EMBEDDINGS_MORE, &returns, "", "");
        classes += &class("Models", "Protocol", "Those of ``client.models``.");
        // Lines have at most 100 columns.
        let retrieve = match is_async {
            false => {
                "    def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> \
                 RawResponse[Model]: ..."
            }
            true => {
                "    async def retrieve(
        self, model: str, **arguments: Unpack[CallArguments]
    ) -> RawResponse[Model]: ..."
            }
        };
        classes += &format!(
            "    {def} list(
        self, *, progress: Progress | None = None, **arguments: Unpack[CallArguments]
    ) -> RawResponse[ModelList]: ...

{retrieve}
"
        );
        classes += &class("Chat", "Protocol", "Those of ``client.chat``.");
        classes += &format!("    completions: Raw{of}Completions\n");
        let what = "Those of a client. A verb returns the reply itself.";
        classes += &class("Client", verbs, what);
        classes += &format!(
            "    chat: Raw{of}Chat
    models: Raw{of}Models
    embeddings: Raw{of}Embeddings
    base_url: str

    {def} check(self, **arguments: Unpack[CallArguments]) -> Object:
        \"\"\"As ``Client.check``. The result itself has the status.\"\"\"
        raise NotImplementedError
"
        );
    }
    let text = format!(
        "\"\"\"The calls of ``with_raw_response``, for type checkers. ``_raw.py`` has them.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
\"\"\"

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from ._arguments import DEFAULT, ApiKey, AsyncApiKey
from ._async_stream import AsyncEventStream
from ._response import Response
from ._stream import EventStream
from ._verbs import Verbs

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import CallArguments, Default, HeaderArgument, Progress, QueryPairs, Timeout
    from ._async_stream import AsyncChatCompletionStream
    from ._create import Input, Messages
    from ._object import Object
    from ._omitted import Omitted
    from ._parameters import ChatParameters, EmbeddingParameters
    from ._raw import RawResponse
    from ._stream import ChatCompletionStream
    from .types import ChatCompletion, CreateEmbeddingResponse, Model, ModelList
{classes}"
    );
    Target {
        path: "bindings-python/python/neura_ai/_raw_calls.py",
        text,
    }
}
