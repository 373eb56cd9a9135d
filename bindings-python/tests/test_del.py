"""A call in ``__del__`` of an object that lives until the interpreter ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from servers import Sandbox

PROGRAM = """
import asyncio, atexit, builtins
import neura_ai

question = {{"model": "gpt-5", "messages": [{{"role": "user", "content": "Hello!"}}]}}


class Last:
    def __init__(self):
        self.client = neura_ai.Client()
        self.asynchronous = neura_ai.AsyncClient()
        self.create = self.client.chat.completions.create
        self.stream = self.create(**question, stream=True)
        self.get, self.run = neura_ai.get, asyncio.run

    def __del__(self):
        try:
            print({call})
        except Exception as error:
            print(f"{{type(error).__name__}}: {{error}}")


{kept}
"""
CALLS = [
    "self.client.get('/models').status_code",
    "self.get('/models').status_code",
    "self.create(**question).object",
    "self.client.models.list().object",
    "self.client.check().ok",
    "self.client.post('/x', files={'f': b'x'}).status_code",
    "self.run(self.asynchronous.get('/models')).status_code",
    "len(list(self.client.stream('POST', '/chat/completions', json=question)))",
    "self.stream.final().object",
    "type(self.client)().get('/models').status_code",
]
ENDING = "the interpreter is ending, so neura_ai makes no more calls"


def ran(sandbox: Sandbox, call: str, kept: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM.format(call=call, kept=kept)],
        env={
            **os.environ,
            "NEURA_API_KEY": sandbox.api_key,
            "NEURA_BASE_URL": sandbox.base_url,
        },
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "kept", ["last = Last()", "last = Last(); last.ring = last", "builtins.last = Last()"]
)
def test_it_is_refused_in_clear_words(sandbox: Sandbox, call: str, kept: str) -> None:
    (said,) = ran(sandbox, call, kept)
    assert said.startswith(f"RuntimeError: {ENDING}")


@pytest.mark.parametrize("call", ["self.client.get('/models').status_code", "self.client.close()"])
def test_a_function_of_atexit_still_calls(sandbox: Sandbox, call: str) -> None:
    first, _ = ran(sandbox, call, "last = Last(); atexit.register(last.__del__)")
    assert first in ("200", "None")


def test_what_came_before_can_be_read(sandbox: Sandbox) -> None:
    kept = "last = Last(); last.reply = last.client.get('/models')"
    call = "(self.reply.status_code, self.reply.json()['object'], self.client)"
    (said,) = ran(sandbox, call, kept)
    assert said.startswith("(200, 'list', Client(base_url=")
