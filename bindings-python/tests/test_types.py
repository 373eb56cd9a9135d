"""What type checkers say of a user's program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

RIGHT = """
from pathlib import Path
from typing_extensions import assert_type
import neura_ai
from neura_ai import types

client = neura_ai.Client("nk-a", timeout=(5, None), connect_timeout=None)
messages = [{"role": "user", "content": "Hello!"}]
answer = client.chat.completions.create(model="m", messages=messages, temperature=1, timeout=None)
assert_type(answer, types.ChatCompletion)
stream = client.chat.completions.create(model="m", messages=messages, stream=True)
assert_type(stream, neura_ai.ChatCompletionStream)
for chunk in stream:
    assert_type(chunk, types.ChatCompletionChunk)
    assert_type(chunk.choices[0].delta.content, str | None)
with client.stream("POST", "/x", json={"a": 1}) as events:
    assert_type([event.data for event in events], list[str])
response = neura_ai.get("/models", params={"a": [1, True]}, timeout=5)
assert_type(response, neura_ai.Response)
assert_type(response.headers.get("a"), str | None)
assert_type(neura_ai.Client(["nk-a", "nk-b"], profile="p", env_file=False), neura_ai.Client)
assert_type(neura_ai.Client(lambda: "nk-a", env_file=Path(".env")), neura_ai.Client)
assert_type(neura_ai.resolve(("nk-a",), profile=None, base_url="x"), neura_ai.Object)
report = neura_ai.diagnose(timeout=(5, None), headers={"a": "b"}, proxy=False)
assert_type(
    neura_ai.Client(proxy="http://localhost:3128", client_cert=Path("c.pem"), client_key="k.pem"),
    neura_ai.Client,
)
assert_type(neura_ai.resolve(max_body_bytes=1, max_event_bytes=None), neura_ai.Object)
assert_type(report, neura_ai.Report)
assert_type(report.verdict, str)
assert_type(report.checks, list[neura_ai.Object])
assert_type(client.usage().keys, list[neura_ai.Object])
client.set_api_key("nk-b")
try:
    response.raise_for_status()
except neura_ai.RateLimitError as error:
    assert_type(error.retry_after, float | None)
"""


#: What calls take and return.
TYPED = """
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from typing_extensions import assert_type
import neura_ai
from neura_ai import types

class Own(Mapping[str, str]):
    def __getitem__(self, name: str) -> str: return name
    def __iter__(self) -> Iterator[str]: return iter(("role", "content"))
    def __len__(self) -> int: return 2

client = neura_ai.Client()
create = client.chat.completions.create
messages = [{"role": "user", "content": "Hello!"}]
reply = create(model="m", messages=messages, temperature=0.2, stop=("a",), tools=[{"type": "x"}])
choice = reply.choices[0]
assert_type(choice, types.Choice)
assert_type(choice.message.content, str | None)
assert_type(reply.usage, types.CompletionUsage | None)
for call in choice.message.tool_calls or []:
    assert_type(call.function.name, str)
if choice.finish_reason == "stop" or choice.finish_reason == "eos":
    print(choice.message["reasoning"], choice.message.get("x"), choice.model_dump(), reply.keys())
choice.message.content = "Hi"
print(reply._response.request_id if reply._response else None)

def words(of: neura_ai.Object) -> Any:
    return of.any.thing

words(reply)
words(client.check())
theirs: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello!"}]
tool: ChatCompletionToolParam = {"type": "function", "function": {"name": "f"}}
create(model="m", messages=theirs, tools=[tool], response_format={"type": "json_object"})
create(model="m", messages=[Own()], extra_body={"top_k": 5}, temperature=neura_ai.omit)
create(model="m", messages=[*messages, choice.message], stream_options={"include_usage": True})
more: dict[str, Any] = {"n": 2}
create(model="m", messages=messages, **more)
create(model="m", messages=messages, temperature=None, seed=1, logit_bias={"5": 1}, verbosity="x")
assert_type(create(model="m", messages=[], stream=False, n=1), types.ChatCompletion)
made = client.embeddings.create(model="m", input=["a"], dimensions=4)
assert_type(made, types.CreateEmbeddingResponse)
assert_type(made.data[0].embedding, list[float])
for model in client.models.list():
    assert_type(model.id, str)
