"""What a type checker says of a user's program."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

RIGHT = """
from pathlib import Path
from typing_extensions import assert_type
import neura_ai

client = neura_ai.Client("nk-a", timeout=(5, None), connect_timeout=None)
messages = [{"role": "user", "content": "Hello!"}]
answer = client.chat.completions.create(model="m", messages=messages, temperature=1, timeout=None)
assert_type(answer, neura_ai.Object)
stream = client.chat.completions.create(model="m", messages=messages, stream=True)
assert_type(stream, neura_ai.ChatCompletionStream)
for chunk in stream:
    assert_type(chunk, neura_ai.Object)
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


def mypy(folder: Path, program: str) -> str:
    (folder / "program.py").write_text(program, encoding="utf-8")
    package = Path(__file__).resolve().parents[1] / "python"
    arguments = ["--strict", "--config-file=", f"--cache-dir={package.parent / '.mypy_cache'}"]
    printed, problems, _ = api.run([*arguments, str(folder / "program.py")])
    assert problems == ""
    return printed


def test_a_right_program_is_found_right(tmp_path: Path) -> None:
    assert mypy(tmp_path, RIGHT).startswith("Success")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
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
    ],
)
def test_a_wrong_line_is_found(tmp_path: Path, line: str, complaint: str) -> None:
    program = f"import neura_ai\nclient = neura_ai.Client()\n{line}\n"
    printed = mypy(tmp_path, program)
    assert "program.py:3: error" in printed
    assert complaint in printed
