"""All files of a result as one ZIP, written while it is sent: memory holds a piece of one file, never the archive."""

from __future__ import annotations

import io
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.result import ResultFile, ResultManifest
from pdf_parser.storage.base import ObjectStore

PIECE_BYTES = 256 << 10


def zip_of(store: ObjectStore, key: CacheKey, manifest: ResultManifest) -> Iterator[bytes]:
    """Blocking: for a thread. Raises ObjectNotFound, which cuts the answer off: half an archive looks like half."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, size in (*_sizes(manifest.files), (layout.MANIFEST, 0)):
            entry = ZipInfo(name, manifest.created_at.timetuple()[:6])
            entry.compress_type, entry.file_size = ZIP_DEFLATED, size  # above 2 GB it becomes a ZIP64 entry
            with store.open(layout.result(key, name)) as body, archive.open(entry, "w") as target:
                while piece := body.read(PIECE_BYTES):
                    target.write(piece)
                    yield sink.take()
    yield sink.take()


def _sizes(files: tuple[ResultFile, ...]) -> list[tuple[str, int]]:
    return [(file.name, file.size_bytes) for file in files]


class _Sink(io.RawIOBase):
    """A file that cannot seek and gives away what was written to it: ZipFile then writes sizes behind the entries."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held
