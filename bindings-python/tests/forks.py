"""Programs that fork, for the tests of that; each runs in a process group of its own, which is
killed where one of it hangs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

#: What every program begins with. `forked` runs a function in a child, and tells how the
#: child ended: True for well, "hung" for one that was still there after ten seconds.
BEGIN = """
import json, os, signal, sys, threading, time
import neura_ai

key, base_url = sys.argv[1:]
client = neura_ai.Client(key, base_url=base_url, max_retries=0, timeout=20)

def ask(marker, client=client):
    message = {"role": "user", "content": marker}
    reply = client.chat.completions.create(model="gpt-5", messages=[message])
    return reply.choices[0].message.content == f"You said: {marker}"

def ask_for_a_stream(marker, client=client):
    message = {"role": "user", "content": marker}
    said = ""
    for chunk in client.chat.completions.create(model="gpt-5", messages=[message], stream=True):
        said += chunk.choices[0].delta.get("content") or ""
    return said == f"You said: {marker}"

def forked(run):
    child = os.fork()
    if child == 0:
        try:
            right = run()
        except BaseException as error:
            print(f"in a child: {error!r}", file=sys.stderr, flush=True)
            right = False
        os._exit(0 if right else 1)
    return child

def end_of(child):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        known, status = os.waitpid(child, os.WNOHANG)
        if known:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung"

def tell(value):
    print(json.dumps(value), flush=True)
"""


def run(program: str, key: str, base_url: str, within: float = 60) -> Any:
    """What a program tells on its last line."""
    told, said = run_whole(program, key, base_url, within)
    return json.loads(told.splitlines()[-1]), said


def run_whole(program: str, key: str, base_url: str, within: float = 60) -> tuple[str, str]:
    """What a program prints, on its two outputs."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + program, key, base_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, said = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, said = process.communicate()
        pytest.fail(f"the program or a child of it hangs: {told} {said}")
    assert process.returncode == 0, said
    return told, said
