from __future__ import annotations

import gzip
import hashlib
import io
import ipaddress
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pdf_parser.errors import (
    InvalidOptions,
    PdfParserError,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnavailable as Unavailable,
)
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.sources import SourceInfo, fetch_source
from pdf_parser.storage.sources.base import Intake
from pdf_parser.storage.sources.http import HttpSource
from tests.storage.storage_servers import Site, drip, hang_up, reply

Fetch = Callable[[str], SourceInfo]
Read = Callable[[str], None]
DATA = b"%PDF-1.7 " + bytes(200_000)
SECRET = "X-Amz-Signature=secret"
LOCAL = "127.0.0.1"


@pytest.fixture
def fetch(target: io.BytesIO, make_settings: Callable[..., Settings]) -> Fetch:
    settings = make_settings(
        source_http=True, source_private_networks=LOCAL, source_timeout_s=5, max_source_bytes=len(DATA)
    )
    store = open_store(settings)
    return lambda url: fetch_source(url, target, settings=settings, store=store)


@pytest.fixture
def read_for_half_a_second(target: io.BytesIO, make_settings: Callable[..., Settings]) -> Read:
    settings = make_settings(source_private_networks=LOCAL, source_timeout_s=0.5)
    source, intake = HttpSource(transfer_factor=1), Intake(target, limit_bytes=1_000_000)
    return lambda url: source.read(url, intake, settings, open_store(settings))


def test_body_is_streamed_and_hashed(site: Site, fetch: Fetch, target: io.BytesIO) -> None:
    site.answers["/a.pdf"] = reply(200, DATA)
    assert fetch(f"{site.url}/a.pdf?{SECRET}") == SourceInfo(hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert target.getvalue() == DATA
    assert site.requests == [f"GET /a.pdf?{SECRET}"]


def test_body_without_length_is_read_to_its_end(site: Site, fetch: Fetch, target: io.BytesIO) -> None:
    site.answers["/a.pdf"] = reply(200, DATA, length=-1)
    fetch(f"{site.url}/a.pdf")
    assert target.getvalue() == DATA


def test_compressed_body_is_unpacked(site: Site, fetch: Fetch, target: io.BytesIO) -> None:
    """Not asked for, but objects may be stored with this header."""
    site.answers["/a.pdf"] = reply(200, gzip.compress(DATA), Content_Encoding="gzip")
    assert fetch(f"{site.url}/a.pdf").size_bytes == len(DATA)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (204, Unavailable),
        (206, Unavailable),
        (400, SourceForbidden),
        (401, SourceForbidden),
        (403, SourceForbidden),
        (404, SourceNotFound),
        (408, Unavailable),
        (410, SourceNotFound),
        (413, SourceTooLarge),
        (418, SourceForbidden),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_every_status_has_a_name(
    site: Site, fetch: Fetch, target: io.BytesIO, status: int, error: type[PdfParserError]
) -> None:
    site.answers["/a.pdf"] = reply(status, b"an error page")
    with pytest.raises(error, match=f"{site.url}/a.pdf answered {status}") as caught:
        fetch(f"{site.url}/a.pdf?{SECRET}")
    assert "secret" not in str(caught.value)
    assert target.getvalue() == b""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(site: Site, fetch: Fetch, status: int) -> None:
    site.answers = {"/a.pdf": reply(status, Location="/b.pdf"), "/b.pdf": reply(200, DATA)}
    with pytest.raises(SourceForbidden, match="final URL"):
        fetch(f"{site.url}/a.pdf")
    assert site.requests == ["GET /a.pdf"]


def test_declared_length_over_the_limit_is_refused_before_the_body(
    site: Site, fetch: Fetch, target: io.BytesIO
) -> None:
    site.answers["/a.pdf"] = reply(200, DATA, length=len(DATA) + 1)
    with pytest.raises(SourceTooLarge):
        fetch(f"{site.url}/a.pdf")
    assert target.getvalue() == b""


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
def test_undeclared_length_over_the_limit_is_refused_on_the_way(
    site: Site, fetch: Fetch, target: io.BytesIO, headers: dict[str, str]
) -> None:
    data = bytes(10 * len(DATA))
    site.answers["/a.pdf"] = reply(200, gzip.compress(data) if headers else data, length=-1, **headers)
    with pytest.raises(SourceTooLarge):
        fetch(f"{site.url}/a.pdf")
    assert len(target.getvalue()) <= len(DATA)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(hang_up, id="no answer"),
        pytest.param(reply(200, b"half", length=100), id="body shorter than declared"),
        pytest.param(reply(200, b"zz\r\n", length=-1, Transfer_Encoding="chunked"), id="broken chunks"),
        pytest.param(reply(200, b"5\r\nhalf", length=-1, Transfer_Encoding="chunked"), id="unfinished chunk"),
        pytest.param(reply(200, b"no gzip", Content_Encoding="gzip"), id="broken compression"),
        pytest.param(lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n"), id="no HTTP"),
    ],
)
def test_broken_answer_is_unavailable(site: Site, fetch: Fetch, answer: Callable[..., None]) -> None:
    site.answers["/a.pdf"] = answer
    with pytest.raises(Unavailable, match=f"{site.url}/a.pdf could not be read") as caught:
        fetch(f"{site.url}/a.pdf?{SECRET}")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_closed_port_is_unavailable(fetch: Fetch, closed_port: int) -> None:
    with pytest.raises(Unavailable, match="ConnectError"):
        fetch(f"http://127.0.0.1:{closed_port}/a.pdf")


