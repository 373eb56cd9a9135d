"""TLS: the authorities of ``ca_file``, and the certificate that a client shows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neura_ai
import pytest
import trustme
from conftest import KEY
from tls import TlsServer, written

NAME = "fake-client"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    return written(tmp_path, "authority.pem", authority.cert_pem)


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> trustme.LeafCert:
    return authority.issue_cert("client.example", common_name=NAME)


@pytest.fixture
def asking(authority: trustme.CA) -> Iterator[TlsServer]:
    with TlsServer(authority, asks_for_a_certificate=True) as server:
        yield server


def client_of(server: TlsServer, **options: Any) -> neura_ai.Client:
    return neura_ai.Client(KEY, base_url=server.base_url, max_retries=0, **options)


def test_a_ca_file_is_trusted_in_place_of_the_systems(authority: trustme.CA, ca_file: Path) -> None:
    with TlsServer(authority, asks_for_a_certificate=False) as server:
        assert client_of(server, ca_file=ca_file).get("/models").json() == {"names": []}
        assert client_of(server, ca_file=str(ca_file)).get("/models").ok
        with pytest.raises(neura_ai.TLSError):
            client_of(server).get("/models")
        assert server.asked == 2


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("is_async", [False, True])
def test_the_variables_of_pythons_tools_name_authorities(
    authority: trustme.CA,
    ca_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    is_async: bool,
) -> None:
    def ask(server: TlsServer) -> Any:
        if not is_async:
            return client_of(server).get("/models").status_code

        async def get() -> Any:
            async with neura_ai.AsyncClient(KEY, base_url=server.base_url, max_retries=0) as client:
                return (await client.get("/models")).status_code

        return asyncio.run(get())

    # This machine may have its own.
    for other in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    with TlsServer(authority, asks_for_a_certificate=False) as server:
        monkeypatch.setenv(name, str(ca_file))
        assert ask(server) == 200
        monkeypatch.setenv(name, str(tmp_path))
        assert ask(server) == 200
        unknown = written(tmp_path, "unknown.pem", trustme.CA().cert_pem)
        monkeypatch.setenv(name, str(unknown))
        with pytest.raises(neura_ai.TLSError, match=name):
            ask(server)
        monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
        with pytest.raises(neura_ai.ConfigError, match=name):
            ask(server)


def test_fault_102_a_certificate_that_stands_itself_in_the_file_is_trusted(
    authority: trustme.CA, tmp_path: Path
) -> None:
    own = authority.issue_cert("127.0.0.1")
    with TlsServer(Fixed(own), asks_for_a_certificate=False) as server:
        ca_file = written(tmp_path, "own.pem", own.cert_chain_pems[0])
        assert client_of(server, ca_file=ca_file).get("/models").ok
    other = authority.issue_cert("other.example")
    with TlsServer(Fixed(other), asks_for_a_certificate=False) as server:
        ca_file = written(tmp_path, "other.pem", other.cert_chain_pems[0])
        with pytest.raises(neura_ai.TLSError, match=r"other\.example"):
            client_of(server, ca_file=ca_file).get("/models")


class Fixed(trustme.CA):
    """Issues one certificate for whatever name."""

    def __init__(self, own: trustme.LeafCert) -> None:
        super().__init__()
        self.own = own

    def issue_cert(self, *_: Any, **__: Any) -> trustme.LeafCert:
        return self.own


@pytest.mark.parametrize("kind", [Path, str])
def test_a_certificate_is_shown_to_a_server_that_asks(
    asking: TlsServer, ca_file: Path, certificate: trustme.LeafCert, tmp_path: Path, kind: Any
) -> None:
    chain = written(tmp_path, "client.pem", *certificate.cert_chain_pems)
    key = written(tmp_path, "key.pem", certificate.private_key_pem)
    both = written(tmp_path, "both.pem", certificate.private_key_and_cert_chain_pem)
    for given in (
        {"client_cert": kind(chain), "client_key": kind(key)},
        {"client_cert": kind(both)},
    ):
        client = client_of(asking, ca_file=ca_file, **given)
        assert NAME in client.get("/models").json()["names"]


def test_such_a_server_refuses_a_client_without_one(asking: TlsServer, ca_file: Path) -> None:
    with pytest.raises(neura_ai.TLSError, match="certificate") as caught:
        client_of(asking, ca_file=ca_file).get("/models")
    assert caught.value.attempts == 1
    assert asking.asked == 0


def test_a_key_of_another_certificate_is_a_config_error(
    authority: trustme.CA, certificate: trustme.LeafCert, tmp_path: Path
) -> None:
    chain = written(tmp_path, "client.pem", *certificate.cert_chain_pems)
    other = written(tmp_path, "key.pem", authority.issue_cert("other.example").private_key_pem)
    with pytest.raises(neura_ai.ConfigError, match=r"key\.pem"):
        neura_ai.Client(KEY, client_cert=chain, client_key=other)


def test_a_file_that_cannot_serve_is_a_config_error_that_names_it(
    certificate: trustme.LeafCert, tmp_path: Path
) -> None:
    chain = written(tmp_path, "client.pem", *certificate.cert_chain_pems)
    wrong = [tmp_path / "missing.pem", tmp_path / "folder.pem", tmp_path / "empty.pem"]
    wrong[1].mkdir()
    wrong[2].touch()
    for path in wrong:
        for given in ({"client_cert": path}, {"client_cert": chain, "client_key": path}):
            with pytest.raises(neura_ai.ConfigError, match=path.name):
                neura_ai.Client(KEY, **given)
    with pytest.raises(neura_ai.ConfigError, match=r"client\.pem"):
        neura_ai.Client(KEY, client_cert=chain)  # No key stands in it.


def test_a_key_without_its_certificate_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(neura_ai.ConfigError, match="client_cert"):
        neura_ai.Client(KEY, client_key=tmp_path / "key.pem")


@pytest.mark.parametrize("name", ["client_cert", "client_key", "ca_file"])
def test_a_path_is_text_or_a_path(name: str) -> None:
    for wrong in (5, True, ["x"]):
        with pytest.raises(TypeError):
            neura_ai.Client(KEY, **{name: wrong})
