"""A new key of the sandbox into a file, without downtime: `rotate.py BASE_URL NAME FILE`."""

import json
import os
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import neura_ai

WATCH = 10  # seconds: a client looks at its file at most this often
QUIET = 2  # seconds: so long must the old key be unused then


def ask(base_url: str, path: str = "", token: str = "", body: str = "") -> Any:
    """Asks the dashboard for JSON; with its token to change something."""
    dashboard = HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    method, headers = "POST" if token else "GET", {"x-dashboard-token": token}
    dashboard.request(method, f"/dashboard/api/keys{path}", body, headers)
    reply = dashboard.getresponse()
    if reply.status >= 400:
        raise SystemExit(f"the dashboard says {reply.status}: {reply.read().decode()}")
    return json.load(reply)


def rotate(base_url: str, name: str, file: Path) -> None:
    found = ask(base_url)
    active = [key for key in found["keys"] if key["name"] == name and key["state"] == "active"]
    if len(active) != 1:
        raise SystemExit(f"{len(active)} active keys have the name {name!r}; there must be one")
    # 1. Create a second key.
    new = ask(base_url, "", found["token"], json.dumps({"name": name, "expires": "90d"}))
    # 2. Test it before anybody uses it.
    check = neura_ai.Client(api_key=new["api_key"], base_url=base_url).check()
    if not check.ok:
        raise SystemExit(f"the new key does not work: {check.message}")
    # 3. Put it in place, all at once.
    beside = file.with_name(f"{file.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(new["api_key"] + "\n")
    os.replace(beside, file)
    # 4. Wait until nobody uses the old one.
    time.sleep(WATCH)
    used = -1
    while used != (used := ask(base_url, f"/{active[0]['id']}")["usage"]["requests"]):
        time.sleep(QUIET)
    # 5. Revoke it.
    ask(base_url, f"/{active[0]['id']}/revoke", found["token"])


rotate(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
