"""Options in the words of Python, and names that were mistyped."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from sides import SIDES, Side

#: Options that cannot be used, and words of what is said of them.
WRONG = [
    ({"base_url": "http://gw.example/v1"}, "allow it with allow_http"),
    ({"base_url": "https://gw.example/v1?x=1"}, "from the base_url option has a query"),
    ({"timeout": 0}, "timeout must be more than 0. Leave it out for the default, or give None"),
    ({"idle_timeout": -1}, "idle_timeout must be more than 0"),
    ({"connect_timeout": 0}, "connect_timeout must be more than 0"),
    ({"timeout": (0, 1)}, "timeout[0] must be more than 0"),
    ({"timeout": (1, 0)}, "timeout[1] must be more than 0"),
    ({"timeout": SimpleNamespace(connect=0, read=1)}, "timeout.connect must be more than 0"),
    ({"timeout": SimpleNamespace(connect=1, read=0)}, "timeout.read must be more than 0"),
    ({"max_retries": -1}, "max_retries must be between"),
    ({"max_in_flight": 0}, "max_in_flight must be 1 or more"),
    ({"max_body_bytes": 0}, "max_body_bytes must be more than 0"),
    ({"env_file": "/nowhere/.env", "api_key": None}, "name another file with env_file"),
    ({"env_file": "/nowhere/.env", "api_key": None}, "(env_file=False)"),
    ({"profile": "a b"}, "from the profile option cannot be a profile"),
    ({"api_key": []}, "the list of keys (api_key) is empty"),
    ({"client_key": "/nowhere.pem"}, "client_key was given without client_cert"),
    ({"ca_file": "/nowhere.pem"}, "the ca_file /nowhere.pem"),
    ({"proxy": "gopher://x"}, "the proxy from the proxy option"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_a_message_names_an_option_as_python_spells_it(options: dict[str, Any], words: str) -> None:
    with pytest.raises(neura_ai.ConfigError) as caught:
        neura_ai.Client(**{"api_key": KEY, **options})
    assert words in caught.value.message


def test_a_limit_of_a_request_is_named_by_its_argument(scripted: Scripted) -> None:
    client = scripted.client("stall", "stall")
    with pytest.raises(neura_ai.APITimeoutError, match=r"300 ms \(timeout\).*Raise timeout"):
        client.get("/x", timeout=0.3)
    with pytest.raises(neura_ai.APITimeoutError, match=r"Raise timeout\[1\]"):
        client.get("/x", timeout=(5, 0.3))
    with pytest.raises(neura_ai.ConfigError, match=r"timeout\[0\] must be more than 0"):
        client.get("/x", timeout=(0, 0.3))


def test_a_large_body_names_the_option(scripted: Scripted) -> None:
    client = scripted.client({"status": 200, "body": "x" * 100}, max_body_bytes=99)
    with pytest.raises(neura_ai.BodyTooLargeError, match="Raise max_body_bytes to"):
        client.get("/x")


#: Parameters of a chat, and what was meant.
MISTYPED = [
    ("temprature", '"temperature"'),
    ("max_token", '"max_tokens"'),
    ("Stream", '"stream"'),
    ("maxretries", "the option max_retries"),
    ("time_out", "the option timeout"),
    ("extra_header", "the option extra_headers"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_mistyped_parameter_of_a_chat_is_refused(scripted: Scripted, side: Side) -> None:
    server = scripted(200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            create = client.chat.completions.create
            for name, meant in MISTYPED:
                for stream in (False, True):
                    more: Any = {"stream": stream, name: 1}
                    with pytest.raises(neura_ai.InvalidArgumentError) as caught:
                        await side.result(create(model="m", messages=[], **more))
                    wanted = f'unknown parameter "{name}": did you mean {meant}?'
                    assert wanted in caught.value.message
                    assert "put it into extra_body" in caught.value.message

    side.run(play())
    assert server.requests() == []


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_mistyped_parameter_of_embeddings_is_refused(scripted: Scripted, side: Side) -> None:
    server = scripted(200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            create = client.embeddings.create
            with pytest.raises(neura_ai.InvalidArgumentError, match='mean "dimensions"'):
                await side.result(create(model="m", input="x", dimension=3))

    side.run(play())
    assert server.requests() == []


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_extra_body_and_verbs_send_any_parameter(scripted: Scripted, side: Side) -> None:
    answer = {"status": 200, "body": '{"choices": [], "data": []}'}
    server = scripted(answer, answer, answer, answer)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            chat, extra = client.chat.completions.create, {"temprature": 1, "maxTokens": 2}
            await side.result(chat(model="m", messages=[], extra_body=extra))
            await side.result(chat(model="m", messages=[], seed2=1, top_a=0.5))
            embed = client.embeddings.create
            await side.result(embed(model="m", input="x", extra_body={"dimension": 3}))
            await side.result(client.post("/chat/completions", json=extra))

    side.run(play())
    bodies = [request["body"] for request in server.requests()]
    assert ['"temprature":1' in body for body in bodies] == [True, False, False, True]
    assert '"dimension":3' in bodies[2]


def test_a_mistyped_argument_of_ours_says_what_was_meant() -> None:
    with pytest.raises(TypeError, match="Did you mean 'exclude_unset'"):
        neura_ai.Object().model_dump(**{"exclude_unse": True})


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_limit_of_a_pair_is_named_as_it_was_written(scripted: Scripted, side: Side) -> None:
    server = scripted(200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            for pair, name in [
                ((0, 5), "timeout[0]"),
                ((5, 0), "timeout[1]"),
                (SimpleNamespace(connect=-1, read=5), "timeout.connect"),
                (SimpleNamespace(connect=5, read=-1), "timeout.read"),
                (0, "timeout"),
            ]:
                with pytest.raises(neura_ai.ConfigError) as caught:
                    await side.result(client.get("/x", timeout=pair))
                assert caught.value.message.startswith(f"{name} must be more than 0")

    side.run(play())
    assert server.requests() == []


class Mine(neura_ai.Client):
    """A program's own client, which hands its options on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(KEY, **options)


