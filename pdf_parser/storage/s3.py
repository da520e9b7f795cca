"""An object store in a bucket of S3, MinIO, SeaweedFS and others. The only file that knows boto3."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, TypedDict
from uuid import uuid4

from pdf_parser.errors import ObjectNotFound, PdfParserError, StorageUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectInfo, SignedUpload
from pdf_parser.storage.compression import (
    ABOVE_BYTES,
    ENCODING,
    compressed,
    compressed_file,
    decompressed,
    is_marked,
)
from pdf_parser.storage.keys import check_key, check_prefix
from pdf_parser.storage.s3_body import open_body
from pdf_parser.storage.s3_failures import OF_STORE, Failures

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client

PART_BYTES = 16 << 20
MAX_COPY_BYTES = 5 << 30  # of one CopyObject; what is larger is copied in parts
CONFLICT_PAUSES_S = (0.05, 0.1, 0.2, 0.4)


class _Headers(TypedDict, total=False):
    ContentType: str
    ContentEncoding: str


class S3Store:
    """Keys lie below `prefix`, which may be empty. Needs the rights to get, put, delete and list."""

    def __init__(self, bucket: str, prefix: str, client: S3Client) -> None:
        self.bucket = bucket
        self.client = client
        self._prefix = f"{prefix.strip('/')}/".lstrip("/")

    def put(
        self, key: str, data: bytes, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        headers = _Headers(ContentType=content_type)
        if compress and len(data) > ABOVE_BYTES:
            data, headers = compressed(data), _Headers(ContentType=content_type, ContentEncoding=ENCODING)
        with translated(self.url(key)):
            self.client.put_object(Bucket=self.bucket, Key=self._name(key), Body=data, **headers)

    def put_if_absent(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> bool:
        """Needs a server that honours If-None-Match: `rclone serve s3` ignores it and lets everybody win."""
        writer = uuid4().hex
        for pause_s in CONFLICT_PAUSES_S:
            status = self._put_new(key, data, content_type, writer)
            if status == 200:
                return True
            if status == 412:
                return self._was_written_by(writer, key)
            time.sleep(pause_s)
        raise StorageUnavailable(f"{self.url(key)}: other writers were in the way for too long.")

    def put_file(
        self, key: str, path: Path, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        """In parts when larger than 16 MiB. A local file that cannot be read is an OSError."""
        if compress and path.stat().st_size > ABOVE_BYTES:
            with compressed_file(path) as smaller:
                self._upload(key, smaller, _Headers(ContentType=content_type, ContentEncoding=ENCODING))
        else:
            self._upload(key, path, _Headers(ContentType=content_type))

    def _upload(self, key: str, path: Path, headers: _Headers) -> None:
        with translated(self.url(key)):
            self.client.upload_file(str(path), self.bucket, self._name(key), ExtraArgs=dict(headers), Config=_parts())

    def get(self, key: str) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    def open(self, key: str) -> BinaryIO:
        """One GET. What breaks while reading raises StorageUnavailable too. Not seekable."""
        found = open_object(self.client, self.bucket, self._name(key))
        return decompressed(found.body, key) if ENCODING in found.encoding else found.body

    def download(self, key: str, path: Path) -> None:
        """In parallel ranges; `path` appears when it is complete. A local file that cannot be written is an OSError."""
        with self._must_exist(key):
            self.client.download_file(self.bucket, self._name(key), str(path), Config=_parts())
        with path.open("rb") as file:
            marked = is_marked(file)
        if marked:
            path.write_bytes(self.get(key))

    def head(self, key: str) -> ObjectInfo | None:
        with suppress(ObjectNotFound), self._must_exist(key):
            answer = self.client.head_object(Bucket=self.bucket, Key=self._name(key))
            return ObjectInfo(key, answer["ContentLength"], answer["LastModified"])
        return None

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """In the order of the server: SeaweedFS and directory buckets sort folder by folder, all others by key.

        Folder markers, which consoles create as empty objects with a slash at the end, are left out.
        """
        start = self._prefix + check_prefix(prefix)
        with translated(f"s3://{self.bucket}/{start}"):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start):
                for found in page.get("Contents", []):
                    if not found["Key"].endswith("/"):
                        yield ObjectInfo(found["Key"].removeprefix(self._prefix), found["Size"], found["LastModified"])

    def copy(self, source_key: str, target_key: str) -> None:
        """On the server."""
        source, target = self._name(source_key), self._name(target_key)
        with self._must_exist(source_key):
            self.client.copy({"Bucket": self.bucket, "Key": source}, self.bucket, target, Config=_parts(MAX_COPY_BYTES))

    def delete(self, key: str) -> None:
        with suppress(ObjectNotFound), translated(self.url(key)):
            self.client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def url(self, key: str) -> str:
        return f"s3://{self.bucket}/{self._name(key)}"

    def presign(self, key: str, expires_s: int) -> str:
        """Made here, without asking whether the object exists. S3 accepts seven days at most."""
        wanted = {"Bucket": self.bucket, "Key": self._name(key)}
        with translated(self.url(key)):
            return self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=expires_s)

    def presign_put(self, key: str, size_bytes: int, content_type: str, expires_s: int) -> SignedUpload | None:
        """Size and type are signed headers: S3 refuses another Content-Length with 403 before it takes a byte."""
        wanted = {"Bucket": self.bucket, "Key": self._name(key), "ContentLength": size_bytes}
        with translated(self.url(key)):
            url = self.client.generate_presigned_url(
                "put_object", Params={**wanted, "ContentType": content_type}, ExpiresIn=expires_s
            )
        return SignedUpload(url, {"Content-Length": str(size_bytes), "Content-Type": content_type})

    def check(self) -> None:
        try:
            with translated(f"s3://{self.bucket}"):
                self.client.head_bucket(Bucket=self.bucket)
        except ObjectNotFound as exc:
            raise StorageUnavailable(f"s3://{self.bucket}: there is no such bucket.") from exc

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    @contextmanager
    def _must_exist(self, key: str) -> Iterator[None]:
        """For calls that begin with a HEAD: its 404 does not tell a missing key from a missing bucket, `check` does."""
        try:
            with translated(self.url(key)):
                yield
        except ObjectNotFound:
            self.check()
            raise

    def _put_new(self, key: str, data: bytes, content_type: str, writer: str) -> int:
        """200, or 412 when the key is taken, or 409 when S3 could not tell because another write was under way."""
        from botocore.exceptions import ClientError

        metadata = {"writer": writer}
        with translated(self.url(key)):
            try:
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=self._name(key),
                    Body=data,
                    ContentType=content_type,
                    Metadata=metadata,
                    IfNoneMatch="*",
                )
            except ClientError as exc:
                if _status(exc) not in (409, 412):
                    raise
                return _status(exc)
        return 200

    def _was_written_by(self, writer: str, key: str) -> bool:
        """True when our first try was stored but its answer was lost, and the second try of boto3 met the object."""
        with suppress(ObjectNotFound), translated(self.url(key)):
            answer = self.client.head_object(Bucket=self.bucket, Key=self._name(key))
            return answer["Metadata"].get("writer") == writer
        return False


def make_client(settings: Settings, *, max_attempts: int = 4) -> S3Client:
    """A client for the endpoint of the settings. Credentials come from boto3's chain: environment, files, pod identity.

    Takes about 0.3 s, most of it the import of boto3. Threads may share it.
    """
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": max_attempts},
        max_pool_connections=32,
        signature_version="s3v4",  # else us-east-1 presigns with version 2, which newer servers refuse
    )
    if settings.s3_endpoint_url:
        # Older MinIO, Ceph and others refuse the checksums that boto3 adds since 1.36 (boto/boto3 issue 4392).
        when: Literal["when_required"] = "when_required"
        config = config.merge(Config(request_checksum_calculation=when, response_checksum_validation=when))
    endpoint_url = settings.s3_endpoint_url or None
    return Session().client("s3", region_name=settings.s3_region, endpoint_url=endpoint_url, config=config)


@dataclass(frozen=True)
class Opened:
    """`encoding` is the object's Content-Encoding, "" for none; `body` gives the bytes as they are stored."""

    body: BinaryIO
    size_bytes: int
    encoding: str
    etag: str
    modified_at: datetime | None


