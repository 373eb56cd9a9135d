"""HTTP statuses by name, for programs that say ``requests.codes.not_found``."""

from __future__ import annotations

from http import HTTPStatus

#: Names that programs know beside those of ``http.HTTPStatus``, which differ between versions.
_MORE = """
    103 checkpoint early_hints
    122 request_uri_too_long
    200 okay all_ok all_okay all_good
    203 non_authoritative_info
    205 reset
    206 partial
    207 multiple_status multi_stati multiple_stati
    301 moved
    303 other
    306 switch_proxy
    307 temporary_moved temporary
    308 resume_incomplete resume
    400 bad
    402 payment
    405 not_allowed
    407 proxy_auth proxy_authentication
    408 timeout
    413 request_entity_too_large content_too_large
    414 request_uri_too_large uri_too_long
    415 unsupported_media media_type
    416 requested_range_not_satisfiable requested_range range_not_satisfiable
    418 im_a_teapot teapot i_am_a_teapot
    422 unprocessable_entity unprocessable unprocessable_content
    424 dependency
    425 unordered_collection unordered
    426 upgrade
    428 precondition
    429 too_many
    431 header_fields_too_large fields_too_large
    444 no_response none
    449 retry_with retry
    450 blocked_by_windows_parental_controls parental_controls
    451 legal_reasons
    499 client_closed_request
    500 server_error
    503 unavailable
    505 http_version
    509 bandwidth_limit_exceeded bandwidth
    511 network_auth network_authentication
"""


class Codes:
    """Statuses as attributes, in lower or upper case, or by ``codes["not_found"]``, which is
    None for an unknown name.

    >>> import neura_ai
    >>> neura_ai.get("/models/no-such-model").status_code == neura_ai.codes.not_found
    True
    """

    def __init__(self) -> None:
        of_python = [f"{known.value} {known.name.lower()}" for known in HTTPStatus]
        for line in (*of_python, *_MORE.strip().split("\n")):
            status, *names = line.split()
            for name in names:
                vars(self)[name] = vars(self)[name.upper()] = int(status)

    # Told to type checkers alone: the names are set, and Python says so of others by itself.
    def __getattr__(self, name: str) -> int:
        raise AttributeError(f"no status is called {name!r}")

    def __getitem__(self, name: str) -> int | None:
        return self.get(name)

    def get(self, name: str, default: int | None = None) -> int | None:
        """The status of this name, else ``default``."""
        found: int | None = vars(self).get(name, default)
        return found

    def __repr__(self) -> str:
        return "<codes of HTTP>"


#: What ``neura_ai.codes`` is.
codes: Codes = Codes()
