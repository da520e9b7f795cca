"""Temporary files that cannot be left behind: they have no name from the start, so even SIGKILL frees them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast


@dataclass(frozen=True)
class ScratchFile:
    """`path` opens the same bytes again for this process and its children, as long as `file` is open."""

    file: BinaryIO

    @property
    def path(self) -> Path:
        return Path(f"/dev/fd/{self.file.fileno()}")


@contextmanager
def scratch_file() -> Iterator[ScratchFile]:
    """An unlinked file in $TMPDIR, open for reading and writing."""
    with tempfile.TemporaryFile(prefix="pdf-parser-") as file:
        yield ScratchFile(cast(BinaryIO, file))


@contextmanager
def named_file(path: Path) -> Iterator[Path]:
    """The same bytes under a name, for a library that looks for what a link points to: a scratch file has no name."""
    if path.resolve().exists():
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="pdf-parser-", suffix=".pdf") as copy:
        shutil.copyfile(path, copy.name)
        yield Path(copy.name)
