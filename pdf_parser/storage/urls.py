"""URLs of stores and sources: taken apart, and made safe to show."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import unquote

_HOST = re.compile(r"^(\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(:\d*)?$")
_BUCKET = re.compile(r"^[A-Za-z0-9._-]{1,255}$")  # as botocore checks it; S3 itself is stricter


def redact_url(url: str) -> str:
    """The URL without query, fragment and user info: a presigned URL is a password. For messages and logs."""
    scheme, separator, rest = re.split("[?#]", url, maxsplit=1)[0].rpartition("://")
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2]
    if not _HOST.match(host):  # a password with "?" or "#" in it, cut in two
        host = "…"
    return f"{scheme.rpartition('@')[2]}{separator}{host}{slash}{path}"


def hide_queries_of_httpx() -> None:
    """httpx logs the whole URL of each request. Harmless to repeat: the same filter is only added once."""
    logging.getLogger("httpx").addFilter(_hide_queries)


def _hide_queries(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(redact_url(str(arg)) if "://" in str(arg) else arg for arg in record.args)
    return True


def split_s3_url(url: str) -> tuple[str, str]:
    """Bucket and key ("" when there is none) of "s3://bucket[/key]". A key is taken as it is: "?" and "%" belong to it.

    Raises ValueError when the bucket is missing or cannot be one.
    """
    bucket, _, key = url.partition("://")[2].partition("/")
    if not _BUCKET.match(bucket):
        raise ValueError("an S3 URL looks like s3://bucket/key")
    return bucket, key


def split_file_url(url: str) -> Path:
    """The path of "file:///absolute" or "file://./relative", percent-decoded. Raises ValueError for anything else."""
    text = url.partition("://")[2]
    path = unquote(text, errors="strict")
    if text.startswith("localhost/"):
        path = path.removeprefix("localhost")
    if not path.startswith(("/", "./", "../")) or "\0" in path or re.search("[?#]", text):
        raise ValueError("a file URL looks like file:///absolute/path, with ? and # percent-encoded")
    return Path(path)
