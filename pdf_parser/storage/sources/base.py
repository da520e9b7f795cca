"""What a source has to do, and the intake that all of them fill."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from pdf_parser.errors import SourceTooLarge, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore


@dataclass(frozen=True)
class SourceInfo:
    """`names`: what a source that answers `look` would call these bytes."""

    sha256: str
    size_bytes: int
    names: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Facts:
    """What a source tells of its bytes without sending them to a run.

    `names`: whatever has one of them is these bytes; `fetch` has left the hash under each (`layout.known_bytes`).
    """

    size_bytes: int | None = None
    sha256: str | None = None
    names: tuple[str, ...] = ()


class Intake:
    """Takes the bytes of one source: writes, hashes and counts them, and refuses more than `limit_bytes`."""

    def __init__(self, target: BinaryIO, limit_bytes: int) -> None:
        self._target = target
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._expected_bytes: int | None = None
        self._names: tuple[str, ...] = ()

    def expect(self, size_bytes: int) -> None:
        """The declared length, told before the first byte. Raises SourceTooLarge."""
        self._expected_bytes = size_bytes
        self._refuse_over_limit(size_bytes)

    def write(self, chunk: bytes) -> None:
        """Raises SourceTooLarge; what is over the limit is not written."""
        self._size_bytes += len(chunk)
        self._refuse_over_limit(self._size_bytes)
        self._hash.update(chunk)
        self._target.write(chunk)

    def call(self, *names: str) -> None:
        self._names += names

    def finish(self) -> SourceInfo:
        """Raises SourceUnavailable when the bytes are not as many as declared."""
        if self._expected_bytes not in (None, self._size_bytes):
            raise SourceUnavailable(
                f"The source declared {self._expected_bytes} bytes and sent {self._size_bytes}. It is tried again."
            )
        return SourceInfo(self._hash.hexdigest(), self._size_bytes, self._names)

    def _refuse_over_limit(self, size_bytes: int) -> None:
        if size_bytes > self._limit_bytes:
            raise SourceTooLarge(
                f"The file has at least {size_bytes} bytes, the service accepts {self._limit_bytes}. "
                "Split it, or raise MAX_SOURCE_BYTES."
            )


class Source(Protocol):
    """One way to get at a PDF. A new one is one file, and one line in `fetch.SOURCES`."""

    def check(self, url: str, settings: Settings) -> None:
        """Raises what the URL alone shows, without network: InvalidOptions or SourceForbidden."""

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        """Streams the checked URL into the intake.

        Raises SourceNotFound, SourceForbidden, SourceUnavailable, NotAPdf, or what the intake raises.
        """

    def look(self, url: str, settings: Settings, store: ObjectStore) -> Facts:
        """What can be told quickly of the checked URL; raises what `read` raises."""
