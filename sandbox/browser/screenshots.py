"""Writes the pictures of the dashboard into docs/images: `make screenshots`."""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import neura_ai
from chromium import THEMES, Chromium
from server import BINARY, ROOT, Sandbox

WIDTH, HEIGHT = 1000, 640
KEYS = [
    ("laptop", "development", "30d", "unlimited"),
    ("staging", "staging", "90d", "basic"),
    ("web", "production", "90d", "unlimited"),
]


def fill(db: Path) -> None:
    """Keys that were used in the last hour."""
    for name, environment, expires, tier in KEYS:
        options = ["--environment", environment, "--expires", expires, "--tier", tier]
        command = [BINARY, "keys", "create", "--db", str(db), "--name", name, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    minute = int(time.time()) // 60
    with sqlite3.connect(db) as store:
        for number, (key,) in enumerate(store.execute("SELECT id FROM keys").fetchall()):
            for ago in range(55):
                requests = (ago * (7 + number)) % (5 + 9 * number)
                row = (key, minute - ago, requests, 0, 0, 0)
                tokens = (requests * 31, requests * 46, (minute - ago) * 60_000)
                store.execute("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row + tokens)
    store.close()


def refuse(sandbox: Sandbox) -> None:
    """Requests that the page shows as refused."""
    revoked = sandbox.create(name="old web", environment="production", expires="90d")
    sandbox.revoke("old web")
    for key in (revoked, "nk-sandbox-mistyped-0000000000"):
        with neura_ai.Client(api_key=key, base_url=sandbox.base_url) as client:
            assert not client.check().ok


def main() -> None:
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "keys.sqlite"
        fill(db)
        with Sandbox("--db", str(db)) as sandbox, Chromium() as browser:
            refuse(sandbox)
            for theme in THEMES:
                browser.show(theme, WIDTH, HEIGHT)
                for name, path in [("keys", "/"), ("usage", "/dashboard/usage")]:
                    browser.get(sandbox.url(path))
                    browser.screenshot(images / f"dashboard-{name}-{theme}.png")


if __name__ == "__main__":
    main()
