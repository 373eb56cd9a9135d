"""An argument of a type that cannot be meant: a TypeError that names it and what it must be."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import neura_ai
import pytest
from conftest import KEY
from faulty import nobody
from test_frames import HEADERS, SECRET, frames

WHERE = {"base_url": nobody(), "max_retries": 0}

CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("GET", {"path": 5}, r"the path must be text \(str\), not int"),
    ("GET", {"path": None}, r"the path must be text \(str\), not NoneType"),
    ("GET", {"path": b"/models"}, r"the path must be text \(str\), not bytes"),
    ("GET", {"headers": 5}, "headers must be a mapping or a list of pairs, not int"),
    ("GET", {"headers": "a: b"}, "headers must be a mapping or a list of pairs, not str"),
    ("GET", {"headers": ["ab"]}, "a list for headers must contain pairs"),
    ("GET", {"headers": {"a": 5}}, r"a header must be text \(str\), not int"),
    ("GET", {"headers": {5: "a"}}, r"a header must be text \(str\), not int"),
    ("GET", {"params": 5}, "params must be a mapping or a list of pairs, not int"),
    ("GET", {"params": {(5,): "a"}}, "the name of a param must be text or a number, not tuple"),
    ("GET", {"idempotency_key": 5}, r"idempotency_key must be text \(str\), not int"),
    ("GET", {"timeout": "5"}, "timeout must be seconds as a number, or None, not str"),
    ("POST", {"data": [5]}, "a list for data must contain pairs"),
    ("POST", {"json": {}, "default": 5}, "default must be callable, or None, not int"),
]

CLIENTS: list[tuple[dict[str, Any], str]] = [
    ({"base_url": 5}, r"base_url must be text \(str\), not int"),
    ({"profile": True}, r"profile must be text \(str\), not True"),
    ({"ca_file": 5}, r"ca_file must be a path \(str or os.PathLike\), not int"),
    ({"client_cert": ("a", "b")}, r"client_cert must be a path \(str or os.PathLike\), not tuple"),
    ({"client_key": 5}, r"client_key must be a path \(str or os.PathLike\), not int"),
    ({"headers": 5}, "headers must be a mapping or a list of pairs, not int"),
    ({"default": 5}, "default must be callable, or None, not int"),
    ({"api_key": 5}, "api_key must be text"),
    ({"api_key": [KEY, 5]}, r"api_key\[1\] must be text \(str\), not int"),
]


@pytest.mark.parametrize(("method", "given", "says"), CALLS)
@pytest.mark.parametrize("of", [neura_ai.Client, neura_ai.Session, neura_ai.AsyncClient])
def test_a_call(of: Any, method: str, given: dict[str, Any], says: str) -> None:
    client = of(KEY, **WHERE)
    path = given.get("path", "/x")
    rest = {name: value for name, value in given.items() if name != "path"}

    async def ask() -> None:
        asked = client.request(method, path, **rest)
        if of is neura_ai.AsyncClient:
            await asked

    with pytest.raises(TypeError, match=says):
        asyncio.run(ask())


def test_a_method(client: neura_ai.Client) -> None:
    with pytest.raises(TypeError, match=r"the method must be text \(str\), not int"):
        client.request(5, "/x")  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "says"), CLIENTS)
def test_a_client(given: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        neura_ai.Client(**{"api_key": KEY, **WHERE, **given})


def test_a_new_key_and_the_name_of_a_header(client: neura_ai.Client) -> None:
    with pytest.raises(TypeError, match=r"the key must be text \(str\), not NoneType"):
        client.set_api_key(None)  # type: ignore[arg-type]
    headers: Any = client.get("/models").headers
    assert 5 not in headers
    assert headers.get(None) is None


#: A lone half of a surrogate pair, and a text by which the whole would be found.
HALF_PAIR = f"{SECRET}\ud800"


class Path:
    def __fspath__(self) -> str:
        return HALF_PAIR


@pytest.mark.parametrize("name", ["env_file", "ca_file", "client_cert", "client_key"])
@pytest.mark.parametrize("given", [HALF_PAIR, Path()], ids=["str", "PathLike"])
def test_half_a_surrogate_pair_in_a_path_is_refused_without_its_text(name: str, given: Any) -> None:
    for make in (neura_ai.Client, neura_ai.AsyncClient, neura_ai.resolve):
        with pytest.raises(neura_ai.InvalidArgumentError) as caught:
            make(KEY, **{name: given})
        assert str(caught.value).startswith(f"{name} contains half of a surrogate pair")
        assert SECRET not in repr(vars(caught.value))
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


def test_a_file_name_that_is_not_utf_8_is_still_a_path() -> None:
    with pytest.raises(neura_ai.ConfigError, match="ca_file"):
        neura_ai.Client(KEY, ca_file="/nowhere/\udcff.pem")


@pytest.mark.parametrize("given", [5, 0, False, True, "", "abc", [], [("a", 1)], b""])
@pytest.mark.parametrize("of", [neura_ai.Client, neura_ai.AsyncClient])
def test_extra_body(of: Any, given: Any) -> None:
    client = of(KEY, **WHERE)
    for call, arguments in (
        (client.chat.completions.create, {"model": "m", "messages": []}),
        (client.embeddings.create, {"model": "m", "input": "x"}),
    ):
        says = f"^extra_body must be a mapping, not {type(given).__name__}$"
        with pytest.raises(TypeError, match=says):
            asyncio.run(_result(call, extra_body=given, **arguments))


async def _result(call: Any, **arguments: Any) -> Any:
    made = call(**arguments)
    return await made if inspect.isawaitable(made) else made


@pytest.mark.parametrize(
    "given",
    [
        {"headers": [*HEADERS.items(), 5]},
        {"headers": HEADERS, "json": object()},
        {"headers": HEADERS, "json": {}, "data": "both"},
        {"headers": HEADERS, "data": object()},
        {"headers": HEADERS, "timeout": "5"},
        {"headers": HEADERS, "params": 5},
        {"headers": {**HEADERS, "a": 5}},
    ],
)
def test_no_header_of_the_caller_stays_in_a_frame(given: dict[str, Any]) -> None:
    with pytest.raises((TypeError, neura_ai.InvalidArgumentError)) as caught:
        neura_ai.Client(KEY, **WHERE).post("/x", **given)  # type: ignore[arg-type]
    assert SECRET not in frames(caught.value)
