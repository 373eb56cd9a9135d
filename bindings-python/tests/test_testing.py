"""``neura_ai.testing``: the sandbox of users' own tests, and the plugin of pytest."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import neura_ai
import pytest
from faulty import nobody
from neura_ai.testing import Sandbox
from servers import Replay, binary, eventually

pytest_plugins = ["pytester"]

PROGRAM = binary("neura-sandbox")
VARIABLE = "NEURA_SANDBOX_BIN"


@pytest.fixture(autouse=True)
def program(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(PROGRAM))


def listens(base_url: str) -> bool:
    address = urlsplit(base_url)
    try:
        socket.create_connection((str(address.hostname), address.port or 0), timeout=5).close()
    except OSError:
        return False
    return True


def run(script: str) -> subprocess.Popen[str]:
    """A program that prints one line."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_client_of_the_sandbox_gets_answers() -> None:
    with Sandbox() as box:
        reply = box.client(timeout=30).chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
        )
        assert reply.choices[0].message.content == "You said: Hello!"


def test_an_asynchronous_client_of_the_sandbox_gets_answers() -> None:
    async def ask(box: Sandbox) -> None:
        async with box.async_client(timeout=30) as client:
            assert (await client.check()).ok
        assert (await box.async_client(box.revoked_api_key).check()).kind == "revoked_api_key"

    with Sandbox() as box:
        asyncio.run(ask(box))


def test_each_key_gets_what_its_name_says() -> None:
    with Sandbox() as box:
        with pytest.raises(neura_ai.ExpiredAPIKeyError):
            box.client(box.expired_api_key).models.list()
        with pytest.raises(neura_ai.RevokedAPIKeyError):
            box.client(box.revoked_api_key).models.list()
        limited = box.client(box.limited_api_key, max_retries=0)
        for _ in range(3):
            limited.models.list()
        with pytest.raises(neura_ai.RateLimitError):
            limited.models.list()


def test_a_program_finds_the_sandbox_by_its_variables() -> None:
    script = "import neura_ai; print(neura_ai.get('/models').status_code)"
    with Sandbox() as box:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **box.env},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == "200\n"


def test_the_verbs_of_the_module_find_each_sandbox_in_turn(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    urls = []
    for _ in range(2):
        with Sandbox() as box, monkeypatch.context() as patch:
            for name, value in box.env.items():
                patch.setenv(name, value)
            reply = neura_ai.get("/models")
            assert reply.ok
            urls.append(reply.url)
            # As long as it runs, what the environment says makes no difference.
            patch.setenv("NEURA_BASE_URL", nobody())
            assert neura_ai.get("/models").ok
    assert urls[0] != urls[1]
    with Replay(200) as server:
        monkeypatch.setenv("NEURA_API_KEY", key)
        monkeypatch.setenv("NEURA_BASE_URL", server.base_url)
        assert neura_ai.get("/models").url.startswith(server.base_url)


def test_it_starts_and_closes_without_a_block() -> None:
    box = Sandbox()
    assert box.start() is box
    url = box.base_url
    assert listens(url)
    assert repr(box) == f"Sandbox(base_url={url!r})"
    with pytest.raises(RuntimeError, match="is already running"):
        box.start()
    box.close()
    box.close()
    assert not listens(url)
    assert repr(box) == "Sandbox(not running)"
    with pytest.raises(RuntimeError, match="`with` block, or call start"):
        _ = box.api_key
    with box:
        assert listens(box.base_url)


def test_keys_in_a_file_outlive_the_sandbox(tmp_path: Path) -> None:
    with Sandbox(db=tmp_path / "keys.sqlite") as box:
        key = box.api_key
    with Sandbox(db=tmp_path / "keys.sqlite") as box:
        assert box.client(key).check().ok
        with pytest.raises(neura_ai.ConfigError, match="already had keys"):
            _ = box.api_key


def test_events_come_as_slowly_as_asked() -> None:
    with Sandbox(event_delay=0.2) as box:
        client = box.client(idle_timeout=0.05, max_retries=0)
        question = [{"role": "user", "content": "one two three"}]
        with (
            client.chat.completions.create(model="gpt-5", messages=question, stream=True) as stream,
            pytest.raises(neura_ai.APITimeoutError),
        ):
            list(stream)


def test_the_program_is_found_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("PATH", str(PROGRAM.parent))
    with Sandbox() as box:
        assert listens(box.base_url)


def test_no_program_says_where_it_was_looked_for_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(neura_ai.ConfigError) as caught:
        Sandbox().start()
    for words in (f"{VARIABLE} is not set", str(tmp_path), "pip install 'neura-ai[testing]'"):
        assert words in str(caught.value)


def test_a_variable_that_names_no_program_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(neura_ai.ConfigError, match=f"{VARIABLE} is '.*gone'.*pip install"):
        Sandbox().start()


def test_a_failing_start_tells_what_the_program_said(tmp_path: Path) -> None:
    with pytest.raises(neura_ai.ConfigError, match=r"ended at once with exit code [12]: .*\w"):
        Sandbox(db=tmp_path).start()


START = "from neura_ai.testing import Sandbox\nbox = Sandbox().start()\n"
TELL = "print(box.base_url, flush=True)\n"


def test_it_ends_with_the_interpreter() -> None:
    url, problems = run(START + TELL).communicate(timeout=30)
    assert problems == ""
    assert not listens(url.strip())


def test_it_ends_when_the_program_is_killed() -> None:
    process = run(START + TELL + "input()")
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert listens(url)
    process.kill()
    process.communicate()
    assert eventually(lambda: not listens(url), 5)


def test_it_ends_when_nothing_refers_to_it() -> None:
    box = Sandbox().start()
    url = box.base_url
    del box
    gc.collect()
    assert not listens(url)


def test_the_plugin_has_one_sandbox_for_the_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        found = []

        @pytest.mark.parametrize("again", [False, True])
        def test_it_answers(neura_sandbox, again):
            assert neura_sandbox.client().check().ok
            found.append(neura_sandbox.base_url)
            assert len(set(found)) == 1
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_the_plugin_says_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "gone")
    pytester.makepyfile("def test_it(neura_sandbox): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ConfigError: NEURA_SANDBOX_BIN is 'gone'*pip install*"])


def test_the_plugin_costs_those_little_who_do_not_use_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other plugins of this environment load what they like.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import sys

        def test_what_is_loaded():
            heavy = {"asyncio", "ssl", "http.client", "neura_ai._client", "urllib.request"}
            assert not heavy & set(sys.modules)
        """
    )
    plugin = ("-p", "neura_ai.testing.pytest_plugin")
    pytester.runpytest_subprocess(*plugin).assert_outcomes(passed=1)
