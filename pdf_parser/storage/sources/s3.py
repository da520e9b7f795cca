"""PDFs in a bucket: s3://bucket/key, at the endpoint of the settings."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pdf_parser.errors import InvalidOptions, SourceForbidden, SourceNotFound, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.s3 import S3Store, make_client, open_object, translated
from pdf_parser.storage.s3_failures import Failures
from pdf_parser.storage.sources.base import Facts, Intake
from pdf_parser.storage.urls import split_s3_url

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 1 << 20
OF_SOURCE = Failures(
    missing=SourceNotFound, no_bucket=SourceNotFound, forbidden=SourceForbidden, unavailable=SourceUnavailable
)


class S3Source:
    def check(self, url: str, settings: Settings) -> None:
        try:
            bucket, key = split_s3_url(url)
        except ValueError as exc:
            raise InvalidOptions(f"The source is not valid: {exc}.") from exc
        if not key:
            raise InvalidOptions("The source names a bucket without a key. An S3 URL looks like s3://bucket/key.")
        buckets = settings.source_buckets.replace(" ", "").split(",")
        if settings.source_buckets and bucket not in buckets:
            raise SourceForbidden(f"The bucket {bucket} is not among those that may be read. See SOURCE_BUCKETS.")

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        bucket, key = split_s3_url(url)
        client = _client(settings, store)
        found = open_object(client, bucket, key, OF_SOURCE)
        with found.body:
            intake.expect(found.size_bytes)
            md5 = hashlib.md5(usedforsecurity=False)
            while chunk := found.body.read(CHUNK_BYTES):
                intake.write(chunk)
                md5.update(chunk)
        version = _Version(found.etag.strip('"'), found.size_bytes, found.modified_at)
        intake.call(*_version_names(client, bucket, key, version))
        if version.etag == md5.hexdigest():
            intake.call(_content_name(version))

    def look(self, url: str, settings: Settings, store: ObjectStore) -> Facts:
        """From a HEAD: the hash, when the object was stored with its SHA-256, and the names of its bytes.

        Only with the connections of the store: to make a client and find credentials takes longer than a look may.
        """
        if not isinstance(store, S3Store):
            return Facts()
        bucket, key = split_s3_url(url)
        client = store.client
        with translated(url, OF_SOURCE):
            answer = client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        version = _Version(answer.get("ETag", "").strip('"'), answer["ContentLength"], answer.get("LastModified"))
        names = (_content_name(version), *_version_names(client, bucket, key, version))
        return Facts(version.size_bytes, _sha256(answer.get("ChecksumSHA256", "")), names)


@dataclass(frozen=True)
class _Version:
    etag: str
    size_bytes: int
    modified_at: datetime | None


def _version_names(client: S3Client, bucket: str, key: str, version: _Version) -> tuple[str, ...]:
    """Of one object as it is now. The time is part of it because some servers know no better ETag than "000…-1"."""
    if not version.etag or version.modified_at is None:
        return ()
    when = version.modified_at.isoformat()
    return (f"s3 {client.meta.endpoint_url} {bucket}/{key} {version.etag} {version.size_bytes} {when}",)


def _content_name(version: _Version) -> str:
    """Of bytes, wherever they lie: `read` notes it only when it found the ETag to be their MD5.

    Another object of this endpoint with that size and ETag has the same bytes, or both were made to collide by one
    author. An ETag that is no MD5 (of parts, of encrypted objects) meets a noted one by a chance of 1 in 2^128.
    """
    return f"md5 {version.etag} {version.size_bytes}"


def _sha256(checksum: str) -> str | None:
    """Base64 to hex; None for the checksum of checksums that an object in parts has ("…-3")."""
    try:
        digest = base64.b64decode(checksum, validate=True)
    except ValueError:
        return None
    return digest.hex() if len(digest) == hashlib.sha256().digest_size else None


def _client(settings: Settings, store: ObjectStore) -> S3Client:
    """That of the store, when it has one: it is configured, and its connections are open."""
    return store.client if isinstance(store, S3Store) else make_client(settings)
