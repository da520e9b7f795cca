from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pdf_parser.storage.urls import redact_url, split_file_url, split_s3_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host/a.pdf?X-Amz-Signature=secret", "https://host/a.pdf"),
        ("https://host/a.pdf#secret", "https://host/a.pdf"),
        ("https://user:secret@host:8443/a.pdf", "https://host:8443/a.pdf"),
        ("https://user:sec?ret@host/a.pdf", "https://…"),
        ("https://host?u=http://user:secret@x/", "https://host"),
        ("https://[::1]:80/a@b.pdf", "https://[::1]:80/a@b.pdf"),
        ("s3://bucket/key with spaces.pdf", "s3://bucket/key with spaces.pdf"),
        ("user:secret@host/a.pdf", "host/a.pdf"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_redacted_url_shows_no_secrets(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(query=st.text(), start=st.sampled_from("?#"))
def test_nothing_of_a_query_is_shown(query: str, start: str) -> None:
    assert redact_url(f"https://host/a.pdf{start}{query}") == "https://host/a.pdf"


def test_s3_url_splits_into_bucket_and_raw_key() -> None:
    assert split_s3_url("s3://bucket/a/b?c#d%20.pdf") == ("bucket", "a/b?c#d%20.pdf")
    assert split_s3_url("s3://bucket") == ("bucket", "")


@pytest.mark.parametrize("url", ["s3://", "s3:///key", "s3://user:secret@bucket/key", "s3://buck et/key"])
def test_s3_url_without_a_proper_bucket_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/key"):
        split_s3_url(url)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///data/a%20b%C3%A9.pdf", "/data/a bé.pdf"),
        ("file://localhost/data/a.pdf", "/data/a.pdf"),
        ("file://./data/store", "data/store"),
        ("file://../store", "../store"),
    ],
)
def test_file_url_gives_a_path(url: str, path: str) -> None:
    assert split_file_url(url) == Path(path)


@pytest.mark.parametrize(
    "url", ["file://", "file://host/a", "file:///a?b", "file:///a#b", "file:///a%00b", "file:///%ff"]
)
def test_file_url_with_host_query_or_broken_bytes_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="file URL|decode"):
        split_file_url(url)
