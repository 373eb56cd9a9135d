"""What crosses between processes, and what must not."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import neura_ai
import pytest
from neura_ai import _errors
from servers import Sandbox


@pytest.mark.parametrize("kind", _errors.CLASSES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_with_all_its_attributes(kind: str, protocol: int) -> None:
    details = {
        "status_code": 429,
        "code": "c",
        "type": "t",
        "param": "p",
        "request_id": "r",
        "retry_after": 1.5,
        "retryable": True,
        "attempts": 3,
        "rate_limit": neura_ai.Object(requests=neura_ai.Object(limit=5)),
        "body": "{}",
    }
    error = _errors.error(kind, "what failed", **details)
    error.add_note("a note") if hasattr(error, "add_note") else None
    for copied in (
        pickle.loads(pickle.dumps(error, protocol)),  # noqa: S301
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(copied) is type(error)
        assert str(copied) == copied.message == "what failed"
        assert vars(copied) == vars(error)
        assert {name: getattr(copied, name) for name in details} == details
        assert copied.rate_limit.requests.limit == 5


def fails(base_url: str) -> None:
    neura_ai.Client("nk-wrong-key-0000000000", base_url=base_url).models.list()


def test_an_error_comes_back_from_a_process_pool(sandbox: Sandbox) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(fails, sandbox.base_url).exception(timeout=60)
    assert isinstance(error, neura_ai.InvalidAPIKeyError)
    assert error.status_code == 401
    assert error.request_id


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_object_survives_with_its_reply(client: neura_ai.Client, protocol: int) -> None:
    listed = client.models.list()
    copied = pickle.loads(pickle.dumps(listed, protocol))  # noqa: S301
    assert type(copied) is neura_ai.types.ModelList
    assert type(copied.data[0]) is neura_ai.types.Model
    assert copied == listed
    assert copied._response == listed._response
    assert copied._response.headers == listed._response.headers


def test_an_event_survives() -> None:
    event = neura_ai.Event("tick", "1", "7")
    assert pickle.loads(pickle.dumps(event)) == event == copy.copy(event)  # noqa: S301


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_report_and_a_usage_survive(client: neura_ai.Client, protocol: int) -> None:
    client.get("/models")
    report, usage = neura_ai.diagnose("nk-fake-00", base_url="http://127.0.0.1:9"), client.usage()
    for given in (report, usage, neura_ai.resolve("nk-fake-00")):
        for copied in (
            pickle.loads(pickle.dumps(given, protocol)),  # noqa: S301
            copy.copy(given),
            copy.deepcopy(given),
        ):
            assert type(copied) is type(given)
            assert copied == given
            assert str(copied) == str(given)
    assert type(report.copy()) is neura_ai.Report


def test_a_copy_of_a_client_is_closed_by_itself(client: neura_ai.Client) -> None:
    for copied in (copy.copy(client), copy.deepcopy(client)):
        copied.close()
        assert repr(copied) == "Client(closed)"
    copied = copy.copy(client)
    with client:
        pass
    assert copied.models.list().data


def test_the_parts_of_a_client_are_not_pickled(client: neura_ai.Client) -> None:
    for part in (client.chat, client.models, client.embeddings):
        with pytest.raises(TypeError):
            pickle.dumps(part)
