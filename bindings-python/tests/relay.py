"""A server on this machine under another address: on IPv6, or behind TLS as any host."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import trustme


class Relay(ThreadingTCPServer):
    """Hands on what it gets to ``port``, and back."""

    daemon_threads = True

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), Both)
        self.behind = port
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no concern of the relay's."""


class TlsRelay(Relay):
    """The same for clients that speak TLS to one of ``hosts``."""

    def __init__(self, port: int, authority: trustme.CA, *hosts: str) -> None:
        super().__init__(port)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(context)
        # Hands are shaken on the connection's own thread, not on the one that accepts.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )


class Both(BaseRequestHandler):
    """One connection, in both directions."""

    server: Relay
    request: socket.socket

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as other:
            back = threading.Thread(target=hand_on, args=(other, self.request), daemon=True)
            back.start()
            hand_on(self.request, other)
            back.join()


def hand_on(source: socket.socket, target: socket.socket) -> None:
    """Until there is no more, which the other end is told."""
    with contextlib.suppress(OSError):
        while piece := source.recv(4096):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
