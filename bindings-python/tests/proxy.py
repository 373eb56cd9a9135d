"""``neura-replay`` as a proxy: it tunnels, may want a password, and keeps what it saw."""

from __future__ import annotations

from typing import Any

from servers import Server


class ConnectProxy(Server):
    """Answers CONNECT, whatever the name, by a tunnel to ``target`` or to that name."""

    def __init__(self, target: str | None = None, credentials: str | None = None) -> None:
        rules: dict[str, Any] = {"target": target}
        if credentials:
            rules["user"], rules["password"] = credentials.split(":")
        super().__init__("neura-replay", "--script", "-", script={"proxy": rules})
        self.address = f"127.0.0.1:{self.facts['port']}"
        user = f"{credentials}@" if credentials else ""
        self.url = f"http://{user}{self.address}"

    @property
    def heads(self) -> list[str]:
        """The request of each tunnel, headers and all."""
        return [passage["asked"] for passage in self._passages()]

    @property
    def tunnelled(self) -> bytes:
        """What went through the tunnels towards the other ends."""
        return "".join(passage["up"] for passage in self._passages()).encode("latin-1")

    def _passages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.report()["passages"]
        return found