assert_type(client.models.list().data, list[types.Model])
assert_type(client.models.retrieve("m"), types.Model)
print(types.ChatCompletion({"choices": []}).choices, neura_ai.types.Model(id="m").shutdown_date)
attempts: list[neura_ai.Attempt] = []
neura_ai.Client(on_attempt=attempts.append)
assert_type([attempt.status for attempt in attempts], list[int | None])
with open("a", "rb") as file, open("b") as text:
    forms = {"f": ("n", file, "a/b", {"X": "y"})}
    client.post("/x", files=forms, data={"a": "b"}, progress=lambda done, total: print(done, total))
    client.post("/x", files={"f": file, "g": text, "h": b"", "i": ("n", file), "none": None})
    client.post("/x", files=[("f", file), ("f", (None, "a field"))], progress=True)
whole = create(model="m", messages=messages, stream=True).final()
assert_type(whole.choices[0].message.tool_calls, list[types.ChatCompletionMessageToolCall] | None)

raw = client.chat.completions.with_raw_response.create(model="m", messages=messages, seed=1)
assert_type(raw.parse(), types.ChatCompletion)
assert_type(raw.status_code, int)
assert_type(raw.headers.get("a"), str | None)
opened = client.with_raw_response.chat.completions.create(model="m", messages=messages, stream=True)
assert_type(opened.parse(), neura_ai.ChatCompletionStream)
assert_type(client.models.with_raw_response.retrieve("m").parse(), types.Model)
made = client.embeddings.with_raw_response.create(model="m", input="x").parse()
assert_type(made, types.CreateEmbeddingResponse)
assert_type(client.with_raw_response.check(), neura_ai.Object)
assert_type(client.with_raw_response.get("/models", timeout=5), neura_ai.Response)

async def hear(attempt: neura_ai.Attempt) -> None: ...
async def tell(done: int, total: int | None) -> None: ...
async def pieces() -> AsyncIterator[bytes]: yield b""

async def main() -> None:
    client = neura_ai.AsyncClient(on_attempt=hear)
    await client.post("/x", files={"f": ("n", pieces())}, progress=tell)
    create = client.chat.completions.create
    answer = await create(model="m", messages=messages, top_p=0.5)
    assert_type(answer.choices[0].message.content, str | None)
    async for chunk in await create(model="m", messages=messages, stream=True):
        assert_type(chunk.choices[0].delta.tool_calls, list[types.ChoiceDeltaToolCall] | None)
    assert_type(await client.embeddings.create(model="m", input=[1]), types.CreateEmbeddingResponse)
    stream = await create(model="m", messages=messages, stream=True)
    assert_type(await stream.final(), types.ChatCompletion)
    listed = await client.with_raw_response.models.list()
    assert_type(listed.parse().data, list[types.Model])
    raw = await client.chat.with_raw_response.completions.create(model="m", messages=messages)
    assert_type(raw.parse().choices[0].message.content, str | None)
    async for model in client.models.list():
        assert_type(model, types.Model)
    assert_type((await client.models.list()).data[0], types.Model)