#: Calls with an argument that there is not, and what is said of it.
UNKNOWN: list[tuple[Callable[..., Any], str, str, str | None]] = [
    (neura_ai.Client, "Client", "apikey", "api_key"),
    (neura_ai.Client, "Client", "max_retrys", "max_retries"),
    (neura_ai.Client, "Client", "name", None),
    (neura_ai.Client, "Client", "function", None),
    (neura_ai.AsyncClient, "AsyncClient", "base_URL", "base_url"),
    (neura_ai.Session, "Session", "timout", "timeout"),
    (Mine, "Client", "envfile", "env_file"),
    (neura_ai.resolve, "resolve", "apiKey", "api_key"),
    (neura_ai.resolve, "resolve", "default", None),
    (neura_ai.diagnose, "diagnose", "profil", "profile"),
]


@pytest.mark.parametrize(("call", "name", "given", "meant"), UNKNOWN)
def test_an_unknown_argument_is_named_with_its_call(
    call: Callable[..., Any], name: str, given: str, meant: str | None
) -> None:
    with pytest.raises(TypeError) as caught:
        call(**{given: KEY})
    hint = f": did you mean {meant!r}?" if meant else ""
    assert str(caught.value) == f"{name}() got an unexpected keyword argument {given!r}{hint}"
    assert caught.value.__suppress_context__


