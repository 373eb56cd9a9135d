"""One program, whose import line alone differs: with the libraries, and over this package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KEY
from servers import Replay, Sandbox

#: As the service's page has it, and what a program of the SDK does besides.
SDK = """
import os
{line}

client = OpenAI(api_key=os.environ["NEURA_API_KEY"], base_url=os.environ["NEURA_BASE_URL"])
messages = [{{"role": "user", "content": "Hello!"}}]
response = client.chat.completions.create(model="gpt-5", messages=messages)
print(response.choices[0].message.content, response.usage.total_tokens)
for chunk in client.chat.completions.create(model="gpt-5", messages=messages, stream=True):
    print(repr(chunk.choices[0].delta.content))
print([model.id for model in client.models.list()])
made = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
print([len(each.embedding) for each in made.data], made.usage.prompt_tokens)
raw = client.models.with_raw_response.list()
print(raw.status_code, raw.headers["content-type"], type(raw.parse()).__name__)
for wrong in (
    lambda: client.models.retrieve("no-such-model"),
    lambda: client.with_options(api_key="nk-fake-wrong-00000000").models.list(),
):
    try:
        wrong()
    except APIStatusError as error:
        print(type(error).__name__, error.status_code, error.code, bool(error.request_id))
"""

#: The same on an event loop, with the module as a whole.
ASYNC_SDK = """
import asyncio, os
{line}

async def main():
    key, url = os.environ["NEURA_API_KEY"], os.environ["NEURA_BASE_URL"]
    async with openai.AsyncOpenAI(api_key=key, base_url=url, timeout=openai.Timeout(30)) as client:
        messages = [{{"role": "user", "content": "Hello!"}}]
        call = client.chat.completions.create
        reply, models = await asyncio.gather(
            call(model="gpt-5", messages=messages), client.models.list()
        )
        print(reply.choices[0].message.content, len(models.data))
        async for chunk in await call(model="gpt-5", messages=messages, stream=True):
            print(repr(chunk.choices[0].delta.content))
        try:
            await client.models.retrieve("no-such-model")
        except openai.NotFoundError as error:
            print(error.status_code, error.code, str(error))

asyncio.run(main())
"""

REQUESTS = """
import os
{line}

url = os.environ["NEURA_BASE_URL"]
headers = {{"Authorization": "Bearer " + os.environ["NEURA_API_KEY"]}}
payload = {{"model": "gpt-5", "messages": [{{"role": "user", "content": "Hello!"}}]}}
response = requests.post(url + "/chat/completions", headers=headers, json=payload, timeout=30)
response.raise_for_status()
print(response.status_code, response.ok, response.reason, bool(response))
print(response.json()["choices"][0]["message"]["content"], len(response.text) > 50)
print(response.headers["Content-Type"], response.elapsed.total_seconds() > 0)
payload["stream"] = True
with requests.post(
    url + "/chat/completions", headers=headers, json=payload, stream=True, timeout=(5, 30)
) as streamed:
    lines = [line for line in streamed.iter_lines() if line]
    print(len(lines), lines[-1])
print(requests.get(url + "/models", headers=headers, params={{"limit": 2}}, timeout=30).url)
for verb in (requests.put, requests.patch, requests.delete, requests.head):
    print(verb.__name__, verb(url + "/models", headers=headers, timeout=30).status_code)
with requests.Session() as session:
    session.headers.update(headers)
    print(session.get(url + "/models", timeout=30).json()["object"])
headers["Authorization"] = "Bearer nk-fake-wrong-00000000"
lost = requests.get(url + "/models", headers=headers, timeout=30)
print(lost.status_code, lost.ok, bool(lost), lost.json()["error"]["code"])
try:
    lost.raise_for_status()
except requests.exceptions.HTTPError as error:
    print("refused", error.response.status_code, isinstance(error, requests.RequestException))
"""

#: What fails on the way: the server says nothing.
FAULTS = """
import os
{line}

url = os.environ["NEURA_BASE_URL"]
try:
    requests.get(url + "/x", timeout=0.3)
except requests.exceptions.Timeout as error:
    print("too late", isinstance(error, requests.exceptions.RequestException))
try:
    requests.get(url + "/x", timeout=10)
except requests.exceptions.ConnectionError:
    print("not there")
"""


def run(program: str, line: str, base_url: str, key: str, folder: Path) -> str:
    """What the program prints."""
    file = folder / "program.py"
    file.write_text(program.format(line=line), encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    environment = {**own, "NEURA_API_KEY": key, "NEURA_BASE_URL": base_url}
    ran = subprocess.run(
        [sys.executable, file], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    ("program", "theirs", "ours"),
    [
        (
            SDK,
            "from openai import APIStatusError, OpenAI",
            "from neura_ai.openai import APIStatusError, OpenAI",
        ),
        (ASYNC_SDK, "import openai", "import neura_ai.openai as openai"),
        (REQUESTS, "import requests", "import neura_ai as requests"),
    ],
    ids=["openai", "openai on asyncio", "requests"],
)
def test_a_program_that_changes_its_import_alone_prints_the_same(
    sandbox: Sandbox, tmp_path: Path, program: str, theirs: str, ours: str
) -> None:
    printed = [
        run(program, line, sandbox.base_url, sandbox.api_key, tmp_path) for line in (theirs, ours)
    ]
    assert printed[0].count("\n") > 5
    assert printed[1] == printed[0]


def test_a_program_catches_what_fails_by_the_same_names(tmp_path: Path) -> None:
    printed = []
    for line in ("import requests", "import neura_ai as requests"):
        # A connection that is reset is tried again by us: four times is often enough.
        with Replay("stall", "reset", "reset", "reset", "reset") as server:
            printed.append(run(FAULTS, line, server.base_url, KEY, tmp_path))
    assert printed == 2 * ["too late True\nnot there\n"]
