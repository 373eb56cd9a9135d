"""What a side is measured with, which the runner gives it in the environment."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

# Does so many calls.
Work = Callable[[int], None]
# The length of the answer's text, which every side reads; another server may have another.
TEXT = int(os.environ.get("BENCH_TEXT", "205"))
# The numbers of an answer of embeddings.
VECTORS = 100 * 1536


def question() -> dict[str, Any]:
    """About 300 bytes of JSON."""
    return {
        "model": "gpt-5",
        "messages": [
            {"role": "system", "content": "You answer in one short paragraph, in plain words."},
            {
                "role": "user",
                "content": "Which animals of a forest sleep through the winter, and which of them "
                "wake up now and then to eat from what they stored in the autumn before?",
            },
        ],
    }


@dataclass(frozen=True)
class Setting:
    base_url: str
    key: str
    ca_file: str | None
    events: int
    size: int
    calls: int
    in_flight: int
    threads: int
    question: dict[str, Any] = field(default_factory=question)
    texts: list[str] = field(default_factory=lambda: [f"text number {n}" for n in range(100)])

    @classmethod
    def of_the_environment(cls) -> Setting:
        def number(name: str) -> int:
            return int(os.environ.get(name, "0"))

        return cls(
            base_url=os.environ["BENCH_URL"],
            key=os.environ["BENCH_KEY"],
            ca_file=os.environ.get("BENCH_CA_FILE") or None,
            events=number("BENCH_EVENTS"),
            size=number("BENCH_SIZE"),
            calls=number("BENCH_CALLS"),
            in_flight=number("BENCH_IN_FLIGHT"),
            threads=number("BENCH_THREADS"),
        )

    def below_the_base_url(self) -> Setting:
        """The same with paths in place of URLs, for a client that knows the base URL."""
        return replace(self, base_url="")

    @property
    def chat_url(self) -> str:
        return f"{self.base_url}/chat/completions"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.base_url).port or 0

    @property
    def prefix(self) -> str:
        """The base URL's path."""
        return urlsplit(self.base_url).path

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def headers(self) -> dict[str, str]:
        return {**self.authorization, "Content-Type": "application/json"}

    @property
    def streamed(self) -> dict[str, Any]:
        return {**self.question, "stream": True}

    @property
    def embedded(self) -> dict[str, Any]:
        model = "text-embedding-3-small"
        return {"model": model, "input": self.texts, "encoding_format": "float"}

    @property
    def payload(self) -> bytes:
        """The body of an upload."""
        return b"x" * self.size

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)


def content(answer: Any) -> int:
    """The length of the text of an answer that is plain dicts."""
    return len(answer["choices"][0]["message"]["content"])


def vectors(answer: Any) -> int:
    """The numbers of an answer of embeddings."""
    return sum(len(item["embedding"]) for item in answer["data"])


def text(value: object) -> bytes:
    return json.dumps(value).encode()
