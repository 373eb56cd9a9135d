"""`diagnose`: the verdict, the checks behind it, and no key in either form."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox

CODES = [
    "profile",
    "key_source",
    "key_shadowed",
    "key_form",
    "key_age",
    "env_file_permissions",
    "env_file_git",
    "credentials_file",
    "options",
    "base_url",
    "proxy",
    "name_resolution",
    "tcp",
    "tls",
    "clock",
    "service",
]
HTML = {
    "status": 200,
    "headers": [["content-type", "text/html"]],
    "body": "<!doctype html><title>Welcome</title>",
}
KEY = "nk-fake-0000000000000000wxyz"


def diagnose(api_key: Any, **arguments: Any) -> neura_ai.Report:
    """A report whose form is looked at, and which holds no key."""
    report = neura_ai.diagnose(api_key, **arguments)
    told = report.to_dict()
    assert set(told) == {"ok", "verdict", "checks", "key", "base_url"}
    assert [check.code for check in report.checks] == CODES
    for check in report.checks:
        assert set(check) == {"code", "status", "found", "advice"}
        assert check.status in ("ok", "warning", "failed", "skipped")
        assert check.found in str(report)
    assert report.ok == all(check.status != "failed" for check in report.checks)
    assert f"verdict: {report.verdict}" in str(report)
    if isinstance(api_key, str):
        assert api_key not in json.dumps(told) + str(report) + repr(report)
    return report


def check(report: neura_ai.Report, code: str) -> neura_ai.Object:
    return report.checks[CODES.index(code)]


def test_a_key_that_works_is_valid(sandbox: Sandbox) -> None:
    report = diagnose(sandbox.api_key, base_url=sandbox.base_url)
    assert (report.ok, report.verdict) == (True, "valid")
    assert report.base_url == sandbox.base_url
    assert report.key == neura_ai.resolve(sandbox.api_key, base_url=sandbox.base_url)
    assert check(report, "service").status == "ok"


@pytest.mark.parametrize("kind", ["expired", "revoked", "invalid"])
def test_a_key_that_does_not_work_has_its_kind(sandbox: Sandbox, kind: str) -> None:
    key = getattr(sandbox, f"{kind}_api_key", KEY)
    report = diagnose(key, base_url=sandbox.base_url)
    assert (report.ok, report.verdict) == (False, f"{kind}_api_key")
    assert check(report, "service").status == "failed"
    assert check(report, "service").advice


def test_no_key_is_missing(sandbox: Sandbox) -> None:
    report = diagnose(None, base_url=sandbox.base_url)
    assert (report.ok, report.verdict, report.key) == (False, "missing_api_key", None)
    assert "NEURA_API_KEY" in check(report, "key_source").found
    assert check(report, "tcp").status == "ok"
    assert check(report, "service").status == "skipped"


def test_a_malformed_key_has_its_kind(sandbox: Sandbox) -> None:
    report = diagnose("nk-fake with-spaces", base_url=sandbox.base_url)
    assert report.verdict == "malformed_api_key"
    assert check(report, "key_form").status == "failed"


def test_nobody_listens_is_connection() -> None:
    with socket.socket() as bound:  # a port that is taken, but not listened at
        bound.bind(("127.0.0.1", 0))
        report = diagnose(KEY, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
    assert (report.ok, report.verdict) == (False, "connection")
    assert check(report, "tcp").status == "failed"
    assert report.key.mask == "…wxyz"


def test_a_server_that_answers_html_is_decode(scripted: Scripted) -> None:
    report = diagnose(KEY, base_url=scripted(HTML).base_url)
    assert (report.ok, report.verdict) == (False, "decode")
    assert "HTML" in check(report, "service").found


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("close", "connection"),
        ({"status": 200, "headers": [["content-length", "90"]], "body": "{"}, "connection"),
    ],
)
def test_half_an_answer_or_none_is_connection(scripted: Scripted, reply: Any, verdict: str) -> None:
    assert diagnose(KEY, base_url=scripted(reply).base_url).verdict == verdict


def test_a_server_that_echoes_the_key_finds_it_redacted(scripted: Scripted) -> None:
    echo = {"status": 401, "body": json.dumps({"error": {"message": f"no such key: {KEY}"}})}
    report = diagnose(KEY, base_url=scripted(echo).base_url)
    assert report.verdict == "authentication"
    assert "no such key" in check(report, "service").found


def test_a_callable_is_asked(sandbox: Sandbox) -> None:
    asked: list[int] = []

    def source() -> str:
        asked.append(1)
        return sandbox.api_key

    report = diagnose(source, base_url=sandbox.base_url)
    assert report.verdict == "valid"
    assert asked == [1]
    assert report.key.source == "callable"
    assert report.key.mask == f"…{sandbox.api_key[-4:]}"
    assert sandbox.api_key not in f"{report!r} {report}"


def test_a_callable_that_fails_is_config(sandbox: Sandbox) -> None:
    asked: list[int] = []

    def source() -> str:
        asked.append(1)
        raise KeyError("vault")

    report = diagnose(source, base_url=sandbox.base_url)
    assert (report.ok, report.verdict) == (False, "config")
    assert "KeyError: 'vault'" in str(report)
    assert asked == [1]


def test_what_shadows_what_is_told(
    sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".env").write_text(f"NEURA_API_KEY={KEY}\n", encoding="utf-8")
    monkeypatch.setenv("NEURA_API_KEY", sandbox.api_key)
    report = diagnose(None, base_url=sandbox.base_url)
    assert report.verdict == "valid"
    assert str(home / ".env") in check(report, "key_shadowed").found
    assert not any(key in f"{report!r} {report}" for key in (KEY, sandbox.api_key))


def test_limits_hold(scripted: Scripted) -> None:
    report = diagnose(KEY, base_url=scripted("stall").base_url, timeout=0.3)
    assert report.verdict == "timeout"
