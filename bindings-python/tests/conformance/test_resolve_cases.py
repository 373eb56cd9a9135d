"""conformance/resolve.json: a folder, an environment, and where the key is found in them."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import neura_ai
import pytest
from cases import each_case, only, only_fields, words
from sides import Side

#: Files of a case that are no ordinary ones.
SPECIAL: dict[str, Callable[[Path], object]] = {
    "directory": Path.mkdir,
    "fifo": lambda path: os.mkfifo(path),
    "foreign": lambda path: foreign(path),
    "huge": lambda path: path.write_text("#" * ((1 << 20) + 1)),
    "not_utf8": lambda path: path.write_bytes(b"NEURA_API_KEY=nk-\xff\xfe\n"),
    "utf16": lambda path: path.write_bytes("\ufeffNEURA_API_KEY=nk-fake\r\n".encode("utf-16-le")),
    "utf16_without_mark": lambda path: path.write_bytes(
        "NEURA_API_KEY=nk-fake\n".encode("utf-16-be")
    ),
    # A regular file of the user's own whose reading fails, whoever asks.
    "unreadable": lambda path: path.symlink_to("/proc/self/mem"),
}
URLS = ["base_url", "base_url_source"]
MEMBERS = ["source", "name", "profile", "mask", "fingerprint", "key_age_days", *URLS]
REFUSED = ["error", "message", "absent_message"]


@each_case("resolve")
def test_the_key_is_found_where_the_rules_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: dict[str, Any], side: Side
) -> None:
    fields = ["files", "special", "pipes", "modes", "cwd", "env", "env_bytes", "options", "expect"]
    only_fields(case, *fields)
    lay_out(tmp_path, case)
    env = filled(case.get("env", {}), tmp_path)
    env |= {name: os.fsdecode(bytes(raw)) for name, raw in case.get("env_bytes", {}).items()}
    arguments = options(tmp_path, case.get("options", {}))
    monkeypatch.chdir(tmp_path / case.get("cwd", "work"))

    async def shown() -> tuple[str, str]:
        async with side.client(**arguments) as client:
            return client.base_url, repr(client)

    told: list[str] = []
    with mock.patch.dict(os.environ, {**env, "HOME": str(tmp_path / "home")}, clear=True):
        if "error" in case["expect"]:
            expect = only(case["expect"], *REFUSED)
            for ask in (lambda: neura_ai.resolve(**arguments), lambda: side.run(shown())):
                with pytest.raises(neura_ai.NeuraError) as caught:
                    ask()
                refused(caught.value, expect)
                told.append(f"{caught.value} {caught.value!r} {vars(caught.value)}")
        else:
            expect = only(case["expect"], *MEMBERS, "path")
            found = neura_ai.resolve(**arguments)
            base_url, text = side.run(shown())
            if expect.get("path"):
                assert found.path == str(tmp_path / expect["path"])
            wanted = {name: expect[name] for name in expect if name != "path" or not expect[name]}
            assert {name: found[name] for name in wanted} == wanted
            # The client takes what is told.
            assert base_url == found.base_url
            assert found.mask in text
            told += [repr(found), str(found), text]
    for secret in secrets(case):
        assert secret not in " ".join(told)


def lay_out(root: Path, case: dict[str, Any]) -> None:
    """Makes the folders and files of a case."""
    for folder in ("home", "work", case.get("cwd", "work")):
        (root / folder).mkdir(parents=True, exist_ok=True)
    files = {**case.get("files", {}), **case.get("special", {}), **case.get("pipes", {})}
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    for name, text in filled(case.get("files", {}), root).items():
        (root / name).write_bytes(text.encode())
    for name, kind in case.get("special", {}).items():
        SPECIAL[kind](root / name)
    for name, text in case.get("pipes", {}).items():
        os.mkfifo(root / name)
        # It waits until somebody reads.
        threading.Thread(target=(root / name).write_text, args=[text], daemon=True).start()
    for name, mode in case.get("modes", {}).items():
        (root / name).chmod(int(mode, 8))


def foreign(path: Path) -> None:
    path.write_text("NEURA_API_KEY=nk-fake-of-somebody-else\n")
    os.chown(path, 65534, 65534)


def options(root: Path, given: dict[str, Any]) -> dict[str, Any]:
    """The options of a case as arguments."""
    only(given, "api_key", "api_keys", "base_url", "env_file", "profile")
    arguments = filled(given, root)
    if "api_keys" in arguments:
        arguments["api_key"] = arguments.pop("api_keys")
    return arguments


def filled(given: dict[str, Any], root: Path) -> dict[str, Any]:
    """With the folder in place of ``{root}``."""
    quoted = json.dumps(str(root))[1:-1]
    found: dict[str, Any] = json.loads(json.dumps(given).replace("{root}", quoted))
    return found


def refused(error: neura_ai.NeuraError, expect: dict[str, Any]) -> None:
    assert error.kind == expect["error"], error
    for part in expect.get("message", []):
        assert words(part) in error.message
    for part in expect.get("absent_message", []):
        assert part not in error.message


def secrets(case: dict[str, Any]) -> set[str]:
    """What looks like a key in whatever a case holds."""
    text = json.dumps([case.get(part) for part in ("files", "pipes", "env", "options")])
    return set(re.findall(r"(?:nk-fake|shell-secret)-[\w-]+", text))
