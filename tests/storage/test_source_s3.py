from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client

from pdf_parser.errors import SourceForbidden, SourceNotFound, SourceTooLarge, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store, make_client
from pdf_parser.storage.sources import SourceInfo, fetch_source
from tests.storage.storage_servers import Site, reply

MakeSettings = Callable[..., Settings]
DATA = b"%PDF-1.7 " + bytes(3_000_000)
INFO = SourceInfo(hashlib.sha256(DATA).hexdigest(), len(DATA))


URL = "s3://documents/in/é a?.pdf"


@pytest.fixture
def full(bucket: S3Store) -> S3Store:
    bucket.put("in/é a?.pdf", DATA)
    return bucket


@pytest.fixture
def fetch_odd(site_client: S3Client, make_settings: MakeSettings, target: io.BytesIO) -> Callable[[], SourceInfo]:
    """Fetches s3://b/a from a server that answers what the test says."""
    store = S3Store("b", "", site_client)
    return lambda: fetch_source("s3://b/a", target, settings=make_settings(max_source_bytes=1000), store=store)


def test_object_is_read_with_the_client_of_the_store(
    full: S3Store, make_settings: MakeSettings, target: io.BytesIO
) -> None:
    """These settings know no endpoint; the store does."""
    assert fetch_source(URL, target, settings=make_settings(), store=full) == INFO
    assert target.getvalue() == DATA


def test_object_is_read_when_the_store_is_a_folder(
    full: S3Store, moto_url: str, make_settings: MakeSettings, target: io.BytesIO, tmp_path: Path
) -> None:
    settings = make_settings(s3_endpoint_url=moto_url)
    assert fetch_source(URL, target, settings=settings, store=FolderStore(tmp_path)) == INFO


def test_presigned_url_is_read(full: S3Store, make_settings: MakeSettings, target: io.BytesIO) -> None:
    url = full.presign("in/é a?.pdf", 60)
    settings = make_settings(source_http=True, source_private_networks="127.0.0.1")
    assert fetch_source(url, target, settings=settings, store=full) == INFO


def test_presigned_url_of_the_own_store_is_read_wherever_it_is(
    full: S3Store, moto_url: str, make_settings: MakeSettings, target: io.BytesIO
) -> None:
    settings = make_settings(source_http=True, s3_endpoint_url=moto_url)
    assert fetch_source(full.presign("in/é a?.pdf", 60), target, settings=settings, store=full) == INFO


def test_bucket_that_is_not_listed_is_forbidden(full: S3Store, make_settings: MakeSettings, target: io.BytesIO) -> None:
    assert fetch_source(URL, target, settings=make_settings(source_buckets="a, documents"), store=full) == INFO
    with pytest.raises(SourceForbidden, match="SOURCE_BUCKETS"):
        fetch_source(URL, target, settings=make_settings(source_buckets="a,b"), store=full)


@pytest.mark.parametrize("url", ["s3://documents/missing.pdf", "s3://no-such-bucket/a.pdf"])
def test_missing_object_or_bucket_is_not_found(
    bucket: S3Store, make_settings: MakeSettings, target: io.BytesIO, url: str
) -> None:
    with pytest.raises(SourceNotFound, match=url) as caught:
        fetch_source(url, target, settings=make_settings(), store=bucket)
    assert caught.value.__cause__ is not None


def test_large_object_is_refused_before_it_is_read(
    full: S3Store, make_settings: MakeSettings, target: io.BytesIO
) -> None:
    with pytest.raises(SourceTooLarge):
        fetch_source(URL, target, settings=make_settings(max_source_bytes=len(DATA) - 1), store=full)
    assert target.getvalue() == b""


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "AccessDenied", SourceForbidden),
        (403, "InvalidObjectState", SourceForbidden),
        (400, "ExpiredToken", SourceForbidden),
        (400, "RequestTimeout", SourceUnavailable),
        (429, "TooManyRequests", SourceUnavailable),
        (500, "InternalError", SourceUnavailable),
        (503, "SlowDown", SourceUnavailable),
    ],
)
def test_what_s3_answers_has_a_name(
    site: Site, fetch_odd: Callable[[], SourceInfo], status: int, code: str, error: type[Exception]
) -> None:
    site.answers = {path: reply(status, f"<Error><Code>{code}</Code></Error>".encode()) for path in ["/b/a", "/b"]}
    with pytest.raises(error, match=code):
        fetch_odd()


def test_body_that_breaks_off_is_unavailable(site: Site, fetch_odd: Callable[[], SourceInfo]) -> None:
    site.answers["/b/a"] = reply(200, b"half", length=900)
    with pytest.raises(SourceUnavailable, match="s3://b/a"):
        fetch_odd()


def test_closed_port_is_unavailable(make_settings: MakeSettings, closed_port: int, target: io.BytesIO) -> None:
    settings = make_settings(s3_endpoint_url=f"http://127.0.0.1:{closed_port}")
    store = S3Store("b", "", make_client(settings, max_attempts=1))
    with pytest.raises(SourceUnavailable):
        fetch_source("s3://b/a", target, settings=settings, store=store)
