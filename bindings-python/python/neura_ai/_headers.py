"""The headers of a reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping


class Headers(Mapping[str, str]):
    """A reply's headers: a mapping in which ``Content-Type`` and ``content-type`` are one.

    A header that came several times has its values joined with ", ", as in ``requests``.

    >>> import neura_ai
    >>> headers = neura_ai.Client().get("/models").headers
    >>> headers["Content-Type"] == headers["content-type"]
    True
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        values: dict[str, str] = {}
        for name, value in pairs:
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        self._values = values

    def __getitem__(self, name: str) -> str:
        if isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            return self._values[name.lower()]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mapping):
            return self._values == {str(name).lower(): value for name, value in other.items()}
        return NotImplemented

    # Not a key of a dict, like any mapping with an __eq__.
    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> MutableHeaders:
        """The same headers in a mapping that may be changed."""
        return MutableHeaders(self.items())

    def __repr__(self) -> str:
        # Only names: a server may echo the key in a value. `dict(headers)` shows all.
        return f"Headers({list(self._values)!r})"


class MutableHeaders(MutableMapping[str, str]):
    """Headers by names in any case, to be changed; a value of None takes a header away."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        self.update(pairs)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][1]

    def __setitem__(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name.lower(), None)
        else:
            self._values[name.lower()] = name, value

    def __delitem__(self, name: str) -> None:
        del self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def copy(self) -> MutableHeaders:
        """Another of the same."""
        return MutableHeaders(self.items())

    __copy__ = copy

    def __repr__(self) -> str:
        # Only names: a value may be a credential.
        return f"MutableHeaders({list(self)!r})"
