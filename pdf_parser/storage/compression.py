"""Large objects that only steps read are kept gzipped; whoever reads them through a store gets the plain bytes.

A bucket says so in `Content-Encoding`. A folder has no place for that: there the file itself tells, as its gzip header
names a file of ours; what does not go from step to step is never taken for one. `zcat` reads both.
"""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from pdf_parser.errors import ObjectNotFound
from pdf_parser.utils.scratch import scratch_file

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENCODING = "gzip"
ABOVE_BYTES = 1_000_000
LEVEL = 6
MARK = b"\x1f\x8b\x08\x08\0\0\0\0\0\xffpdf-parser\0"  # RFC 1952: deflate, with a name, no time, level 6, any system
_PIECE = 256 << 10


def compressed(data: bytes) -> bytes:
    target = io.BytesIO()
    with _compressor(target) as file:
        file.write(data)
    return target.getvalue()


@contextmanager
def compressed_file(path: Path) -> Iterator[Path]:
    """A compressed copy of a local file, which is gone afterwards."""
    with scratch_file() as scratch:
        with path.open("rb") as source, _compressor(scratch.file) as file:
            shutil.copyfileobj(source, file, _PIECE)
        scratch.file.flush()
        yield scratch.path


def is_marked(file: BinaryIO) -> bool:
    """Whether a file was compressed here; it is left at its beginning."""
    begins = file.read(len(MARK)) == MARK
    file.seek(0)
    return begins


def decompressed(source: BinaryIO, key: str) -> BinaryIO:
    """The plain bytes as a stream; closing it closes `source`. Raises ObjectNotFound where they are damaged."""
    return io.BufferedReader(_Plain(source, key), _PIECE)


def _compressor(target: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile("pdf-parser", "wb", LEVEL, target, mtime=0)


class _Plain(io.RawIOBase):
    def __init__(self, source: BinaryIO, key: str) -> None:
        self._source = source
        self._key = key
        self._file = gzip.GzipFile(fileobj=source)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read1(len(view))
        except (gzip.BadGzipFile, EOFError, zlib.error) as exc:
            raise ObjectNotFound(f"{self._key} is damaged: {exc}. Retry the run.") from exc
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        cast(io.IOBase, self._source).close()
        super().close()
