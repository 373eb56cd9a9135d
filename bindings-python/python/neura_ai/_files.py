"""What ``files=`` of a request may be, as in ``requests``."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from mimetypes import guess_type
from typing import Any

#: The name of a part, that of the file or None, the part's headers, and the file.
_Part = tuple[Any, Any, list[Any], Any]

_PAIRS = "files must be a mapping or a list of pairs (name, file)"


def parts_of(files: Any) -> list[_Part]:
    """The parts of a form."""
    pairs = files.items() if isinstance(files, Mapping) else files
    if not isinstance(pairs, Iterable) or hasattr(pairs, "read"):
        raise TypeError(_PAIRS)
    return list(_parts(pairs))


def _parts(pairs: Any) -> Iterator[_Part]:
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(_PAIRS)
        name, given = pair
        if not isinstance(given, (tuple, list)):
            given = (_name_of(given) or name, given)
        if not 2 <= len(given) <= 4:
            raise TypeError(
                "a tuple among files must be (filename, file), (filename, file, content_type) or "
                f"(filename, file, content_type, headers), not {len(given)} values"
            )
        filename, file, content_type, headers = (*given, None, None)[:4]
        if isinstance(file, (Mapping, os.PathLike)) or not (
            file is None or hasattr(file, "read") or isinstance(file, (Iterable, AsyncIterable))
        ):
            kind = type(file).__name__
            raise TypeError(f"a file must be open, or bytes or str, not {kind}")
        if file is not None:
            yield name, filename, _headers(filename, content_type, headers), file


def _headers(filename: Any, content_type: Any, headers: Any) -> list[Any]:
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers or ())
    own = [pair for pair in pairs if str(pair[0]).lower() == "content-type"]
    if content_type is None and (own or not isinstance(filename, str)):
        return pairs  # Without a name it is a field.
    if content_type is None:
        content_type = guess_type(filename)[0] or "application/octet-stream"
    return [("Content-Type", content_type), *(pair for pair in pairs if pair not in own)]


def _name_of(file: Any) -> str | None:
    """The name of an open file, without its folder."""
    name = getattr(file, "name", None)
    if isinstance(name, str) and name and not (name[0] == "<" and name[-1] == ">"):
        return os.path.basename(name)
    return None
