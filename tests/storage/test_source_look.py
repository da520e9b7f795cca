"""What sources tell of their bytes before they are fetched, and that it is true of what is fetched then."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from pdf_parser.errors import SourceForbidden, SourceNotFound
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store
from pdf_parser.storage.sources import Facts, fetch_source, look_at_source
from pdf_parser.storage.sources.file import LOOK_BYTES

MakeSettings = Callable[..., Settings]
DATA = b"%PDF-1.7 " + bytes(10_000)
OTHER = b"%PDF-1.7 " + bytes(9_999) + b"1"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def look(bucket: S3Store, make_settings: MakeSettings) -> Callable[[str], Facts]:
    return lambda url: look_at_source(url, settings=make_settings(), store=bucket)


@pytest.fixture
def names(bucket: S3Store, make_settings: MakeSettings) -> Callable[[str], tuple[str, ...]]:
    """Those under which `fetch` notes an object."""
    return lambda url: fetch_source(url, io.BytesIO(), settings=make_settings(), store=bucket).names


def put(bucket: S3Store, key: str, data: bytes = DATA, **how: str) -> str:
    bucket.client.put_object(Bucket=bucket.bucket, Key=key, Body=data, **how)  # type: ignore[arg-type]
    return f"s3://{bucket.bucket}/{key}"


def put_parts(bucket: S3Store, key: str, data: bytes = DATA) -> str:
    """In one part: the ETag is then that of parts all the same."""
    at = {"Bucket": bucket.bucket, "Key": key}
    upload = bucket.client.create_multipart_upload(**at)["UploadId"]
    part = bucket.client.upload_part(**at, UploadId=upload, PartNumber=1, Body=data)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    bucket.client.complete_multipart_upload(**at, UploadId=upload, MultipartUpload=parts)  # type: ignore[arg-type]
    return f"s3://{bucket.bucket}/{key}"


def test_an_object_stored_with_its_checksum_tells_its_hash(bucket, look):
    facts = look(put(bucket, "summed.pdf", ChecksumAlgorithm="SHA256"))
    assert (facts.size_bytes, facts.sha256) == (len(DATA), SHA256)


def test_the_same_bytes_under_another_name_are_met_again(bucket, look, names):
    noted = names(put(bucket, "a.pdf"))
    assert set(look(put(bucket, "b.pdf")).names) & set(noted)
    assert not set(look(put(bucket, "b.pdf", OTHER)).names) & set(noted)


def test_a_changed_object_under_the_same_name_is_not_met(bucket, look, names):
    noted = names(put(bucket, "changing.pdf"))
    assert not set(look(put(bucket, "changing.pdf", OTHER)).names) & set(noted)


def test_an_object_in_parts_is_met_under_its_own_name_alone(bucket, look, names):
    noted = names(put_parts(bucket, "parts.pdf"))
    assert len(noted) == 1
    assert set(look(f"s3://{bucket.bucket}/parts.pdf").names) & set(noted)
    assert not set(look(put_parts(bucket, "copy.pdf")).names) & set(noted)
    assert not set(look(put_parts(bucket, "parts.pdf", OTHER)).names) & set(noted)


def test_what_cannot_be_seen_has_a_name(bucket, look):
    with pytest.raises(SourceNotFound):
        look(f"s3://{bucket.bucket}/absent.pdf")


def test_without_connections_of_the_store_nothing_is_told(tmp_path: Path, make_settings: MakeSettings):
    assert look_at_source("s3://b/a.pdf", settings=make_settings(), store=FolderStore(tmp_path)) == Facts()


def test_a_web_server_is_not_asked(tmp_path: Path, make_settings: MakeSettings):
    assert look_at_source("https://example.com/a.pdf", settings=make_settings(), store=FolderStore(tmp_path)) == Facts()


def test_a_small_file_is_hashed_and_a_large_one_is_measured(tmp_path: Path, make_settings: MakeSettings):
    settings, store = make_settings(source_file_roots=str(tmp_path)), FolderStore(tmp_path / "store")
    small, large = tmp_path / "small.pdf", tmp_path / "large.pdf"
    small.write_bytes(DATA)
    with large.open("wb") as file:
        file.truncate(LOOK_BYTES + 1)
    assert look_at_source(small.as_uri(), settings=settings, store=store) == Facts(len(DATA), SHA256)
    assert look_at_source(large.as_uri(), settings=settings, store=store) == Facts(LOOK_BYTES + 1)
    with pytest.raises(SourceForbidden):
        look_at_source("file:///etc/hostname", settings=settings, store=store)
