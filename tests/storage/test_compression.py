"""Large objects between steps take less room, and nobody who reads them through a store notices."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.compression import ABOVE_BYTES, compressed
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store

KEY = "work/a/pages/000001.json"


def page_json(size_bytes: int) -> bytes:
    """What a page with thousands of table cells looks like; every number is another."""
    cells = [{"row": n // 20, "col": n % 20, "text": f"{n * 7919 % 1_000_003:,}.{n % 97:02d}"} for n in range(200_000)]
    return json.dumps({"page": 1, "tables": [{"cells": cells}]}).encode()[:size_bytes]


def put(store: ObjectStore, data: bytes, how: str, tmp_path: Path) -> None:
    if how == "put":
        store.put(KEY, data, "application/json", compress=True)
    else:
        (tmp_path / "local").write_bytes(data)
        store.put_file(KEY, tmp_path / "local", "application/json", compress=True)


@pytest.mark.parametrize("how", ["put", "put_file"])
def test_a_large_payload_takes_less_than_half_and_comes_back_whole(store, tmp_path, how):
    data = page_json(5_000_000)
    put(store, data, how, tmp_path)
    info = store.head(KEY)
    assert info is not None and info.size_bytes < len(data) / 2
    assert store.get(KEY) == data
    with store.open(KEY) as stream:
        assert stream.readline() + stream.read() == data
    store.download(KEY, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    store.copy(KEY, "work/b")
    assert store.get("work/b") == data


@pytest.mark.parametrize("how", ["put", "put_file"])
def test_a_small_payload_is_stored_as_it_is(store, tmp_path, how):
    put(store, b"x" * ABOVE_BYTES, how, tmp_path)
    info = store.head(KEY)
    assert info is not None and info.size_bytes == ABOVE_BYTES


def test_nothing_is_compressed_unasked(store):
    store.put("results/a/document.md", b"x" * 2 * ABOVE_BYTES, "text/markdown")
    info = store.head("results/a/document.md")
    assert info is not None and info.size_bytes == 2 * ABOVE_BYTES


def test_a_bucket_tells_strangers_type_and_encoding(store, mocked_client):
    if not isinstance(store, S3Store):
        pytest.skip("a folder has no headers")
    store.put(KEY, page_json(2_000_000), "application/json", compress=True)
    answer = store.client.get_object(Bucket=store.bucket, Key=store.url(KEY).removeprefix(f"s3://{store.bucket}/"))
    assert (answer["ContentType"], answer["ContentEncoding"]) == ("application/json", "gzip")
    assert gzip.decompress(answer["Body"].read()) == page_json(2_000_000)


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_damaged_payloads_are_as_good_as_missing(tmp_path, damage):
    store = FolderStore(tmp_path)
    store.put(KEY, os.urandom(2 * ABOVE_BYTES), compress=True)
    data = bytearray((tmp_path / KEY).read_bytes())
    if damage == "cut":
        del data[-100_000:]
    else:
        data[-20:] = bytes(20)
    (tmp_path / KEY).write_bytes(data)
    with pytest.raises(ObjectNotFound, match="damaged"):
        store.get(KEY)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=5000))
def test_what_is_compressed_is_plain_gzip(data):
    assert gzip.decompress(compressed(data)) == data
