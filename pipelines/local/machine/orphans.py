"""Process groups that an engine has left behind when it and its spawner were killed together."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_BOOT_ID = _PROC / "sys/kernel/random/boot_id"


@dataclass(frozen=True)
class ProcessRecord:
    """A step's process as the state file remembers it. `pid` is also the number of its group."""

    workflow: str
    node: str
    pid: int
    ticks: int
    boot: str


def boot_id() -> str:
    """Changes with every start of the machine; empty where the kernel does not tell."""
    with suppress(OSError):
        return _BOOT_ID.read_text().strip()
    return ""


def kill_leftovers(records: Iterable[ProcessRecord]) -> None:
    """Kills what is left of each group. A number that belongs to somebody else by now is left alone."""
    boot = boot_id()
    for record in records:
        if record.boot == boot:
            for pid in _members(record):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def _members(record: ProcessRecord) -> Iterator[int]:
    """The leader itself is told by its start time, its children by the node id in their environment."""
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            group, ticks, pid = int(fields[2]), int(fields[19]), int(entry.name)
            if group == record.pid and (ticks == record.ticks if pid == record.pid else _is_marked(entry, record.node)):
                yield pid


def _is_marked(entry: Path, node: str) -> bool:
    return f"ARGO_NODE_ID={node}".encode() in (entry / "environ").read_bytes().split(b"\0")
