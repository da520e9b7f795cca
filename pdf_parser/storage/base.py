"""The object store as the rest of the house sees it. `folder` and `s3` implement it; one contract test covers both.

Keys are relative ("results/…/document.md") and come from `pdf_parser.domain.layout` alone.
Every method raises StorageUnavailable when the store does not answer, and ObjectNotFound for a missing key where
a key must exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """`size_bytes` as stored, which is less for an object that was compressed. `modified_at` by the store's clock."""

    key: str
    size_bytes: int
    modified_at: datetime = field(default=datetime.min.replace(tzinfo=timezone.utc), compare=False)


@dataclass(frozen=True)
class SignedUpload:
    """The PUT must have these headers, which are part of the signature."""

    url: str
    headers: Mapping[str, str]


class ObjectStore(Protocol):
    def put(
        self, key: str, data: bytes, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        """Atomic: a reader sees the old object or the new one, never a part.

        With `compress` more than 1 MB is stored gzipped; `get`, `open` and `download` give the plain bytes back.
        """

    def put_if_absent(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> bool:
        """True for the one caller whose bytes were stored; False when the key was already there."""

    def put_file(
        self, key: str, path: Path, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        """Uploads a local file (multipart where that pays); atomic."""

    def get(self, key: str) -> bytes: ...

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A stream over the object, for reading in pieces."""

    def download(self, key: str, path: Path) -> None: ...

    def head(self, key: str) -> ObjectInfo | None:
        """None when there is no such object."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """All objects below a prefix, by key ascending."""

    def copy(self, source_key: str, target_key: str) -> None: ...

    def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""

    def url(self, key: str) -> str:
        """What callers are told: "s3://bucket/prefix/key" or "file:///folder/key"."""

    def presign(self, key: str, expires_s: int) -> str:
        """A URL that lets anyone GET the object until it expires; a file:// URL for the folder store."""

    def presign_put(self, key: str, size_bytes: int, content_type: str, expires_s: int) -> SignedUpload | None:
        """Lets anyone PUT one object of exactly this size and type until it expires; None: this store has no URLs."""

    def check(self) -> None:
        """Raises StorageUnavailable unless the store can be reached; used by /health."""
