"""``Session`` and the verbs of the module, for what programs ask of those of ``requests``."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from faulty import nobody, told
from servers import eventually, header

SECRET = "s3cret-value-0000"

#: What asks for something that is not done here, and a word of what to do instead.
ASKS: list[tuple[str, Any, str]] = [
    ("auth", ("user", SECRET), "api_key"),
    ("verify", False, "ca_file"),
    ("verify", "/etc/ca.pem", "ca_file"),
    ("cert", ("a.pem", "b.pem"), "client_cert"),
    ("proxies", {"https": f"http://user:{SECRET}@127.0.0.1:9"}, "proxy"),
    ("proxies", {"https": None}, "proxy"),
    ("cookies", {"session": SECRET}, "Cookie"),
    ("hooks", {"response": [print]}, "reply"),
]
ATTRIBUTES = [*ASKS, ("trust_env", False, "proxy"), ("stream", True, "stream=True")]

#: What wrappers pass on of what nobody asked them.
NOTHING: dict[str, Any] = {
    "auth": None,
    "proxies": {},
    "cookies": None,
    "cert": None,
    "hooks": {"response": []},
    "files": None,
    "allow_redirects": True,
    "verify": True,
    "stream": None,
    "params": None,
    "data": None,
    "json": None,
    "headers": None,
}


@pytest.fixture
def session(scripted: Scripted) -> neura_ai.Session:
    return neura_ai.Session(KEY, base_url=scripted(*4 * [200]).base_url, max_retries=0)


def verbs(session: neura_ai.Session) -> list[Callable[..., Any]]:
    """A verb of the session, and one of the module."""
    return [lambda **more: session.get("/x", **more), lambda **more: neura_ai.get("/x", **more)]


@pytest.mark.parametrize(("name", "value", "says"), ASKS)
def test_an_argument_that_asks_for_what_is_not_done_says_what_to_do(
    session: neura_ai.Session, environment: None, name: str, value: Any, says: str
) -> None:
    own = {"Authorization": f"Bearer {SECRET}"}
    for verb in verbs(session):
        with pytest.raises(neura_ai.ConfigError, match=f"^{name}: .*{says}") as caught:
            verb(headers=own, **{name: value})
        assert SECRET not in told(caught.value)


@pytest.mark.parametrize("name", NOTHING)
def test_an_argument_that_asks_for_nothing_is_taken(
    session: neura_ai.Session, environment: None, name: str
) -> None:
    for verb in verbs(session):
        assert verb(**{name: NOTHING[name]}).status_code in (200, 404)


def test_all_of_them_at_once_are_taken_by_every_verb(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("get", "options", "head", "post", "put", "patch", "delete")
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    monkeypatch.setenv("NEURA_BASE_URL", scripted(*2 * len(names) * [200]).base_url)
    with neura_ai.Session() as session:
        for name in names:
            for of in (session, neura_ai):
                assert getattr(of, name)("/x", **NOTHING).ok
    sent = [request["method"] for request in scripted.requests()]
    assert sent == [name.upper() for name in names for _ in range(2)]


@pytest.mark.parametrize(("name", "value", "says"), ATTRIBUTES)
def test_an_attribute_that_asks_for_what_is_not_done_says_what_to_do(
    session: neura_ai.Session, name: str, value: Any, says: str
) -> None:
    with pytest.raises(neura_ai.ConfigError, match=f"^{name}: .*{says}") as caught:
        setattr(session, name, value)
    assert SECRET not in told(caught.value)
    assert session.get("/x").ok


@pytest.mark.parametrize("name", ["cookies", "hooks", "proxies"])
def test_so_does_one_that_is_put_into(session: neura_ai.Session, name: str) -> None:
    empty: Any = getattr(session, name)
    assert dict(empty) == {}
    assert empty.get("response") is None
    for put in (
        lambda: empty.update({"response": SECRET}),
        lambda: empty.setdefault("response", SECRET),
        lambda: empty.set("response", SECRET),
    ):
        with pytest.raises(neura_ai.ConfigError, match=f"^{name}: ") as caught:
            put()
        assert SECRET not in told(caught.value)


def test_an_attribute_that_asks_for_nothing_is_taken(session: neura_ai.Session) -> None:
    plain = requests.Session()
    for name in ("auth", "cert", "hooks", "max_redirects", "proxies", "trust_env", "verify"):
        setattr(session, name, getattr(plain, name))
        assert getattr(session, name) in (getattr(plain, name), {})
    session.stream = False  # type: ignore[assignment, method-assign]
    with session.stream("GET", "/x") as events:
        assert isinstance(events, neura_ai.EventStream)
    with pytest.raises(neura_ai.ConfigError):
        session.proxies["https"] = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("beneath", "own"),
    [
        ({"a": 1, "b": "x"}, None),
        ({"a": 1, "b": "x"}, {"b": "y", "c": [1, 2]}),
        ({"a": 1, "b": "x"}, {"a": None}),
        ({"a": 1}, [("b", 2)]),
        ({"a": 1}, "b=2"),
        (None, {"b": 2}),
    ],
)
def test_a_sessions_params_lie_beneath_a_requests_own(
    scripted: Scripted, beneath: Any, own: Any
) -> None:
    server = scripted(200, 200)
    ours = neura_ai.Session(KEY, base_url=server.base_url)
    for session in (ours, requests.Session()):
        session.params = beneath
        session.get(server.base_url + "/x", params=own)
    first, second = (request["target"] for request in server.requests())
    assert first == second


def test_params_may_be_added_one_by_one(session: neura_ai.Session, scripted: Scripted) -> None:
    params: Any = session.params
    params["limit"] = 1
    session.get("/x")
    assert scripted.requests()[0]["target"].endswith("/x?limit=1")


def test_headers_may_be_set_as_a_whole(session: neura_ai.Session, scripted: Scripted) -> None:
    session.headers = {"X-Team": "search", "X-None": None}  # type: ignore[dict-item]
    session.get("/x")
    (request,) = scripted.requests()
    assert header(request, "x-team") == ["search"]
    assert header(request, "x-none") == []


class Owned(neura_ai.Session):
    """A class of a program's own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seen: list[Any] = [self]


