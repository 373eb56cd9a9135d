"""Compares a chat through neura_ai with the same chat through other clients.

The clients take turns, one call each, so that noise on the machine affects all of them
equally. Prints the median time of a call and its ratio to neura_ai's.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "examples"))

import demo
import neura_ai
import openai
from openai.types.chat import ChatCompletionUserMessageParam

WARM_UP = 50
CALLS = 1000
MESSAGE: ChatCompletionUserMessageParam = {"role": "user", "content": "Hello!"}


def sides(env: dict[str, str]) -> dict[str, Callable[[], object]]:
    base, key = env["NEURA_BASE_URL"], env["NEURA_API_KEY"]
    ours = neura_ai.Client(key, base_url=base)
    sdk = openai.OpenAI(api_key=key, base_url=base)
    place = urlsplit(base)
    bare = http.client.HTTPConnection(place.hostname or "", place.port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def standard_library() -> object:
        body = json.dumps({"model": "gpt-5", "messages": [MESSAGE]})
        bare.request("POST", f"{place.path}/chat/completions", body, headers)
        return json.loads(bare.getresponse().read())

    return {
        "neura_ai": lambda: ours.chat.completions.create(model="gpt-5", messages=[MESSAGE]),
        "http.client": standard_library,
        "openai": lambda: sdk.chat.completions.create(model="gpt-5", messages=[MESSAGE]),
    }


def main() -> None:
    with demo.Sandbox() as hello:
        calls = sides(demo.environment(hello))
        times: dict[str, list[float]] = {name: [] for name in calls}
        for number in range(WARM_UP + CALLS):
            for name, call in calls.items():
                started = time.perf_counter()
                call()
                if number >= WARM_UP:
                    times[name].append(time.perf_counter() - started)
    ours = statistics.median(times["neura_ai"])
    print(f"{CALLS} calls of each side in turn, {os.cpu_count()} processors")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:12} {median * 1e6:8.0f} us  {median / ours:5.2f} x")


if __name__ == "__main__":
    main()
