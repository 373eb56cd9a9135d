"""A process that has no descriptors left."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import neura_ai
import pytest
from conftest import KEY
from servers import Sandbox
from sides import SIDES, Side


@contextmanager
def none_left() -> Iterator[None]:
    """No descriptor can be had in the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    try:
        highest = max(int(name) for name in os.listdir("/dev/fd"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 16, hard))
        while True:
            try:
                held.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                break
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("side", SIDES, ids=[side.name for side in SIDES])
def test_fault_103_no_descriptors_left_is_said(sandbox: Sandbox, side: Side, host: str) -> None:
    base_url = sandbox.base_url.replace("127.0.0.1", host)

    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=base_url, max_retries=0) as client:
            with none_left(), pytest.raises(neura_ai.APIConnectionError) as caught:
                await side.result(client.get("/models"))
            assert "no file descriptors left" in caught.value.message
            assert "network" not in caught.value.message
            assert "base URL" not in caught.value.message
            assert (await side.result(client.get("/models"))).ok

    side.run(play())


def test_fault_103_no_descriptors_left_for_a_file(home: os.PathLike[str]) -> None:
    file = os.path.join(home, "own.env")
    with open(file, "w", encoding="utf-8") as opened:
        opened.write(f"NEURA_API_KEY={KEY}\n")
    with none_left(), pytest.raises(neura_ai.ConfigError, match="no file descriptors left"):
        neura_ai.Client(env_file=file)
    neura_ai.Client(env_file=file).close()
