"""Which store the settings ask for."""

from __future__ import annotations

from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.urls import split_file_url, split_s3_url

FORMS = "s3://bucket, s3://bucket/prefix, file:///absolute/folder or file://./relative/folder"


def open_store(settings: Settings) -> ObjectStore:
    """The store of STORE_URL; nothing is asked of it yet. boto3 is imported for s3:// alone.

    Raises ValueError when STORE_URL is no URL of a store.
    """
    url = settings.store_url
    try:
        if url.startswith("s3://"):
            return _open_bucket(settings)
        if url.startswith("file://"):
            return FolderStore(split_file_url(url))
    except ValueError as exc:
        raise ValueError(f"STORE_URL {url!r} is not valid; use {FORMS}") from exc
    raise ValueError(f"STORE_URL {url!r} is not valid; use {FORMS}")


def _open_bucket(settings: Settings) -> ObjectStore:
    from pdf_parser.storage.s3 import S3Store, make_client

    bucket, prefix = split_s3_url(settings.store_url)
    return S3Store(bucket, prefix, make_client(settings))
