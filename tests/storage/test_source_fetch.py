"""Choosing the source, and the intake that all sources share."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from pdf_parser.errors import InvalidOptions, SourceForbidden, SourceTooLarge, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.sources import SourceInfo, check_source_url, fetch_source
from pdf_parser.storage.sources.base import Intake

MakeSettings = Callable[..., Settings]


@given(chunks=st.lists(st.binary(max_size=100), max_size=10))
def test_intake_writes_hashes_and_counts(chunks: list[bytes]) -> None:
    target, data = io.BytesIO(), b"".join(chunks)
    intake = Intake(target, limit_bytes=len(data))
    for chunk in chunks:
        intake.write(chunk)
    assert intake.finish() == SourceInfo(hashlib.sha256(data).hexdigest(), len(data))
    assert target.getvalue() == data


def test_intake_refuses_a_declared_length_over_the_limit() -> None:
    with pytest.raises(SourceTooLarge, match="11 bytes.*10"):
        Intake(io.BytesIO(), limit_bytes=10).expect(11)


def test_intake_never_writes_more_than_the_limit() -> None:
    target = io.BytesIO()
    intake = Intake(target, limit_bytes=10)
    intake.write(b"12345")
    with pytest.raises(SourceTooLarge):
        intake.write(b"6789ab")
    assert target.getvalue() == b"12345"


@pytest.mark.parametrize("size_bytes", [0, 4, 6])
def test_intake_refuses_another_length_than_declared(size_bytes: int) -> None:
    intake = Intake(io.BytesIO(), limit_bytes=10)
    intake.expect(size_bytes)
    intake.write(b"12345")
    with pytest.raises(SourceUnavailable):
        intake.finish()


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/a b/é?.pdf",
        "S3://bucket/key",
        "https://host/a.pdf?X-Amz-Signature=1",
        "https://[2606:4700::1111]:8443/",
        "file:///in/a",
    ],
)
def test_good_urls_pass_without_network(make_settings: MakeSettings, url: str) -> None:
    check_source_url(url, make_settings(source_file_roots="/in"))


@pytest.mark.parametrize(
    "url", ["", "a.pdf", "/etc/passwd", "ftp://host/a", "gs://b/k", "https:/host", "http://host/a", "://x"]
)
def test_other_schemes_are_refused_with_those_that_are_accepted(make_settings: MakeSettings, url: str) -> None:
    with pytest.raises(InvalidOptions, match="s3://, https://, file://"):
        check_source_url(url, make_settings())


def test_http_is_accepted_when_it_is_set(make_settings: MakeSettings) -> None:
    settings = make_settings(source_http=True)
    check_source_url("http://host/a", settings)
    with pytest.raises(InvalidOptions, match="http://"):
        check_source_url("ftp://host/a", settings)


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://bucket",
        "s3://bucket/",
        "s3:///key",
        "https://",
        "https:///path",
        "https://host:port/",
        "https://host:0/",
        "https://[::1/a",
        "https://user:sec?ret@host/",
        "https://host/a\nb",
        "https://host/\udc80",
        "file://host/a",
        "file://./a",
        "file:///in/a?b",
        "file:///in/%00",
    ],
)
def test_malformed_urls_are_invalid_options(make_settings: MakeSettings, url: str) -> None:
    settings = make_settings(source_file_roots="/in")
    with pytest.raises(InvalidOptions) as caught:
        check_source_url(url, settings)
    assert "sec" not in str(caught.value)
    with pytest.raises(InvalidOptions):
        fetch_source(url, io.BytesIO(), settings=settings, store=open_store(settings))


def test_file_outside_the_roots_is_forbidden_without_network(make_settings: MakeSettings) -> None:
    with pytest.raises(SourceForbidden):
        check_source_url("file:///etc/passwd", make_settings())


@given(
    url=st.text()
    | st.text().map("s3://{}".format)
    | st.text().map("https://{}".format)
    | st.text().map("file://{}".format)
)
def test_no_text_surprises_the_check(url: str) -> None:
    with suppress(InvalidOptions, SourceForbidden):
        check_source_url(url, Settings(_env_file=None, source_file_roots="/in"))
