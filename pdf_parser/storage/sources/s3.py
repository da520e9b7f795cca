"""PDFs in a bucket: s3://bucket/key, at the endpoint of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pdf_parser.errors import InvalidOptions, SourceForbidden, SourceNotFound, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.s3 import S3Store, make_client, open_object
from pdf_parser.storage.s3_failures import Failures
from pdf_parser.storage.sources.base import Intake
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
        stream, size_bytes = open_object(_client(settings, store), bucket, key, OF_SOURCE)
        with stream:
            intake.expect(size_bytes)
            while chunk := stream.read(CHUNK_BYTES):
                intake.write(chunk)


def _client(settings: Settings, store: ObjectStore) -> S3Client:
    """That of the store, when it has one: it is configured, and its connections are open."""
    return store.client if isinstance(store, S3Store) else make_client(settings)
