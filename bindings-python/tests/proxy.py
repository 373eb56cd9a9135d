"""A proxy on this machine: it tunnels, may want a password, and keeps what it saw."""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import threading
from typing import Any


class ConnectProxy(socketserver.ThreadingTCPServer):
    """Answers CONNECT, whatever the name, by a tunnel to ``target`` or to that name."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target: str | None = None, credentials: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.target = target
        self.credentials = credentials
        #: The request of each tunnel, headers and all.
        self.heads: list[str] = []
        #: What went through the tunnels towards the other ends.
        self.tunnelled = bytearray()
        self.address = f"127.0.0.1:{self.server_address[1]}"
        user = f"{credentials}@" if credentials else ""
        self.url = f"http://{user}{self.address}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no concern of the proxy's."""


class Tunnel(socketserver.StreamRequestHandler):
    """One connection to the proxy."""

    server: ConnectProxy

    def handle(self) -> None:
        lines: list[str] = []
        while not lines or lines[-1] != "\r\n":
            line = self.rfile.readline().decode()
            if not line:
                return
            lines.append(line)
        self.server.heads.append("".join(lines))
        if not self.allowed(lines):
            self.wfile.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                b'Proxy-Authenticate: Basic realm="fake"\r\nContent-Length: 0\r\n\r\n'
            )
            return
        host, port = (self.server.target or lines[0].split()[1]).rsplit(":", 1)
        with socket.create_connection((host, int(port))) as other:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self.back, args=(other,), daemon=True)
            back.start()
            while piece := self.rfile.read1(4096):  # type: ignore[attr-defined]
                self.server.tunnelled += piece
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
            back.join()

    def allowed(self, lines: list[str]) -> bool:
        wanted = self.server.credentials
        if wanted is None:
            return True
        basic = "Basic " + base64.b64encode(wanted.encode()).decode()
        pairs = [line.strip().partition(": ") for line in lines]
        return any(name.lower() == "proxy-authorization" and it == basic for name, _, it in pairs)

    def back(self, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := other.recv(4096):
                self.wfile.write(piece)
            self.connection.shutdown(socket.SHUT_WR)
