"""PDFs on a mounted volume: file:///path, only below the folders that the operator has opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pdf_parser.errors import InvalidOptions, NotAPdf, SourceForbidden, SourceNotFound, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources.base import Facts, Intake
from pdf_parser.storage.urls import split_file_url

CHUNK_BYTES = 1 << 20
LOOK_BYTES = 16 << 20  # hashed in about 40 ms


class FileSource:
    def check(self, url: str, settings: Settings) -> None:
        """Does not ask whether the file exists: the API may not have the volume that the steps have."""
        _allowed_path(url, settings)

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        path = _allowed_path(url, settings)
        descriptor = _open_regular_file(path)
        with os.fdopen(descriptor, "rb") as file:
            intake.expect(os.fstat(descriptor).st_size)
            while True:
                with _translated(path):
                    chunk = file.read(CHUNK_BYTES)
                if not chunk:
                    return
                intake.write(chunk)

    def look(self, url: str, settings: Settings, store: ObjectStore) -> Facts:
        """The hash of a file that is small enough to read it at once: time and inode may lie, bytes do not."""
        path = _allowed_path(url, settings)
        with _translated(path):
            size_bytes = path.stat().st_size
        if size_bytes > LOOK_BYTES:
            return Facts(size_bytes)
        with Path(os.devnull).open("wb") as nowhere:
            intake = Intake(nowhere, LOOK_BYTES)
            self.read(url, intake, settings, store)
        return Facts(size_bytes, intake.finish().sha256)


def _allowed_path(url: str, settings: Settings) -> Path:
    """Without symlinks: what counts is where the file is, not the name it is reached by."""
    try:
        path = split_file_url(url)
    except ValueError as exc:
        raise InvalidOptions(f"The source is not valid: {exc}.") from exc
    if not path.is_absolute():
        raise InvalidOptions("The source has a relative path. A file URL looks like file:///absolute/path.")
    with _translated(path):
        path = path.resolve()
        roots = [Path(root).resolve() for root in settings.source_file_roots.split(":") if root]
    if not any(path.is_relative_to(root) for root in roots):
        raise SourceForbidden("The file lies outside the folders that the service may read. See SOURCE_FILE_ROOTS.")
    return path


def _open_regular_file(path: Path) -> int:
    """Never waits: a pipe is refused by its type, and one that takes the file's place meanwhile needs no writer."""
    with _translated(path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAPdf(f"{path.name} is a folder or a device, not a file. Send the URL of a PDF.")
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise SourceNotFound(f"There is no file {path.name}. Check the path, and that the volume is mounted.") from exc
    except PermissionError as exc:
        raise SourceForbidden(f"The service may not read {path.name}. Change its permissions.") from exc
    except (OSError, RuntimeError) as exc:  # RuntimeError: a loop of symlinks, before Python 3.13
        raise SourceUnavailable(f"{path.name} could not be read: {exc}") from exc
