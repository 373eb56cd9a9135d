"""``neura_ai.Object`` at every depth, however it was made."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import sys
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from neura_ai import Object, ObjectList
from neura_ai.types import ChatCompletion, Choice, Model, ModelList

#: What each way makes of a dict.
WAYS: dict[str, Callable[[Any], Any]] = {
    "constructor": Object,
    "pairs": lambda given: Object(given.items()),
    "keywords": lambda given: Object(**given),
    "attribute": lambda given: _set(lambda made: setattr(made, "a", given["a"])),
    "item": lambda given: _set(lambda made: made.__setitem__("a", given["a"])),
    "update": lambda given: _set(lambda made: made.update(given)),
    "update by name": lambda given: _set(lambda made: made.update(**given)),
    "setdefault": lambda given: _set(lambda made: made.setdefault("a", given["a"])),
    "or": lambda given: Object(b=1) | given,
    "or from the left": lambda given: given | Object(b=1),
    "or in place": lambda given: _set(lambda made: made.__ior__(given)),
    "fromkeys": lambda given: Object.fromkeys(given, given["a"]),
    "json": lambda given: json.loads(json.dumps(given), object_hook=Object),
    "pickle": lambda given: pickle.loads(pickle.dumps(Object(given))),  # noqa: S301
    "copy": lambda given: copy.copy(Object(given)),
    "deepcopy": lambda given: copy.deepcopy(Object(given)),
    "list": lambda given: ObjectList(given),
    "answer": lambda given: ChatCompletion(given),
    "ordered": lambda given: Object(OrderedDict(given)),
}


def _set(change: Callable[[Any], Any]) -> Object:
    made = Object()
    change(made)
    return made


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_is_inside_is_an_object(way: Callable[[Any], Any]) -> None:
    given: Any = {"a": {"b": {"c": 1}, "list": [1, [{"d": 2}], OrderedDict(e={"f": 3})], "n": None}}
    made = way(given)
    assert made.a.b.c == 1
    assert made["a"]["b"].c == made.get("a").b.c == 1
    assert made.a.list[1][0].d == 2
    assert made.a.list[2].e.f == 3
    made.a.b = {"x": [{"y": 1}]}
    made.a.b.x[0].y = 2
    assert made["a"]["b"]["x"][0]["y"] == 2
    made["a"]["b"]["z"] = {"w": 1}
    assert made.a.b.z.w == 1
    del made.a.b.z
    assert made["a"]["b"] == {"x": [{"y": 2}]}
    assert json.loads(json.dumps(made)) == made == made.to_dict()
    assert isinstance(made.a, Object)
    assert isinstance(made.a, dict)
    assert "z" not in given["a"].get("b", {})


def test_what_is_put_in_is_not_changed() -> None:
    inner = {"b": [{"c": 1}]}
    made = Object(a=inner)
    made.a.b[0].c = 2
    assert inner == {"b": [{"c": 1}]}
    assert type(inner["b"][0]) is dict
    other, items = Object(d=1), [1, 2]
    made.other, made.items_ = other, items
    assert made.other is other
    assert made.items_ is items
    assert Object(t=({"u": 1},)).t[0].u == 1


def test_joining_keeps_the_class_and_the_order() -> None:
    one = Model({"id": "m"})
    joined = one | {"x": 1}
    assert type(joined) is Model
    assert joined.shutdown_date is None
    assert list({"x": 1, "id": "n"} | one) == ["x", "id"]
    report = neura_ai.diagnose("nk-fake-00", base_url="http://127.0.0.1:9")
    assert type({} | report) is neura_ai.Report
    wrong: Any = [("a", 1)]
    with pytest.raises(TypeError, match="unsupported operand"):
        one | wrong


def test_a_class_gives_each_part_its_own() -> None:
    made = ChatCompletion({"choices": [{"message": {"content": "Hi", "tool_calls": [{}]}}]})
    assert made.usage is None
    message = made.choices[0].message
    assert message.refusal is None
    assert message.tool_calls is not None
    assert not hasattr(message.tool_calls[0], "function")
    made.choices[0] = Choice(message={"content": "Ho"})
    assert made.choices[0].message.tool_calls is None
    made["usage"] = {"total_tokens": 3}
    assert made.usage is not None
    assert made.usage.prompt_tokens_details is None
    del made.usage
    assert made.usage is None
    again = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert type(again.choices[0].message) is type(message)
    assert [model.id for model in ModelList(data=[{"id": "m"}])] == ["m"]


def test_a_class_of_ones_own_keeps_what_it_adds() -> None:
    class Mine(ChatCompletion):
        @property
        def text(self) -> str:
            return self.choices[0].message.content or ""

        def __getattr__(self, name: str) -> str:
            return f"no {name}"

    made = Mine({"choices": [{"message": {"content": "Hi"}}], "usage": {"total_tokens": 1}})
    made["text"] = "a key"
    assert made.text == "Hi"
    assert made.usage is not None
    assert made.usage.total_tokens == 1
    assert made.other == "no other"
    assert type(made.copy()) is Mine
    assert made.system_fingerprint is None


class Kept(ChatCompletion):
    """A class of a program's, with what the package's own have not."""

    __slots__ = ("__dict__", "__weakref__", "_own", "slot")
    _note: str | None = None

    @property
    def text(self) -> str | None:
        return self.get("kept")

    @text.setter
    def text(self, value: str) -> None:
        self["kept"] = value

    @text.deleter
    def text(self) -> None:
        del self["kept"]

    @property
    def wrong(self) -> Any:
        return self.choices[0].mesage  # type: ignore[attr-defined]


def test_a_class_of_ones_own_has_slots_and_properties() -> None:
    made = Kept(choices=[{}])
    made.text, made.slot, made._own, made._note = "Hi", 1, 2, "a"  # type: ignore[attr-defined]
    assert made == {"choices": [{}], "kept": "Hi"}
    again = [pickle.loads(pickle.dumps(made, way)) for way in range(6)]  # noqa: S301
    for one in (made, copy.copy(made), copy.deepcopy(made), made.copy(), *again):
        assert type(one) is Kept
        assert one == made
        assert (one.text, one.slot, one._own, one._note) == ("Hi", 1, 2, "a")
    del made.text, made.slot, made._own, made._note
    assert made == {"choices": [{}]}
    assert made._note is None
    made["text"] = "a key"
    assert made.text is None
    with pytest.raises(AttributeError, match="slot"):
        made.slot  # noqa: B018
    with pytest.raises(AttributeError, match="this object has no 'mesage'"):
        made.wrong  # noqa: B018


def test_a_class_is_freed_with_the_object_that_it_holds() -> None:
    def make() -> weakref.ref[Any]:
        class Mine(Object):
            it: Any = None

        Mine.it = Mine()
        return weakref.ref(Mine)

    of = make()
    gc.collect()
    assert of() is None


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_stands_in_itself_is_copied(protocol: int) -> None:
    ring = Object(a=1)
    ring.ring, ring.rings = ring, [ring]
    for made in (pickle.loads(pickle.dumps(ring, protocol)), copy.deepcopy(ring)):  # noqa: S301
        assert made.ring is made
        assert made.rings[0] is made
        assert made is not ring


def test_a_panic_is_an_exception() -> None:
    with pytest.raises(AttributeError):
        Object().nothing  # noqa: B018
    panic = next(c for c in BaseException.__subclasses__() if c.__name__ == "PanicException")

    class Mine(Object):
        @property
        def it(self) -> int:
            raise panic("a test")

        @it.setter
        def it(self, value: int) -> None:
            raise panic("a test")

    made = Mine()
    with pytest.raises(panic):
        made.it  # noqa: B018
    with pytest.raises(panic):
        made.it = 1


def test_an_error_names_a_few_of_many_keys() -> None:
    made = Object({f"k{number}": number for number in range(100_000)})
    with pytest.raises(AttributeError, match="its keys are: k0, k1, ") as caught:
        made.nothing  # noqa: B018
    assert str(caught.value).endswith(", k19, ...")


def test_a_key_that_is_no_text_disturbs_nothing() -> None:
    given: Any = {1: 2, None: 3, "a": 4}
    made = Object(given)
    assert "a" in dir(made)
    with pytest.raises(AttributeError, match=r"its keys are: a$"):
        made.b  # noqa: B018


def test_no_key_hides_a_private_attribute() -> None:
    made = Object(_request_id="spoofed", _shape=1, _response=2)
    made._response = None
    assert (made._request_id, made._shape, made._response) == (None, None, None)


def test_a_dict_in_a_tuple_is_plain_in_the_dump() -> None:
    found = Object(t=({"u": 1, "n": None},)).to_dict(exclude_none=True)
    assert found == {"t": ({"u": 1},)}
    assert type(found["t"][0]) is dict


def test_no_key_hides_a_method_and_no_name_of_pythons_is_set() -> None:
    made = Object(self=0, items=1, to_dict=2, _response=3, __class__=4, __x=5)
    assert dict(made.items()) == made.to_dict()
    assert made._response is None
    assert made.__class__ is Object
    for name in ("items", "to_dict", "__class__", "__y"):
        with pytest.raises(AttributeError, match=f"'{name}' is reserved by Python: set it with"):
            setattr(made, name, 1)
    for name in ("items", "__x", "nothing", "_response"):
        with pytest.raises(AttributeError, match=f"no '{name}' to delete"):
            delattr(made, name)
    for name in ("__x", "nothing", "\ud83d", ""):
        with pytest.raises(AttributeError, match="its keys are: self, items, to_dict"):
            getattr(made, name)
    with pytest.raises(AttributeError, match="its keys are: none"):
        Object().__getattribute__("nothing")
    with pytest.raises(AttributeError):
        made._request_id = "1"  # type: ignore[misc]
    wrong: Any = 5
    with pytest.raises(TypeError):
        made.__getattribute__(wrong)
    with pytest.raises(TypeError):
        made.__setattr__(wrong, 1)
    with pytest.raises(TypeError):
        made.__getattribute__([])  # type: ignore[arg-type]


def test_a_name_that_is_no_plain_text_is_found() -> None:
    class Name(str):
        __slots__ = ()

        def __hash__(self) -> int:
            raise ValueError("asked")

    made = Object({"é": 1, "\ud83d": 2, "a b": 3, "": 4})
    assert [getattr(made, Name(name)) for name in made] == [1, 2, 3, 4]
    setattr(made, Name("é"), 5)
    delattr(made, Name(""))
    assert made == {"é": 5, "\ud83d": 2, "a b": 3}


def test_what_stands_in_itself_is_an_error() -> None:
    ring: dict[str, Any] = {}
    ring["ring"] = [ring]
    with pytest.raises(RecursionError):
        Object(ring)


def test_an_attribute_costs_no_exception(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(
        model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
    )
    raised = []

    def watch(frame: Any, event: str, argument: Any) -> Any:
        raised.extend([event] if event in ("call", "exception") else [])
        return watch

    sys.settrace(watch)
    try:
        content = reply.choices[0].message.content
        nothing = reply.choices[0].message.tool_calls
    finally:
        sys.settrace(None)
    assert content == "You said: Hello!"
    assert nothing is None
    assert raised == []


def test_references_are_counted() -> None:
    made, value, name = Object(a=[1]), object(), "".join(["na", "me"])
    counted = [value, name, Object, Model, made]

    def use() -> list[int]:
        for _ in range(1000):
            made.name = value
            assert getattr(made, name) is value
            del made.name
            assert getattr(made, name, None) is None
            assert Model({"id": 1}).shutdown_date is None
            Object(Object(a={"b": [{}]})).copy()
        return [*map(sys.getrefcount, counted)]

    # Python's own cache of names is warm after the first.
    assert use() == use()
