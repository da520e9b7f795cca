"""The hidden folder where files of a folder store are completed before they get their name."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

MAX_AGE_S = 24 * 3600  # what a killed process left behind may go after a day: no upload takes that long
COPY_BYTES = 1 << 20


class TempFolder:
    """Lies in the file system of the store: only there can a file be moved or linked in one go."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def free_name(self) -> Iterator[Path]:
        """A name for a new file, which is removed at the end if it is still there."""
        self.path.mkdir(parents=True, exist_ok=True)
        temp = self.path / uuid4().hex
        try:
            yield temp
        finally:
            temp.unlink(missing_ok=True)

    @contextmanager
    def holding(self, data: BinaryIO) -> Iterator[Path]:
        """A file with all of `data`, synced to disk: after a power cut no key may name half an object."""
        with self.free_name() as temp:
            with temp.open("xb") as file:
                shutil.copyfileobj(data, file, COPY_BYTES)
                file.flush()
                os.fsync(file.fileno())
            yield temp

    def sweep(self) -> None:
        """Removes what killed processes left behind."""
        for leftover in self.path.iterdir():
            if leftover.stat().st_mtime < time.time() - MAX_AGE_S:
                leftover.unlink(missing_ok=True)