def test_a_copy_has_headers_and_params_of_its_own(scripted: Scripted) -> None:
    session = Owned(api_key=KEY, base_url=scripted(200).base_url)
    session.headers["X-Team"] = "blue"
    session.params = {"a": [1]}
    shallow, deep = copy.copy(session), copy.deepcopy(session)
    session.headers["x-team"] = "red"
    session.headers["X-More"] = "1"
    session.params["b"] = 2
    for copied in (shallow, deep):
        assert type(copied) is Owned
        assert dict(copied.headers) == {"X-Team": "blue"}
        assert copied.params == {"a": [1]}
    assert shallow.seen is session.seen
    assert deep.seen == [deep]
    deep.get("/x")
    assert header(scripted.requests()[0], "x-team") == ["blue"]


def test_a_session_goes_on_after_its_end_by_a_new_connection(scripted: Scripted) -> None:
    server = scripted(200, 200, 200)
    with neura_ai.Session(KEY, base_url=server.base_url) as session:
        session.get("/x")
        session.get("/x")
    assert server.closed_by_client()
    assert session.get("/x").ok
    session.close()
    session.close()
    connections = [request["connection"] for request in server.requests()]
    assert connections[0] == connections[1] != connections[2]


def test_closing_ends_no_request_of_another_thread(scripted: Scripted) -> None:
    server = scripted({"status": 200, "body": "slow", "delay_ms": 300})
    session = neura_ai.Session(KEY, base_url=server.base_url, max_retries=0)
    found: list[str] = []
    asking = threading.Thread(target=lambda: found.append(session.get("/x").text))
    asking.start()
    assert eventually(lambda: bool(server.requests()), within=5)
    session.close()
    asking.join()
    assert found == ["slow"]


def test_params_that_may_hold_a_secret_are_not_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    session = neura_ai.Session()
    params: list[Any] = [{"api_key": SECRET}, f"token={SECRET}", [("secret", SECRET)]]
    for given in params:
        session.params = given
        with pytest.raises(TypeError, match=r"params \(.*\) may hold a secret") as caught:
            pickle.dumps(session)
        assert SECRET not in told(caught.value)
    session.params = {"limit": 1}
    session.headers["X-Team"] = "blue"
    again = pickle.loads(pickle.dumps(session))  # noqa: S301
    assert again.params == {"limit": 1}
    assert dict(again.headers) == {"X-Team": "blue"}


@pytest.mark.parametrize(
    "given",
    [
        {"verify": False},
        {"headers": [("Authorization", SECRET), 5]},
        {"params": 5},
        {"data": object()},
        {},
    ],
)
def test_no_frame_keeps_a_header_of_the_caller(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    monkeypatch.setenv("NEURA_BASE_URL", nobody())
    session = neura_ai.Session(max_retries=0)
    session.headers["X-Own"] = SECRET
    arguments = {"headers": {"Authorization": SECRET}, **given}
    for ask in (session.post, neura_ai.post):
        with pytest.raises((neura_ai.NeuraError, TypeError)) as caught:
            ask("/x", **arguments)
        assert SECRET not in told(caught.value)