def test_unknown_host_is_unavailable(fetch: Fetch) -> None:
    with pytest.raises(Unavailable):
        fetch("http://no-such-host.invalid/a.pdf")


def test_host_that_cannot_be_encoded_is_invalid(fetch: Fetch) -> None:
    with pytest.raises(InvalidOptions):
        fetch(f"http://{'a' * 64}é.example/a.pdf")


def test_silent_server_is_unavailable(site: Site, make_settings: Callable[..., Settings], target: io.BytesIO) -> None:
    site.answers["/a.pdf"] = drip(site, b"", b"")
    settings = make_settings(source_http=True, source_private_networks=LOCAL, source_timeout_s=0.1)
    with pytest.raises(Unavailable, match="ReadTimeout"):
        fetch_source(f"{site.url}/a.pdf", target, settings=settings, store=open_store(settings))


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        pytest.param(HEAD, b"X-Drop: 1\r\n", id="endless headers"),
        pytest.param(HEAD + b"\r\n", b"x", id="endless body"),
        pytest.param(HEAD + b"Content-Length: 100000\r\n\r\n", b"x", id="slow body"),
    ],
)
def test_dripping_server_is_left_after_a_while(
    site: Site, read_for_half_a_second: Read, head: bytes, drop: bytes
) -> None:
    """Each byte comes before the read time-out."""
    site.answers["/a.pdf"] = drip(site, head, drop)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="longer than 0.5 s"):
        read_for_half_a_second(f"{site.url}/a.pdf")
    assert time.monotonic() - started < 3


def test_dripping_server_is_left_with_tls_too(tls_site: Site, read_for_half_a_second: Read) -> None:
    tls_site.answers["/a.pdf"] = drip(tls_site, HEAD + b"\r\n", b"x")
    with pytest.raises(Unavailable, match="longer than 0.5 s"):
        read_for_half_a_second(f"{tls_site.url}/a.pdf")


def test_https_is_read(tls_site: Site, fetch: Fetch) -> None:
    tls_site.answers["/a.pdf"] = reply(200, DATA)
    assert fetch(f"{tls_site.url}/a.pdf").size_bytes == len(DATA)


def test_untrusted_certificate_is_unavailable(tls_site: Site, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    tls_site.answers["/a.pdf"] = reply(200, DATA)
    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{tls_site.url}/a.pdf")


def test_signature_is_not_logged(site: Site, fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    """httpx logs each request with its URL at INFO."""
    caplog.set_level(logging.DEBUG)
    site.answers["/a.pdf"] = reply(200, DATA)
    fetch(f"{site.url}/a.pdf?{SECRET}")
    assert f"GET {site.url}/a.pdf" in caplog.text
    assert "secret" not in caplog.text


@pytest.fixture
def tls_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Speaks TLS with a new certificate, which is trusted while SSL_CERT_FILE is set."""
    certificate, key = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    site = Site()
    site.use_tls(certificate, key)
    with site.running():
        yield site


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for https://127.0.0.1, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now, day = datetime.now(timezone.utc), timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    return folder / "certificate.pem", folder / "key.pem"
