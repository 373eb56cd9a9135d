"""A callable as the key: when it is asked, and what comes of its failures."""

from __future__ import annotations

import copy
import gc
import subprocess
import sys
import threading
import time
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox, header

KEY = "nk-fake-0000000000000000wxyz"
NEXT = "nk-fake-1111111111111111stuv"
REFUSED = {"status": 401, "body": '{"error": {"message": "no", "code": "invalid_api_key"}}'}


class Source:
    """Gives one key after another, then the last again; an exception is raised."""

    def __init__(self, *given: Any) -> None:
        self.given = list(given)
        self.threads: list[int] = []

    def __call__(self) -> Any:
        self.threads.append(threading.get_ident())
        key = self.given.pop(0) if len(self.given) > 1 else self.given[0]
        if isinstance(key, BaseException):
            raise key
        return key

    @property
    def asked(self) -> int:
        return len(self.threads)


def ask(scripted: Scripted, source: Any, *replies: Any) -> neura_ai.Client:
    return neura_ai.Client(source, base_url=scripted(*replies or (200,)).base_url, max_retries=0)


def keys(scripted: Scripted) -> list[str]:
    """The keys that came to the server, in order."""
    values = [header(request, "authorization") for request in scripted.requests()]
    return [value.removeprefix("Bearer ") for (value,) in values]


def test_it_is_asked_at_the_first_request_and_not_again(scripted: Scripted) -> None:
    source = Source(KEY)
    client = ask(scripted, source)
    assert repr(client) == f"Client(base_url={client.base_url!r}, api_key='callable')"
    assert source.asked == 0
    assert client.get("/models").ok
    assert client.get("/models").ok
    assert source.threads == [threading.get_ident()]
    assert keys(scripted) == [KEY, KEY]
    assert "…wxyz" in repr(client)
    assert client.auth_headers() == {"Authorization": f"Bearer {KEY}"}
    assert source.asked == 1


def test_it_is_asked_by_auth_headers_too(scripted: Scripted) -> None:
    source = Source(KEY)
    assert ask(scripted, source).auth_headers() == {"Authorization": f"Bearer {KEY}"}
    assert source.asked == 1


def test_it_is_asked_on_the_thread_that_makes_the_call(scripted: Scripted) -> None:
    source = Source(KEY)
    client = ask(scripted, source)
    thread = threading.Thread(target=client.get, args=("/models",))
    thread.start()
    thread.join()
    assert source.threads == [thread.ident]


def test_another_key_after_a_401_is_sent_once_more(scripted: Scripted) -> None:
    source = Source(KEY, NEXT)
    client = ask(scripted, source, REFUSED, 200)
    response = client.get("/models")
    assert (response.status_code, response.attempts) == (200, 2)
    assert keys(scripted) == [KEY, NEXT]
    assert source.asked == 2


def test_the_same_key_after_a_401_is_not_sent_again(scripted: Scripted) -> None:
    source = Source(KEY)
    with pytest.raises(neura_ai.InvalidAPIKeyError):
        ask(scripted, source, REFUSED).models.list()
    assert keys(scripted) == [KEY]
    assert source.asked == 2


def test_many_threads_ask_once_and_none_waits_for_ever(sandbox: Sandbox) -> None:
    def slow() -> str:
        asked.append(1)
        time.sleep(0.2)  # lets go of the interpreter while the core's lock is held
        return sandbox.api_key

    asked: list[int] = []
    client = neura_ai.Client(slow, base_url=sandbox.base_url)
    calls = [lambda: client.get("/models").ok, lambda: bool(client.auth_headers()), client.check]
    with ThreadPoolExecutor(12) as pool:
        done = [pool.submit(call) for call in calls * 4]
        assert all(future.result(timeout=20) for future in done)
    assert len(asked) == 1


def test_a_failure_is_a_config_error_with_its_words(scripted: Scripted) -> None:
    failure = OSError("the vault is sealed")
    client = ask(scripted, Source(failure, failure, failure, KEY))
    for call in (client.models.list, client.auth_headers, lambda: client.stream("GET", "/x")):
        with pytest.raises(neura_ai.ConfigError, match="OSError: the vault is sealed") as caught:
            call()
        assert caught.value.__cause__ is failure
        assert (caught.value.kind, caught.value.attempts) == ("config", 0)
    assert scripted.requests() == []
    assert client.get("/models").ok


def test_a_failure_without_words_is_told_by_its_name(scripted: Scripted) -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    for failure, words in ((KeyError(), "KeyError"), (MuteError("a secret"), "MuteError")):
        with pytest.raises(neura_ai.ConfigError, match=f"failed: {words}$") as caught:
            ask(scripted, Source(failure)).get("/models")
        assert caught.value.__cause__ is failure


def test_a_failure_that_tells_a_key_in_use_does_not_go_along(scripted: Scripted) -> None:
    # The header makes it a secret of the client's, so the core takes it out of the words.
    failing = neura_ai.Client(
        Source(ValueError(f"{KEY} is no key")),
        base_url=scripted(200).base_url,
        headers={"Authorization": f"Bearer {KEY}"},
    )
    with pytest.raises(neura_ai.ConfigError, match="is no key") as caught:
        failing.models.list()
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_failure_after_a_401_is_told_with_the_401(scripted: Scripted) -> None:
    failure = OSError("the vault is sealed")
    with pytest.raises(neura_ai.InvalidAPIKeyError, match="the vault is sealed") as caught:
        ask(scripted, Source(KEY, failure), REFUSED).models.list()
    assert caught.value.__cause__ is failure
    assert keys(scripted) == [KEY]


