"""``with_options``, and the options of a client by the names that the OpenAI SDK has for them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import header
from sides import SIDES, Side

MODELS = {"status": 200, "body": '{"data": []}'}
OTHER_KEY = "nk-test-1111111111111111wxyz"
BUSY = {"status": 503, "headers": [["retry-after-ms", "1"]]}
each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


@each_side
def test_headers_and_query_by_the_names_of_the_sdk(scripted: Scripted, side: Side) -> None:
    server = scripted(*[MODELS] * 6)

    async def play() -> None:
        options: dict[str, Any] = {
            "default_headers": iter([("X-A", "1"), ("X-B", "1")]),
            "headers": {"x-b": "2"},
            "default_query": {"tenant": 7, "tag": ["a", "b"], "none": None},
        }
        async with side.client(KEY, base_url=server.base_url, **options) as client:
            await side.result(client.models.list())
            await side.result(client.get("/models", params={"tenant": 8}, headers={"X-A": "3"}))
            more: dict[str, Any] = {"extra_headers": {"x-a": "4"}, "extra_query": {"tag": "c"}}
            await side.result(client.models.list(**more))
            # None stands in the place of a default, as in requests and the SDK.
            await side.result(client.get("/models", params={"tenant": None, "x": None}))
            await side.result(client.models.list(extra_query=[("tag", None), ("a", "b")]))
            changed = client.with_options(default_query={"tag": None})
            await side.result(changed.models.list())

    side.run(play())
    requests = server.requests()
    assert [request["target"] for request in requests] == [
        "/v1/models?tenant=7&tag=a&tag=b",
        "/v1/models?tag=a&tag=b&tenant=8",
        "/v1/models?tenant=7&tag=c",
        "/v1/models?tag=a&tag=b",
        "/v1/models?tenant=7&a=b",
        "/v1/models?tenant=7",
    ]
    assert [header(request, "x-a") for request in requests[:3]] == [["1"], ["3"], ["4"]]
    assert [header(request, "x-b") for request in requests] == [["2"]] * 6


@each_side
def test_other_options_over_the_same_key_and_connection(scripted: Scripted, side: Side) -> None:
    server = scripted(*[MODELS] * 4)

    async def play() -> None:
        options: dict[str, Any] = {"headers": {"X-A": "1"}, "default_query": {"a": 1}}
        async with side.client(KEY, base_url=server.base_url, **options) as client:
            changed = client.with_options(headers={"x-a": "2", "X-B": "2"}, default_query={"b": 2})
            twice = changed.with_options(headers=[("X-B", "3")])
            assert type(twice) is type(client)
            for each in (client, changed, twice):
                await side.result(each.models.list())
            assert client.usage().keys[0].requests == 3
            changed.set_api_key(OTHER_KEY)
            await side.result(twice.get("/models", headers={"X-A": "4"}))

    side.run(play())
    requests = server.requests()
    assert [header(request, "x-a") for request in requests] == [["1"], ["2"], ["2"], ["4"]]
    assert [header(request, "x-b") for request in requests] == [[], ["2"], ["3"], ["3"]]
    queries = [request["target"].partition("?")[2] for request in requests]
    assert queries == ["a=1", "a=1&b=2", "a=1&b=2", "a=1&b=2"]
    assert header(requests[-1], "authorization") == [f"Bearer {OTHER_KEY}"]
    assert len({request["connection"] for request in requests}) == 1


@each_side
def test_limits_and_retries_of_both_hold(scripted: Scripted, side: Side) -> None:
    server = scripted(BUSY, BUSY, BUSY, "stall")

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=1) as client:
            once = client.with_options(max_retries=0)
            assert (await side.result(once.get("/x"))).attempts == 1
            assert (await side.result(client.get("/x"))).attempts == 2
            with pytest.raises(neura_ai.APITimeoutError, match="Raise timeout"):
                await side.result(once.with_options(timeout=0.2).get("/x"))

    side.run(play())


@each_side
def test_each_is_closed_by_itself(scripted: Scripted, side: Side) -> None:
    server = scripted(200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            changed = client.with_options(max_retries=0)
            await side.result(client.close())
            assert not changed.is_closed()
            assert (await side.result(changed.get("/x"))).ok
            with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
                client.with_options(max_retries=0)

    side.run(play())


@each_side
def test_options_are_checked_as_those_of_a_client(side: Side) -> None:
    async def play() -> None:
        async with side.client(KEY) as client:
            for wrong, says in [
                ({"timeout": 0}, "timeout must be more than 0"),
                ({"connect_timeout": -1}, "connect_timeout must be more than 0"),
                ({"max_retries": -1}, "max_retries must be between"),
                ({"headers": {"Host": "x"}}, "Host"),
                ({"headers": {"X-A": f"x\r\n{KEY}"}}, "X-A"),
            ]:
                with pytest.raises(neura_ai.ConfigError, match=says) as caught:
                    client.with_options(**wrong)
                assert KEY not in str(caught.value)
            for name in ("api_key", "base_url", "proxy", "http_client", "timout", "max_in_flight"):
                with pytest.raises(TypeError, match=rf"^with_options\(\) got .* '{name}': "):
                    client.with_options(**{name: "x"})

    side.run(play())


def test_a_secret_of_a_changed_client_is_redacted(scripted: Scripted) -> None:
    secret = "Bearer secret-of-the-changed-1234"
    client = scripted.client({"status": 400, "body": f'{{"error": "bad {secret[7:]}"}}'})
    changed = client.with_options(headers={"Authorization": secret})
    with pytest.raises(neura_ai.BadRequestError) as caught:
        changed.models.list()
    assert secret[7:] not in f"{caught.value} {caught.value.body}"


@each_side
def test_a_changed_client_can_be_copied_and_pickled(
    scripted: Scripted, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    server = scripted(*[MODELS] * 3)

    async def play() -> None:
        async with side.client(base_url=server.base_url, headers={"X-A": "1"}) as client:
            changed = client.with_options(headers={"X-B": "2"}).with_options(
                default_query={"c": 3}, timeout=(5, 60)
            )
            again = pickle.loads(pickle.dumps(changed))  # noqa: S301
            twice = pickle.loads(pickle.dumps(again))  # noqa: S301
            for each in (copy.copy(changed), again, twice):
                await side.result(each.models.list())
            for wrong in ({"headers": {"X-Secret": "x"}}, {"default_query": {"api_key": "x"}}):
                with pytest.raises(TypeError, match="may hold a secret"):
                    pickle.dumps(client.with_options(**wrong))
            changed.set_api_key(OTHER_KEY)
            for each in (client, changed):
                with pytest.raises(TypeError, match="set_api_key"):
                    pickle.dumps(each)

    side.run(play())
    requests = server.requests()
    assert {request["target"] for request in requests} == {"/v1/models?c=3"}
    assert [header(request, "x-a") + header(request, "x-b") for request in requests] == [
        ["1", "2"]
    ] * 3


class Mine(neura_ai.Client):
    """A program's own client, with an attribute and an option of its own."""

    def __init__(self, team: str, **options: Any) -> None:
        super().__init__(**options)
        self.team = team


