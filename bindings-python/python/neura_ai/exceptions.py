"""The errors by the names that ``requests`` gives them.

A program that catches ``requests.exceptions.HTTPError`` says ``import neura_ai as requests``
and catches the same. Each name stands for the class of this package that says what the name
says there; ``neura_ai.NeuraError`` begins their tree.
"""

from __future__ import annotations

from . import _errors

RequestException = _errors.NeuraError
HTTPError = _errors.APIStatusError
ConnectionError = _errors.APIConnectionError
SSLError = _errors.TLSError
ProxyError = _errors.ProxyError
#: Of any limit; which one passed, the message says.
Timeout = _errors.APITimeoutError
ConnectTimeout = _errors.APITimeoutError
ReadTimeout = _errors.APITimeoutError
#: Redirects are never followed, so that one is an error only to ``raise_for_status``.
TooManyRedirects = _errors.RedirectError
ChunkedEncodingError = _errors.APIConnectionError
ContentDecodingError = _errors.DecodeError
InvalidJSONError = _errors.DecodeError
JSONDecodeError = _errors.DecodeError
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