def test_a_failure_after_a_401_shows_no_key(scripted: Scripted) -> None:
    failure = OSError(f"{KEY} is used up")
    with pytest.raises(neura_ai.InvalidAPIKeyError, match="is used up") as caught:
        ask(scripted, Source(KEY, failure), REFUSED).models.list()
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_what_is_no_exception_passes_through(scripted: Scripted, failure: BaseException) -> None:
    for client in (
        ask(scripted, Source(failure)),
        ask(scripted, Source(KEY, failure), REFUSED),
    ):
        with pytest.raises(type(failure)) as caught:
            client.get("/models")
        assert caught.value is failure
    with pytest.raises(type(failure)) as caught:
        neura_ai.diagnose(Source(failure), base_url=scripted(200).base_url)
    assert caught.value is failure


def test_ctrl_c_while_an_exception_says_what_it_is_passes_through(scripted: Scripted) -> None:
    class SlowError(Exception):
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(scripted, Source(SlowError())).get("/models")


@pytest.mark.parametrize("given", [KEY.encode(), None, 5, [KEY]])
def test_what_is_not_text_is_a_config_error(scripted: Scripted, given: Any) -> None:
    with pytest.raises(neura_ai.ConfigError, match=f"returned {type(given).__name__}") as caught:
        ask(scripted, lambda: given).get("/models")
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("given", ["", "nk with spaces inside", "nk-\udc80"])
def test_text_that_is_no_key_is_malformed(scripted: Scripted, given: str) -> None:
    with pytest.raises(neura_ai.MalformedAPIKeyError, match="callable"):
        ask(scripted, lambda: given).get("/models")
    assert scripted.requests() == []


def test_an_asynchronous_one_is_told_where_it_belongs(
    scripted: Scripted, recwarn: pytest.WarningsRecorder
) -> None:
    async def source() -> str:
        return KEY

    with pytest.raises(neura_ai.ConfigError, match=r"coroutine.* needs AsyncClient"):
        ask(scripted, source).get("/x")
    gc.collect()
    assert [str(it.message) for it in recwarn] == []


def test_it_may_use_another_client(sandbox: Sandbox, scripted: Scripted) -> None:
    vault = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url)
    client = ask(scripted, lambda: vault.get("/models").request_id)
    assert client.get("/x").ok
    broken = ask(scripted, neura_ai.Client("nk-fake-00", base_url=sandbox.base_url).models.list)
    with pytest.raises(neura_ai.ConfigError, match="InvalidAPIKeyError") as caught:
        broken.get("/x")
    assert isinstance(caught.value.__cause__, neura_ai.InvalidAPIKeyError)


def test_it_must_not_use_its_own_client(scripted: Scripted) -> None:
    client = ask(scripted, lambda: client.auth_headers()["Authorization"])
    with pytest.raises(neura_ai.ConfigError, match="client of its own") as caught:
        client.get("/x")
    assert isinstance(caught.value.__cause__, neura_ai.ConfigError)
    assert scripted.requests() == []


def test_a_ring_of_client_and_callable_is_collected(scripted: Scripted) -> None:
    class Service:
        def __init__(self, base_url: str) -> None:
            self.client = neura_ai.Client(self.key, base_url=base_url)

        def key(self) -> str:
            return KEY

    service = Service(scripted(200).base_url)
    gc.collect()
    assert service.client.get("/x").ok
    gone = weakref.ref(service)
    del service
    gc.collect()
    assert gone() is None


def test_rings_of_copies_and_their_callable_are_collected(scripted: Scripted) -> None:
    class Service:
        def __init__(self, base_url: str) -> None:
            self.client = neura_ai.Client(self.key, base_url=base_url)
            self.other = copy.copy(self.client)

        def key(self) -> str:
            return KEY

    base_url = scripted(200, 200).base_url
    services = [Service(base_url) for _ in range(100)]
    assert services[0].client.get("/x").ok
    assert services[0].other.get("/x").ok
    gone = [weakref.ref(service) for service in services]
    services.clear()
    gc.collect()
    assert [ref for ref in gone if ref() is not None] == []


#: A crash would take the tests along.
COPIES = """
import copy, gc, sys
import neura_ai
secret = ["nk-fake-0000"]

def main():
    def keys(): return secret[0]
    one = neura_ai.Client(keys, base_url="http://127.0.0.1:9/v1")
    other = copy.copy(one)
    one.me, other.me = one, other
    before = sys.getrefcount(keys)
    del one, other
    gc.collect()
    print(keys(), before - sys.getrefcount(keys))

main()
"""


def test_a_callable_outlives_copies_that_are_collected() -> None:
    process = subprocess.run(
        [sys.executable, "-c", COPIES], capture_output=True, text=True, timeout=30
    )
    # Each of the two had a reference of its own.
    assert (process.returncode, process.stdout) == (0, "nk-fake-0000 2\n")


def test_a_callable_may_look_at_its_client_when_both_end(scripted: Scripted) -> None:
    class Last:
        seen = ""

        def __call__(self) -> str:
            return KEY

        def __del__(self) -> None:
            Last.seen = repr(client)

    client = ask(scripted, Last())
    client.close()
    assert Last.seen == "Client(closed)"
