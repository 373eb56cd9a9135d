"""Runs each program of docs/frameworks.md with the real packages. They are large, so they have an
environment of their own: `make deep` makes it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bindings-python" / "tests"))

from servers import Replay, Sandbox  # noqa: E402

PAGE = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
PROGRAMS: list[tuple[str, str]] = re.findall(
    r"^<!-- prints: ([^\n]*) -->\n```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE
)
PACKAGES = ["langchain_openai", "llama_index", "litellm", "instructor", "pydantic_ai", "agents"]
#: Which of them each program is about, by what it imports.
NAMES = [
    next((name for name in PACKAGES if re.search(rf"^\w+ {name}\b", text, re.M)), "gevent")
    for _, text in PROGRAMS
]
#: What instructor asks a model for: a call of a tool with the members of the answer.
CALL = {"name": "Person", "arguments": json.dumps({"name": "Ada", "age": 36})}
MESSAGE = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "1", "type": "function", "function": CALL}],
}
CHOICE = {"index": 0, "finish_reason": "tool_calls", "message": MESSAGE}
ANSWER = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [CHOICE]}


def test_the_page_has_a_program_for_each() -> None:
    assert [*PACKAGES, "gevent"] == NAMES
    assert PAGE.count("```python") == len(PROGRAMS)
    assert max(len(text.splitlines()) for _, text in PROGRAMS) <= 15


@pytest.mark.parametrize(("prints", "program"), PROGRAMS, ids=NAMES)
def test_a_program_runs(prints: str, program: str, tmp_path: Path) -> None:
    with Sandbox() as sandbox, Replay({"status": 200, "body": json.dumps(ANSWER)}) as replay:
        server = replay if "instructor" in program else sandbox
        env = {name: value for name, value in os.environ.items() if "API_KEY" not in name}
        env |= {"NEURA_API_KEY": sandbox.api_key, "NEURA_BASE_URL": server.base_url}
        env |= {"HOME": str(tmp_path), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        env["PYTHONPATH"] = str(ROOT / "bindings-python" / "python")
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert prints in done.stdout
