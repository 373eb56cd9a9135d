"""A TLS server on this machine, and the certificates for it and its clients."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme


class TlsServer(ThreadingHTTPServer):
    """Answers every GET with the name in the client's certificate, if it showed one."""

    daemon_threads = True

    def __init__(self, authority: trustme.CA, *, asks_for_a_certificate: bool) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        if asks_for_a_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            authority.configure_trust(context)
        # Hands are shaken on the connection's own thread, not on the one that accepts.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.asked = 0
        self.base_url = f"https://127.0.0.1:{self.server_address[1]}/v1"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A client that is refused goes away."""


class Answer(BaseHTTPRequestHandler):
    """One connection to the server."""

    protocol_version = "HTTP/1.1"
    server: TlsServer
    connection: ssl.SSLSocket

    def do_GET(self) -> None:
        self.server.asked += 1
        shown = self.connection.getpeercert() or {}
        names = [value for part in shown.get("subject", ()) for _, value in part]  # type: ignore[union-attr]
        body = json.dumps({"names": names}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is to be printed."""


def written(folder: Path, name: str, *blobs: trustme.Blob) -> Path:
    """A PEM file of several parts."""
    path = folder / name
    path.write_bytes(b"".join(blob.bytes() for blob in blobs))
    return path
