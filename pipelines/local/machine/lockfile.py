"""Only one engine may use a state file: a lock next to it, given back by the kernel however the engine ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from pdf_parser.errors import EngineUnavailable


class LockFile:
    def __init__(self, database: Path) -> None:
        """Raises EngineUnavailable when another engine, in this process or another, has the lock."""
        database.parent.mkdir(parents=True, exist_ok=True)
        path = database.with_name(database.name + ".lock")
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            owner = os.read(self._descriptor, 32).decode().strip() or "unknown"
            os.close(self._descriptor)
            raise EngineUnavailable(
                f"Another engine (process {owner}) uses {database}. Stop it, or set ENGINE_DB and ENGINE_WORK_DIR to "
                "places of this engine's own."
            ) from exc
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """The file stays: removing it would let two engines hold locks on two files of the same name."""
        os.close(self._descriptor)
