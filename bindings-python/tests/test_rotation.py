"""Several keys, a new key while calls run, and how much each was used."""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import KeyStore, Sandbox, header

MESSAGES = [{"role": "user", "content": "one two three"}]
OLD = "nk-fake-0000000000000000wxyz"
NEW = "nk-fake-1111111111111111stuv"
MEMBERS = {
    "fingerprint",
    "mask",
    "source",
    "requests",
    "unauthorized",
    "rate_limited",
    "retries",
    "prompt_tokens",
    "completion_tokens",
    "first_used",
    "last_used",
}


def fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def test_the_next_key_of_a_list_follows_a_401(sandbox: Sandbox) -> None:
    given = [sandbox.revoked_api_key, sandbox.api_key]
    for keys in (given, tuple(given)):
        client = neura_ai.Client(keys, base_url=sandbox.base_url)
        assert client.get("/models").attempts == 2
        assert client.get("/models").attempts == 1
        counts = {key.fingerprint: (key.requests, key.unauthorized) for key in client.usage().keys}
        assert counts == {fingerprint(given[0]): (1, 1), fingerprint(given[1]): (2, 0)}


@pytest.mark.parametrize("wrong", [b"nk-fake-secret", None, 5, ["nk-fake-secret"]])
def test_a_list_of_other_things_than_text_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"api_key\[1\]") as caught:
        neura_ai.Client([OLD, wrong])
    assert "secret" not in str(caught.value)


def test_a_list_without_keys_is_refused() -> None:
    with pytest.raises(neura_ai.ConfigError, match="empty"):
        neura_ai.Client([])


def test_a_new_key_counts_from_the_next_request_on(scripted: Scripted) -> None:
    server = scripted(200)
    client = neura_ai.Client(OLD, base_url=server.base_url)
    client.get("/a")
    client.set_api_key(NEW)
    assert "…stuv" in repr(client)
    assert client.auth_headers() == {"Authorization": f"Bearer {NEW}"}
    client.get("/b")
    sent = [header(request, "authorization") for request in server.requests()]
    assert sent == [[f"Bearer {OLD}"], [f"Bearer {NEW}"]]


def test_a_new_key_takes_the_place_of_a_callable(scripted: Scripted) -> None:
    server = scripted(200)
    client = neura_ai.Client(lambda: 1 / 0, base_url=server.base_url)  # type: ignore[arg-type]
    client.set_api_key(NEW)
    assert client.get("/a").ok
    assert client.check().key.source == "caller"


def test_a_changed_file_gives_its_key_without_a_refusal(tmp_path: Path, scripted: Scripted) -> None:
    file = tmp_path / "mine.env"
    file.write_text(f"NEURA_API_KEY={OLD}\n")
    server = scripted(200)
    client = neura_ai.Client(env_file=file, base_url=server.base_url, max_retries=0)
    client.get("/a")
    fresh = tmp_path / "fresh"
    fresh.write_text(f"NEURA_API_KEY={NEW}\n")
    fresh.replace(file)
    time.sleep(10.2)  # between two looks at the file
    client.get("/b")
    sent = [header(request, "authorization") for request in server.requests()]
    assert sent == [[f"Bearer {OLD}"], [f"Bearer {NEW}"]]


def test_a_malformed_new_key_leaves_the_old_one(scripted: Scripted) -> None:
    client = neura_ai.Client(OLD, base_url=scripted(200).base_url)
    for wrong in ("", "nk-fake secret", "nk-\udc80"):
        with pytest.raises(neura_ai.MalformedAPIKeyError) as caught:
            client.set_api_key(wrong)
        assert "secret" not in str(caught.value)
        assert "the API key from set_api_key " in str(caught.value)
    for other in (None, NEW.encode(), [NEW]):
        with pytest.raises(TypeError) as refused:
            client.set_api_key(other)  # type: ignore[arg-type]
        assert NEW not in str(refused.value)
    assert client.auth_headers() == {"Authorization": f"Bearer {OLD}"}


def test_a_key_is_replaced_under_load_without_a_failed_request(tmp_path: Path) -> None:
    with KeyStore(tmp_path / "keys.sqlite") as server:
        keys = [server.create(f"key{number}") for number in range(6)]
        client = neura_ai.Client(keys[0], base_url=server.base_url, max_retries=0)
        done = threading.Event()

        def work() -> list[int]:
            statuses = []
            while not done.is_set():
                statuses.append(client.get("/models").status_code)
                answer = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
                statuses.append(answer._response.status_code)
            return statuses

        def made() -> int:
            return sum(key.requests for key in client.usage().keys)

        with ThreadPoolExecutor(8) as pool:
            workers = [pool.submit(work) for _ in range(8)]
            for number, key in enumerate(keys):
                client.set_api_key(key)
                enough = made() + 60
                while made() < enough and not any(worker.done() for worker in workers):
                    threading.Event().wait(0.002)
                if number == 3:
                    server.revoke("key0")  # long out of use
            done.set()
            statuses = [status for worker in workers for status in worker.result(timeout=30)]
        assert set(statuses) == {200}
        used = {key.fingerprint: key for key in client.usage().keys}
        assert list(used) == [fingerprint(key) for key in keys]
        assert all(key.requests >= 30 and key.unauthorized == 0 for key in used.values())
        assert sum(key.requests for key in used.values()) == len(statuses)


def test_usage_counts_requests_refusals_retries_and_tokens(
    sandbox: Sandbox, scripted: Scripted
) -> None:
    client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url)
    assert client.usage().to_dict()["keys"][0]["first_used"] is None
    before = datetime.now(timezone.utc) - timedelta(seconds=1)
    answer = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    with client.chat.completions.create(
        model="gpt-5",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        chunks = list(stream)
    (key,) = client.usage().keys
    assert (key.requests, key.unauthorized, key.rate_limited, key.retries) == (2, 0, 0, 0)
    spent = [answer.usage, chunks[-1].usage]
    assert key.prompt_tokens == sum(each.prompt_tokens for each in spent) > 0
    assert key.completion_tokens == sum(each.completion_tokens for each in spent) > 0
    times = [key.first_used, key.last_used]
    assert all(time.endswith("Z") for time in times)
    first, last = (datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times)
    assert before < first <= last <= datetime.now(timezone.utc) + timedelta(seconds=1)

    limited = {"status": 429, "headers": [["retry-after", "0"]]}
    tried = neura_ai.Client(OLD, base_url=scripted(limited, 503, 200).base_url)
    assert tried.get("/x").ok
    (key,) = tried.usage().keys
    assert (key.requests, key.rate_limited, key.retries) == (3, 1, 2)


def test_usage_shows_no_key(sandbox: Sandbox) -> None:
    client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url)
    client.get("/models")
    usage = client.usage()
    assert set(usage.to_dict()["keys"][0]) == MEMBERS
    assert type(usage.to_dict()["keys"][0]) is dict
    assert usage.keys[0].source == "caller"
    assert sandbox.api_key not in f"{usage} {usage!r} {usage.to_dict()}"


def test_a_closed_client_has_neither(client: neura_ai.Client) -> None:
    client.close()
    for call in (client.usage, lambda: client.set_api_key(NEW)):
        with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
            call()