LONG_KEY = "nk-fake-0123456789abcdef0123456789"


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_key_in_place_of_a_name_is_masked(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    odd: dict[str, Any] = {LONG_KEY: 1}
    half: dict[str, Any] = {"\ud800": 1}

    async def play() -> None:
        async with side.client(KEY) as client:
            calls: list[Callable[..., Any]] = [
                neura_ai.Client,
                neura_ai.AsyncClient,
                neura_ai.resolve,
                neura_ai.diagnose,
                client.models.list,
                client.check,
                lambda **more: client.get("/x", **more),
                lambda **more: client.request("GET", "/x", **more),
            ]
            for call in calls:
                with pytest.raises(
                    TypeError, match=r"unexpected keyword argument '…6789'$"
                ) as caught:
                    await side.result(call(**odd))
                assert LONG_KEY[8:] not in str(caught.value)
                with pytest.raises(TypeError, match="unexpected keyword argument"):
                    await side.result(call(**half))

    side.run(play())


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_an_unknown_argument_of_a_named_call_is_named(side: Side) -> None:
    async def play() -> None:
        async with side.client(KEY) as client:
            for name, call in [
                ("models.list", client.models.list),
                ("models.retrieve", lambda **more: client.models.retrieve("m", **more)),
                ("check", client.check),
            ]:
                with pytest.raises(
                    TypeError, match=r"'timout': did you mean 'timeout'\?$"
                ) as caught:
                    await side.result(call(timout=1))
                assert str(caught.value).startswith(f"{name}() got an unexpected")

    side.run(play())


VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
#: What was written, and what was probably meant; None for what nothing is near.
OF_VERBS = {
    "timout": "timeout",
    "jsno": "json",
    "parms": "params",
    "heders": "headers",
    "maxRetries": "max_retries",
    "idempotencyKey": "idempotency_key",
    "steam": "stream",
    "content": None,
}


def unexpected(name: str, given: str, meant: str | None) -> str:
    hint = f": did you mean {meant!r}?" if meant else ""
    return f"{name}() got an unexpected keyword argument {given!r}{hint}"


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_a_mistyped_argument_of_a_verb_is_named(side: Side) -> None:
    async def play() -> None:
        async with side.client(KEY) as client:
            for given, meant in OF_VERBS.items():
                for name in (*VERBS, "request"):
                    first = ("GET", "/x") if name == "request" else ("/x",)
                    with pytest.raises(TypeError) as caught:
                        await side.result(getattr(client, name)(*first, **{given: KEY}))
                    assert str(caught.value) == unexpected(name, given, meant)
                    assert caught.value.__suppress_context__
            assert inspect.iscoroutinefunction(client.request) == (side.name == "AsyncClient")
            with pytest.raises(TypeError, match=r"^stream\(\) .* did you mean 'json'\?$"):
                client.stream("POST", "/x", jsno=1)
            with pytest.raises(TypeError, match=r"^request\(\) missing 1 required .* 'path'$"):
                await side.result(client.request("GET"))
            with pytest.raises(TypeError, match=r"^get\(\) got multiple values .* 'method'$"):
                await side.result(client.get("/x", method="POST"))
            with pytest.raises(TypeError, match=r"^timeout must be seconds"):
                await side.result(client.get("/x", timeout="5"))

    side.run(play())


@pytest.mark.parametrize("of", [neura_ai.Session(KEY), neura_ai], ids=["Session", "module"])
def test_a_mistyped_argument_of_a_verb_of_requests_is_named(
    of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    for given, meant in {
        **OF_VERBS,
        "verfy": "verify",
        "allow_redirect": "allow_redirects",
    }.items():
        for name in (*VERBS, "request"):
            first = ("GET", "/x") if name == "request" else ("/x",)
            with pytest.raises(TypeError) as caught:
                getattr(of, name)(*first, **{given: KEY})
            assert str(caught.value) == unexpected(name, given, meant)


class Traced(neura_ai.Client):
    """A program's own client, whose requests take one more argument."""

    def request(self, method: str, path: str, *, trace: str = "", **more: Any) -> Any:  # type: ignore[override]
        return super().request(method, path, headers={"x-trace": trace}, **more)


def test_an_argument_of_a_programs_own_client_is_handed_on(scripted: Scripted) -> None:
    server = scripted(200)
    client = Traced(KEY, base_url=server.base_url)
    more: Any = {"trace": "a"}
    assert client.get("/x", **more).ok
    (request,) = server.requests()
    assert ["x-trace", "a"] in request["headers"]
    with pytest.raises(TypeError, match="'timout': did you mean 'timeout'"):
        client.get("/x", **{"timout": 1})  # type: ignore[arg-type]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_two_bodies_are_refused(scripted: Scripted, side: Side) -> None:
    server = scripted(200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            for json in ({"a": 1}, {}, [], 0, False, ""):
                for data in (b"x", "x", {"a": "b"}, [("a", "b")], iter([b"x"]), BytesIO(b"x")):
                    for name in VERBS:
                        with pytest.raises(neura_ai.InvalidArgumentError, match="json or data"):
                            await side.result(getattr(client, name)("/x", json=json, data=data))
            # As in requests: what is empty is no body beside another.
            assert (await side.result(client.post("/x", json={"a": 1}, data={}))).ok

    side.run(play())
    assert [request["body"] for request in server.requests()] == ['{"a":1}']


def test_other_errors_of_arguments_name_the_class() -> None:
    make: Any = neura_ai.Client
    with pytest.raises(TypeError, match=r"^Client\(\) takes from 1 to 2 positional"):
        make(KEY, "staging")
    with pytest.raises(TypeError, match=r"^Client\(\) got multiple values for argument 'api_key'"):
        make(KEY, api_key=KEY)
    with pytest.raises(TypeError, match=r"^timeout must be seconds"):
        make(KEY, timeout="5")
