"""The errors by the names that ``requests`` gives them.

A program that catches ``requests.exceptions.HTTPError`` says ``import neura_ai as requests``
and catches the same. Each name stands for the class of this package that says what the name
says there; ``neura_ai.NeuraError`` begins their tree.
"""

from __future__ import annotations

from . import _errors, _json_error

RequestException = _errors.NeuraError
HTTPError = _errors.APIStatusError
#: Of a connection that failed; not of a time limit, but for the one to connect.
ConnectionError = _errors.ConnectionError
SSLError = _errors.TLSError
ProxyError = _errors.ProxyError
#: Of any limit; which one passed, the message says.
Timeout = _errors.APITimeoutError
#: Nothing of the request went out; a ``ConnectionError`` too.
ConnectTimeout = _errors.ConnectTimeout
ReadTimeout = _errors.ReadTimeout
#: Redirects are never followed, so that one is an error only to ``raise_for_status``.
TooManyRedirects = _errors.RedirectError
ChunkedEncodingError = _errors.ConnectionError
ContentDecodingError = _errors.DecodeError
InvalidJSONError = _errors.DecodeError
#: A ``json.JSONDecodeError`` too.
JSONDecodeError = _json_error.JSONDecodeError
InvalidURL = _errors.ConfigError
MissingSchema = _errors.ConfigError
InvalidSchema = _errors.ConfigError
InvalidHeader = _errors.ConfigError

__all__ = [
    "ChunkedEncodingError",
    "ConnectTimeout",
    "ConnectionError",
    "ContentDecodingError",
    "HTTPError",
    "InvalidHeader",
    "InvalidJSONError",
    "InvalidSchema",
    "InvalidURL",
    "JSONDecodeError",
    "MissingSchema",
    "ProxyError",
    "ReadTimeout",
    "RequestException",
    "SSLError",
    "Timeout",
    "TooManyRedirects",
]
