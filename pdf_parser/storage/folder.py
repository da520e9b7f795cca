"""An object store in a folder: for one machine, for tests, and for clusters with a shared volume.

Objects are immutable files. A new one is completed in the hidden folder `.tmp` and then moved or linked into place.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pdf_parser.domain import layout
from pdf_parser.errors import ObjectNotFound, StorageUnavailable
from pdf_parser.storage.base import ObjectInfo, SignedUpload
from pdf_parser.storage.compression import ABOVE_BYTES, compressed, compressed_file, decompressed, is_marked
from pdf_parser.storage.keys import check_key, check_prefix
from pdf_parser.storage.temp import COPY_BYTES, TempFolder


class FolderStore:
    """Keys are paths below `root`. Content types are not kept: a folder has no place for them."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._temp = TempFolder(self.root / ".tmp")

    def put(
        self, key: str, data: bytes, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        target = self._path(key)
        if compress and len(data) > ABOVE_BYTES:
            data = compressed(data)
        with _writing(key), self._temp.holding(BytesIO(data)) as temp:
            _move(temp, target)

    def put_if_absent(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> bool:
        """Needs hard links, as POSIX file systems and NFS have: unlike a move, `link` refuses a name that is taken."""
        if self.head(key):
            return False
        target = self._path(key)
        with _writing(key), self._temp.holding(BytesIO(data)) as temp:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(temp, target)
            except FileExistsError:
                return False
            return True

    def put_file(
        self, key: str, path: Path, content_type: str = "application/octet-stream", *, compress: bool = False
    ) -> None:
        """A local file that cannot be opened is an OSError."""
        if compress and path.stat().st_size > ABOVE_BYTES:
            with compressed_file(path) as smaller:
                return self.put_file(key, smaller, content_type)
        target = self._path(key)
        with path.open("rb") as data, _writing(key), self._temp.holding(data) as temp:
            _move(temp, target)

    def get(self, key: str) -> bytes:
        with self.open(key) as file, _reading(key):
            return file.read()

    def open(self, key: str) -> BinaryIO:
        with _reading(key):
            file = self._path(key).open("rb")
            return decompressed(file, key) if layout.is_handed_on(key) and is_marked(file) else file

    def download(self, key: str, path: Path) -> None:
        """A local file that cannot be written is an OSError."""
        with self.open(key) as source, path.open("wb") as target:
            for chunk in _chunks(source, key):
                target.write(chunk)

    def head(self, key: str) -> ObjectInfo | None:
        try:
            with _reading(key):
                status = self._path(key).stat()
        except ObjectNotFound:
            return None
        return _described(key, status)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        folder, slash, name_start = check_prefix(prefix).rpartition("/")
        yield from _walk(self.root / folder, folder + slash, name_start)

    def copy(self, source_key: str, target_key: str) -> None:
        """A hard link where the file system has them: nobody writes into an object, so two keys may share one file."""
        source, target = self._path(source_key), self._path(target_key)
        if not self.head(source_key):
            raise _not_found(source_key)
        with _writing(target_key), self._temp.free_name() as temp:
            _link_or_copy(source, temp)
            _move(temp, target)

    def delete(self, key: str) -> None:
        with suppress(ObjectNotFound), _reading(key):
            self._path(key).unlink()

    def url(self, key: str) -> str:
        return self._path(key).as_uri()

    def presign(self, key: str, expires_s: int) -> str:
        """Never expires: whoever can read the folder needs no signature."""
        return self.url(key)

    def presign_put(self, key: str, size_bytes: int, content_type: str, expires_s: int) -> SignedUpload | None:
        """A folder has no URLs: the API takes the bytes itself."""
        return None

    def check(self) -> None:
        """Creates the folder, proves that it can be written to, and removes what killed processes left in `.tmp`."""
        with _writing(str(self.root)), self._temp.holding(BytesIO(b"check")):
            self._temp.sweep()

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)


@contextmanager
def _reading(key: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as exc:
        raise _not_found(key) from exc
    except OSError as exc:
        raise StorageUnavailable(f"The store could not read {key}: {exc}") from exc


@contextmanager
def _writing(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StorageUnavailable(f"The store could not write {key}: {exc}") from exc


def _not_found(key: str) -> ObjectNotFound:
    return ObjectNotFound(f"{key} is not in the store.")


def _move(temp: Path, target: Path) -> None:
    """Replaces `target`. When both names are links to one file nothing moves, and `temp` stays to be removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temp.replace(target)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # too many links, or a file system without links
        shutil.copyfile(source, target)


def _chunks(source: BinaryIO, key: str) -> Iterator[bytes]:
    while True:
        with _reading(key):
            chunk = source.read(COPY_BYTES)
        if not chunk:
            return
        yield chunk


def _walk(folder: Path, prefix: str, name_start: str = "") -> Iterator[ObjectInfo]:
    """Objects below a folder, by key ascending."""
    for name in _sorted_names(folder):
        if not name.startswith(name_start):
            continue
        if name.endswith("/"):
            yield from _walk(folder / name, prefix + name)
        elif info := _info(folder / name, prefix + name):
            yield info


def _sorted_names(folder: Path) -> list[str]:
    """Folders end in a slash and sort with it, as their keys do: "a.txt" comes before "a/b". Without hidden names."""
    with suppress(ObjectNotFound), _reading(str(folder)), os.scandir(folder) as entries:
        visible = (entry for entry in entries if not entry.name.startswith("."))
        return sorted(entry.name + "/" * entry.is_dir(follow_symlinks=False) for entry in visible)
    return []


def _info(path: Path, key: str) -> ObjectInfo | None:
    """None for what is no file, or was deleted since its folder was read."""
    with suppress(ObjectNotFound), _reading(key):
        return _described(key, path.stat())
    return None


def _described(key: str, status: os.stat_result) -> ObjectInfo | None:
    if not stat.S_ISREG(status.st_mode):
        return None
    return ObjectInfo(key, status.st_size, datetime.fromtimestamp(status.st_mtime, timezone.utc))