"""
#: A wrong line each, and a word of what is said of it.
WRONG = [
    ('client.get("/x", jsn={})', "jsn"),
    ('neura_ai.get("/x", timeout="5")', "timeout"),
    ('neura_ai.Client(b"nk-a")', "bytes"),
    ('client.chat.completions.create(model="m")', "create"),
    ('client.chat.completions.create(model="m", messages=[], timeout="5")', "create"),
    ('client.get("/x").status', "status"),
    ("neura_ai.Client(lambda: 5)", "int"),
    ("neura_ai.Client(env_file=True)", "env_file"),
    ("neura_ai.Client(proxy=True)", "proxy"),
    ("neura_ai.resolve(max_header_bytes='1')", "max_header_bytes"),
    ("neura_ai.resolve(api_kye=None)", "api_kye"),
    ("neura_ai.diagnose(timeout='5')", "timeout"),
    ("client.set_api_key(None)", "set_api_key"),
    ('create(model="m", messages=[], temprature=0.2)', "overload"),
    ('create(model="m", messages=[], stream=True, temprature=0.2)', "overload"),
    ('create(model="m", messages=[], temperature="hot")', "overload"),
    ('create(model="m", messages=[], stop=5)', "overload"),
    ('create(model="m", messages=[], tools={"type": "x"})', "overload"),
    ('create(model="m", messages="Hello!")', "messages"),
    ('create(model="m", messages=[], max_completion_tokens="5")', "overload"),
    ('create(model="m", messages=[], stream_options=True)', "overload"),
    ('client.embeddings.create(model="m", input="x", dimension=3)', "dimension"),
    ('client.embeddings.create(model="m", input=5)', "input"),
    ("reply.choices[0].mesage", "mesage"),
    ("reply.choice", "choice"),
    ("reply.choices[0].message.contents", "contents"),
    ("reply.choices[0].delta", "delta"),
    ("reply.choices[0].message.content.upper()", "upper"),
    ("reply.usage.total_tokens", "total_tokens"),
    ("reply.usages = None", "usages"),
    ('reply.created = "now"', "int"),
    ("[chunk.choices[0].message for chunk in stream]", "message"),
    ("[chunk.choices[0].delta.contents for chunk in stream]", "contents"),
    ("[model.name for model in client.models.list()]", "name"),
    ('client.models.retrieve("m").name', "name"),
    ("made.data[0].vector", "vector"),
    ("made.data[0].embedding.upper()", "upper"),
    ('client.post("/x", files={"f": 1})', "files"),
    ('client.post("/x", progress=1)', "progress"),
    ('client.get("/x", progress=lambda done: None)', "progress"),
    ("neura_ai.Client(on_attempt=lambda: None)", "on_attempt"),
    ("stream.final().choices[0].delta", "delta"),
    ('client.chat.completions.with_raw_response.create(model="m", messages=[], t=1)', "overload"),
    ('client.models.with_raw_response.retrieve("m").text', "text"),
    ("client.models.with_raw_response.delete", "delete"),
    ("client.with_raw_response.embeddings.create(model='m', input='x').parse().vector", "vector"),
]
BEGINNING = """import neura_ai
client = neura_ai.Client()
create = client.chat.completions.create
reply = create(model="m", messages=[])
stream = create(model="m", messages=[], stream=True)
made = client.embeddings.create(model="m", input="x")
"""

#: A line is wrong by its place behind these.
FIRST = BEGINNING.count("\n") + 1
PROGRAMS = {
    "right.py": RIGHT,
    "typed.py": TYPED,
    "wrong.py": BEGINNING + "".join(f"{line}\n" for line, _ in WRONG),
}
PACKAGE = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, program in PROGRAMS.items():
        (tmp_path / name).write_text(program, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_mypy_finds_each_wrong_line_and_no_other(folder: Path, version: str) -> None:
    arguments = ["--strict", "--config-file=", f"--cache-dir={PACKAGE / '.mypy_cache'}"]
    arguments += ["--hide-error-context", f"--python-version={version}"]
    printed, problems, _ = api.run([*arguments, *(str(folder / name) for name in PROGRAMS)])
    assert problems == ""
    lines = [line for line in printed.splitlines() if ": error: " in line]
    assert [line for line in lines if "wrong.py" not in line] == []
    for number, (line, complaint) in enumerate(WRONG, FIRST):
        said = [found for found in lines if f"wrong.py:{number}: error: " in found]
        assert any(complaint in found for found in said), (line, said)


def test_pyright_says_the_same(folder: Path) -> None:
    pyright = PACKAGE / "pyright" / "node_modules" / "pyright" / "index.js"
    command = ["node", str(pyright), "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, *PROGRAMS], cwd=folder, capture_output=True, check=False)
    found = [
        (Path(said["file"]).name, said["range"]["start"]["line"] + 1, said["message"])
        for said in json.loads(done.stdout)["generalDiagnostics"]
        if said["severity"] == "error"
    ]
    assert [said for said in found if said[0] != "wrong.py"] == []
    assert {line for _, line, _ in found} == {*range(FIRST, FIRST + len(WRONG))}
