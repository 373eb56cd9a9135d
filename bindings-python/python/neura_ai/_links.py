"""The Link header of a reply."""

from __future__ import annotations

import re

#: Where the next link begins: a comma may also stand within a URL or in quotes.
_NEXT = re.compile(r",\s*(?=<)")
_PARAMETER = re.compile(r""";\s*([^\s=;,"]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"',]*))""")


def links(header: str) -> dict[str, dict[str, str]]:
    """Each link with its ``url`` and its parameters, by its ``rel`` or else by its ``url``."""
    found: dict[str, dict[str, str]] = {}
    for one in _NEXT.split(header):
        url, closed, rest = one.strip().removeprefix("<").partition(">")
        if closed:
            link = {"url": url.strip()}
            for name, *values in _PARAMETER.findall(rest):
                link[name] = "".join(values)
            found[link.get("rel") or link["url"]] = link
    return found
