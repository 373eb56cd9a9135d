"""calls.py URL COUNT REQUEST WHAT: for callgrind, COUNT calls or one stream of a Python program.

WHAT: `post` and `create`, a call; `chunks`, a stream that is read to its end.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import neura_ai


def main() -> None:
    url, count, file, what = sys.argv[1:]
    request = json.loads(Path(file).read_text())
    client = neura_ai.Client("nk-fake-0123456789abcdef0123", base_url=url)
    # A collection falls into one run and not into the other.
    gc.disable()
    if what == "chunks":
        words = 0
        for chunk in client.chat.completions.create(**request, stream=True):
            words += bool(chunk.choices[0].delta.content)
        assert words == int(count), words
        return
    for _ in range(int(count)):
        if what == "post":
            client.post("/chat/completions", json=request).json()
        else:
            client.chat.completions.create(**request)


main()