def test_a_programs_own_client_keeps_its_attributes(scripted: Scripted) -> None:
    server = scripted(200, 200)
    mine = Mine("search", api_key=lambda: KEY, base_url=server.base_url)
    changed = mine.with_options(headers={"X-A": "1"})
    assert changed.team == "search"
    assert changed.get("/x").ok
    session = neura_ai.Session(KEY, base_url=server.base_url)
    session.headers["X-B"] = "1"
    other = session.with_options(headers={"X-A": "1"})
    other.headers["X-B"] = "2"
    other.get("/x")
    assert session.headers["X-B"] == "1"
    assert header(server.requests()[1], "x-b") == ["2"]


#: Names of other libraries, and words of what is said of them.
FOREIGN = [
    ("api_base", "did you mean 'base_url'?"),
    ("openai_api_key", "did you mean 'api_key'?"),
    ("organization", "accounts of OpenAI"),
    ("project", "accounts of OpenAI"),
    ("http_client", "the connections are this package's own"),
    ("transport", "the connections are this package's own"),
    ("webhook_secret", "leave it out"),
    ("api_version", "leave it out"),
    ("verify", "give a Client its ca_file"),
    ("num_retries", "did you mean 'max_retries'?"),
    ("request_timeout", "did you mean 'timeout'?"),
    ("model", "with each call"),
]


@pytest.mark.parametrize("made", [neura_ai.Client, neura_ai.AsyncClient, neura_ai.resolve])
@pytest.mark.parametrize(("name", "says"), FOREIGN)
def test_a_name_of_another_library_says_what_it_is_here(made: Any, name: str, says: str) -> None:
    with pytest.raises(TypeError) as caught:
        made(**{name: KEY})
    assert f"unexpected keyword argument '{name}': " in str(caught.value)
    assert says in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("made", [neura_ai.OpenAI, neura_ai.AsyncOpenAI, neura_ai.Session])
def test_one_that_asks_for_nothing_is_taken(made: Any) -> None:
    made(KEY, organization=None, project=None, http_client=None, webhook_secret=None)
    for name in ("colour", "api_base"):
        with pytest.raises(TypeError, match=f"'{name}'"):
            made(KEY, **{name: None})
