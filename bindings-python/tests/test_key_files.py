"""faults.md 85 and 96, mounted secrets, and programs that print the key."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import header

FIRST = "nk-fake-first-0000000000001111"
SECOND = "nk-fake-second-000000000002222"
REFUSED = {
    "status": 401,
    "headers": [["content-type", "application/json"]],
    "body": '{"error": {"message": "No.", "code": "expired_api_key"}}',
}
OK = {"status": 200, "body": "{}"}


def keys_of(scripted: Scripted) -> list[str]:
    sent = [header(request, "authorization") for request in scripted.requests()]
    return [value.removeprefix("Bearer ") for values in sent for value in values]


def get(is_async: bool, **options: Any) -> int:
    """The status of one call."""
    if not is_async:
        return neura_ai.Client(max_retries=0, **options).get("/models").status_code

    async def ask() -> int:
        async with neura_ai.AsyncClient(max_retries=0, **options) as client:
            return (await client.get("/models")).status_code

    return asyncio.run(ask())


def test_fault_85_an_expansion_without_end_is_a_config_error(tmp_path: Path) -> None:
    lines = "A=aaaaaaaaaaaaaaaa\n" + ("A=" + "${A}" * 8 + "\n") * 11
    file = tmp_path / ".env"
    file.write_text(lines + "NEURA_API_KEY=${A}\n")
    with pytest.raises(neura_ai.ConfigError, match="1 MiB"):
        neura_ai.resolve(env_file=file)
    file.write_text(f"{lines}NEURA_API_KEY={FIRST}\n")
    assert neura_ai.resolve(env_file=file).mask == "…1111"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no FIFOs")
@pytest.mark.parametrize("is_async", [False, True])
def test_fault_96_a_fifo_is_kept_for_later_clients_and_read_again_after_a_401(
    tmp_path: Path, scripted: Scripted, is_async: bool
) -> None:
    fifo = tmp_path / "mine.env"
    os.mkfifo(fifo)
    server = scripted(OK, OK, REFUSED, OK)

    def write(key: str) -> threading.Thread:
        writer = threading.Thread(target=fifo.write_text, args=[f"NEURA_API_KEY={key}\n"])
        writer.start()
        return writer

    writer = write(FIRST)
    for _ in range(2):
        assert get(is_async, env_file=fifo, base_url=server.base_url) == 200
    writer.join(5)
    assert not writer.is_alive()
    writer = write(SECOND)
    assert get(is_async, env_file=fifo, base_url=server.base_url) == 200
    writer.join(5)
    assert keys_of(scripted) == [FIRST, FIRST, FIRST, SECOND]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/fd")
def test_fault_96_a_descriptor_of_the_shells_is_read(tmp_path: Path) -> None:
    code = "import neura_ai; print([neura_ai.resolve().mask for _ in range(2)])"
    shell = f"echo {FIRST} | {{ exec 3<&0 </dev/null; exec \"$0\" -c '{code}'; }}"
    done = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable],
        env={**os.environ, "NEURA_API_KEY_FILE": "/dev/fd/3", "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode().strip() == "['…1111', '…1111']", done.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_mounted_secret_is_rotated_by_the_link_that_it_stands_behind(
    tmp_path: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Kubernetes does it: key -> ..data/key, ..data -> a folder of that day.
    for name, key in (("..day1", FIRST), ("..day2", SECOND)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "key").write_text(key)
    (tmp_path / "..data").symlink_to("..day1")
    (tmp_path / "key").symlink_to("..data/key")
    monkeypatch.setenv("NEURA_API_KEY_FILE", str(tmp_path / "key"))
    client = neura_ai.Client(base_url=scripted(OK, REFUSED, OK).base_url, max_retries=0)
    assert client.get("/models").ok
    (tmp_path / "..new").symlink_to("..day2")
    (tmp_path / "..new").replace(tmp_path / "..data")
    assert client.get("/models").ok
    assert keys_of(scripted) == [FIRST, FIRST, SECOND]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_program_prints_the_key_and_is_asked_again_after_a_401(
    tmp_path: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch, is_async: bool
) -> None:
    script = tmp_path / "key of mine.py"
    script.write_text(
        "import pathlib; log = pathlib.Path(__file__).with_suffix('.log')\n"
        "runs = len(log.read_text()) if log.exists() else 0\n"
        "log.write_text('x' * (runs + 1))\n"
        f"print(['{FIRST}', '{SECOND}'][runs]); print('more')\n"
    )
    monkeypatch.setenv("NEURA_API_KEY_COMMAND", f"'{sys.executable}' '{script}'")
    key = neura_ai.resolve()
    assert (key.source, key.name, key.mask) == ("command", "NEURA_API_KEY_COMMAND", None)
    assert not script.with_suffix(".log").exists()
    assert get(is_async, base_url=scripted(REFUSED, OK).base_url) == 200
    assert keys_of(scripted) == [FIRST, SECOND]


def test_a_program_that_waits_holds_up_no_loop_and_ends_with_its_call(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripted
) -> None:
    code = "import time; time.sleep(60)"
    monkeypatch.setenv("NEURA_API_KEY_COMMAND", f"'{sys.executable}' -c '{code}'")
    base_url = scripted(OK).base_url

    async def ask() -> int:
        ticks = 0
        async with neura_ai.AsyncClient(base_url=base_url) as client:
            call = asyncio.ensure_future(client.get("/models", timeout=1))
            while not call.done():
                await asyncio.sleep(0.02)
                ticks += 1
            with pytest.raises(neura_ai.APITimeoutError):
                await call
        return ticks

    started = time.monotonic()
    assert asyncio.run(ask()) > 15
    assert time.monotonic() - started < 5
    assert scripted.requests() == []
