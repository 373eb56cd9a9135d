"""A program that listens on this machine as long as a ``with`` block."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from .._errors import ConfigError
from . import _program

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._arguments import ApiKey, AsyncApiKey
    from .._async_client import AsyncClient
    from .._client import Client
    from .._client_arguments import ClientArguments

_Self = TypeVar("_Self", bound="Server")

#: Seconds that the program has to say where it listens.
START_LIMIT = 10.0
#: Seconds that it has to end by itself; it takes less than one.
STOP_LIMIT = 3.0


class Server:
    """A program of the package ``neura-sandbox``."""

    #: Its name, and what it tells when it listens.
    _program: str
    _told: tuple[str, ...]

    def __init__(self, *arguments: str, script: bytes = b"") -> None:
        self._arguments = [*arguments, "--port", "0", "--stop-on-stdin-close"]
        self._script = script
        self._facts: dict[str, Any] | None = None
        self._stop: weakref.finalize[..., Any] | None = None

    # Editors that use Jedi do not follow Self in a base class.
    def start(self: _Self) -> _Self:
        """Starts the program and waits until it listens; ``with`` does so by itself.

        :returns: the server itself.
        :raises ConfigError: there is no such program, or it does not start within 10 s;
            the message has what it said.
        :raises RuntimeError: it runs already.
        """
        if self._facts is not None:
            raise RuntimeError("this server is already running")
        _forget_default()
        program = _program.find(self._program)
        # A file: a full pipe that is not read would block the program.
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(  # noqa: S603
                    [program, *self._arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    # Without buffers, whose locks would let a hung read hold up `close`.
                    bufsize=0,
                    # Ctrl-C is for the tests; what they do at their end needs the server.
                    start_new_session=True,
                )
            except OSError as error:
                raise ConfigError(f"{program} cannot be run: {error.strerror}") from None
            # By itself also at the interpreter's end, and when nothing refers to it.
            self._stop = weakref.finalize(self, _end, process, os.getpid())
            try:
                line = _first_line(process, self._script)
                self._facts = _facts(line, self._told)
            finally:
                if self._facts is None:
                    self.close()
            if self._facts is None:
                said.seek(0)
                words = said.read().decode(errors="replace").strip()
                raise ConfigError(
                    f"{program} {self._problem(line, process.returncode)}"
                    + (f": {words}" if words else "")
                )
        return self

    def close(self) -> None:
        """Ends the program. Closing twice is fine; ``start`` may follow."""
        self._facts = None
        if self._stop is not None:
            self._stop()
            self._stop = None
            _forget_default()

    def __enter__(self: _Self) -> _Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._facts is None:
            return f"{type(self).__name__}(not running)"
        return f"{type(self).__name__}(base_url={self.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where it listens, as ``http://127.0.0.1:40123/v1``."""
        return self._fact("base_url")

    @property
    def api_key(self) -> str:
        """A key that works."""
        return self._fact("api_key")

    @property
    def env(self) -> dict[str, str]:
        """The variables that let a program find it: ``env={**os.environ, **box.env}``."""
        return {"NEURA_API_KEY": self.api_key, "NEURA_BASE_URL": self.base_url}

    def client(self, api_key: ApiKey | None = None, **options: Unpack[ClientArguments]) -> Client:
        """A ``Client`` of this server.

        :param api_key: ``api_key`` unless given.
        :param options: the other options of ``Client``.
        """
        from .._client import Client

        try:
            options.setdefault("base_url", self.base_url)
            return Client(self.api_key if api_key is None else api_key, **options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options

    def async_client(
        self, api_key: AsyncApiKey | None = None, **options: Unpack[ClientArguments]
    ) -> AsyncClient:
        """An ``AsyncClient`` of this server; arguments as in ``client``."""
        from .._async_client import AsyncClient

        try:
            options.setdefault("base_url", self.base_url)
            return AsyncClient(self.api_key if api_key is None else api_key, **options)
        finally:
            del api_key, options

    def _fact(self, name: str) -> str:
        if self._facts is None:
            raise RuntimeError("this server is not running: use a `with` block, or call start")
        value: str = self._facts[name]
        return value

    def _problem(self, line: bytes | None, code: int) -> str:
        if line is None:
            return f"printed nothing within {START_LIMIT:.0f} s"
        if not line:
            return f"ended at once with exit code {code}"
        return f"is not {self._program}: its first line is not the expected JSON"


def _forget_default() -> None:
    # Without this module there is no default client.
    if verbs := sys.modules.get("neura_ai._default"):
        verbs.forget()


def _first_line(process: subprocess.Popen[bytes], script: bytes) -> bytes | None:
    """What the program says when it listens; None where it says nothing for too long."""
    lines: list[bytes] = []

    def read() -> None:
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        unsent = script
        with contextlib.suppress(OSError, ValueError):
            while unsent:
                unsent = unsent[process.stdin.write(unsent) :]
        # What waits still when the pipe is closed was given up on.
        with contextlib.suppress(OSError, ValueError):
            lines.append(process.stdout.readline())

    # A thread, for not every system can wait for a pipe with a limit.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(START_LIMIT)
    return lines[0] if lines else None


def _facts(line: bytes | None, told: tuple[str, ...]) -> dict[str, Any] | None:
    """What a program tells on its first line; None where it is another's."""
    try:
        facts: dict[str, Any] = dict(json.loads(line or b""))
    except (ValueError, TypeError):
        return None
    return facts if facts.keys() >= {*told} else None


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Ends the program, unless this is a fork of the process that started it."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    process.stdin.close()
    if os.getpid() != owner:
        # No child of this process, so there is nothing to wait for.
        process.returncode = 0
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        # As when a fork of this process still holds the pipe.
        process.kill()
        process.wait()
    process.stdout.close()
