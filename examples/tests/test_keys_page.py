"""The commands of `docs/keys.md`, typed one after another at a terminal, against the sandbox."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROMPT = "(it is not shown): "
LIMIT = 120


def at_a_terminal(script: str, env: dict[str, str], folder: Path, keys: list[str]) -> str:
    """What a shell shows that runs the script; each question for a key gets the next one."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve("/bin/bash", ["bash", "-eu", "-c", script], env)  # noqa: S606 - the child of a fork
    shown, answered, end = "", 0, time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side is closed.
            piece = b""
        if not piece:
            break
        shown += piece.decode(errors="replace")
        while shown.count(PROMPT) > answered:
            time.sleep(0.2)
            os.write(terminal, f"{keys[answered]}\n".encode())
            answered += 1
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, shown
    assert answered == len(keys), shown
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")
def test_the_page_on_keys_is_true(tmp_path: Path) -> None:
    page = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    assert len(blocks) == 7
    sandbox = Path(os.environ.get("NEURA_SANDBOX_BIN", ROOT / "target/release/neura-sandbox"))
    command = Path(os.environ.get("NEURA_BIN", ROOT / "target/release/neura"))
    database = tmp_path / "keys.sqlite"

    def created(name: str) -> str:
        create = [sandbox, "keys", "create", "--name", name, "--db", database]
        key = json.loads(subprocess.check_output(create))["api_key"]
        assert isinstance(key, str)
        return key

    keys = [created(name) for name in ("mine", "staging", "new")]
    serve = [sandbox, "--port", "0", "--stop-on-stdin-close", "--db", database]
    pipe = subprocess.PIPE
    # It ends with its standard input.
    with subprocess.Popen(serve, stdin=pipe, stdout=pipe) as server:
        assert server.stdout is not None
        base_url = json.loads(server.stdout.readline())["base_url"]
        home = tmp_path / "home"
        home.mkdir()
        env = {
            "HOME": str(home),
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "NEURA_BASE_URL": base_url,
            "SHELL": "/bin/bash",
            "TERM": "dumb",
        }
        shown = at_a_terminal("\n".join(blocks), env, home, keys)
    for part in (
        "stored: …",
        "this program has the key",
        "clean: ",
        "installed: ",
        "You said: Hello!",
        "rotated: …",
        "finished: …",
        "delete that key in the dashboard",
    ):
        assert part in shown, shown
    assert not any(key in shown for key in keys), shown
    stored = (home / ".config/neura/credentials.toml").read_text()
    assert [key in stored for key in keys] == [False, True, True]
