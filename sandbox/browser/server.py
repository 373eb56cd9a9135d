"""Starts the sandbox, and sends requests as a program does."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("NEURA_SANDBOX_BIN", str(ROOT / "target" / "release" / "neura-sandbox"))
# The proxies of the environment do not know this machine's loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """A sandbox on a free port, which ends with the `with` block."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def __enter__(self) -> Sandbox:
        command = [BINARY, "--port", "0", "--stop-on-stdin-close", *self.options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout is not None
        hello = json.loads(self.process.stdout.readline())
        self.base_url: str = hello["base_url"]
        self.api_key: str = hello["api_key"]
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=10)

    def url(self, path: str) -> str:
        """The URL of a page."""
        return self.base_url.removesuffix("/v1") + path

    def create(self, **wanted: str) -> str:
        """A new key, made as a program makes it."""
        return str(self.change("", wanted)["api_key"])

    def revoke(self, name: str) -> None:
        self.change(f"/{quote(name)}/revoke", {})

    def change(self, path: str, body: dict[str, str]) -> Any:
        url = self.url("/dashboard/api/keys")
        with OPENER.open(url) as reply:
            headers = {"x-dashboard-token": json.load(reply)["token"]}
        request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)  # noqa: S310
        with OPENER.open(request) as reply:
            return json.load(reply)