def open_object(client: S3Client, bucket: str, key: str, failures: Failures = OF_STORE) -> Opened:
    """A stream over any object. Opening and reading raise what `failures` says."""
    guard = partial(translated, f"s3://{bucket}/{key}", failures)
    with guard():
        answer = client.get_object(Bucket=bucket, Key=key)
    return Opened(
        open_body(answer["Body"], guard),
        answer["ContentLength"],
        answer.get("ContentEncoding", ""),
        answer.get("ETag", ""),
        answer.get("LastModified"),
    )


@contextmanager
def translated(where: str, failures: Failures = OF_STORE) -> Iterator[None]:
    """Raises our errors for those of boto3, with `where` in the message and the cause kept."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as exc:
        raise _failure(exc, failures)(f"{where}: {exc}") from exc
    except RecursionError:  # botocore 1.44 follows a redirect without a region by asking the same endpoint again
        raise failures.unavailable(f"{where}: the endpoint redirects. Check S3_ENDPOINT_URL: http or https?") from None


def _failure(exc: Exception, failures: Failures) -> type[PdfParserError]:
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import ClientError, NoCredentialsError

    reason = exc.__context__ if isinstance(exc, S3UploadFailedError) else exc  # raised while handling what S3 said
    if isinstance(reason, ClientError):
        return failures.of(_status(reason), reason.response["Error"].get("Code", ""))
    return failures.forbidden if isinstance(exc, NoCredentialsError) else failures.unavailable


def _status(exc: ClientError) -> int:
    return int(exc.response["ResponseMetadata"]["HTTPStatusCode"])


def _parts(threshold_bytes: int = PART_BYTES) -> TransferConfig:
    """Transfers in parts above the threshold, few at a time: steps run with little memory."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=threshold_bytes, multipart_chunksize=PART_BYTES, max_concurrency=4)
