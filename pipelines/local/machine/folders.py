"""Where a step finds its files. A node keeps its log; all else belongs to one run of its process and goes with it.

<work dir>/<workflow>/<node id>.log
<work dir>/<workflow>/<node id>.run-<ns>/   progress, termination-log, output-<name>, tmp/
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.local.control.command import Places
from pipelines.local.control.progress import parse_progress
from pipelines.local.spec.model import Template

_TERMINATION_LIMIT = 4096  # bytes, as the kubelet keeps them: the last ones
_OUTPUT_LIMIT = 262_144  # bytes: a parameter is a short string, and travels in the workflow document


@dataclass(frozen=True)
class RunFolder:
    """Outputs, progress file, termination log and scratch of one process."""

    root: Path

    @property
    def places(self) -> Places:
        return Places(self.root / "progress", self.root / "termination-log", self.root / "tmp", self.root / "output-")

    def make(self) -> None:
        self.root.mkdir(parents=True)
        self.places.scratch.mkdir()

    def outputs(self, template: Template) -> dict[str, str]:
        """Raw content of those output files that exist."""
        found: dict[str, str] = {}
        for output in template.outputs:
            with suppress(OSError), self.places.output(output.name).open("rb") as file:
                found[output.name] = file.read(_OUTPUT_LIMIT).decode(errors="replace")
        return found

    def termination_text(self) -> str:
        with suppress(OSError):
            return self.places.termination_log.read_bytes()[-_TERMINATION_LIMIT:].decode(errors="replace")
        return ""

    def progress(self) -> str | None:
        """ "N/M" as the step has written it last; None when it has not, or not in full."""
        with suppress(OSError, UnicodeDecodeError):
            return parse_progress(self.places.progress.read_text())
        return None


@dataclass(frozen=True)
class NodeFolder:
    """What of the workflow's folder belongs to one node."""

    workflow: Path
    node: str

    @property
    def log(self) -> Path:
        """Of all runs of the node."""
        return self.workflow / f"{self.node}.log"

    def log_lines(self) -> Iterator[str]:
        with suppress(FileNotFoundError), self.log.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                yield line.rstrip("\n")

    def new_run(self) -> RunFolder:
        """A name of its own, so that a folder that is still being removed is in nobody's way."""
        return RunFolder(self.workflow / f"{self.node}.run-{time.time_ns()}")

    def runs(self) -> list[RunFolder]:
        return [RunFolder(path) for path in self.workflow.glob(f"{self.node}.run-*")]


class WorkFolder:
    """The whole. Removing takes milliseconds to seconds, so a thread of its own does it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._janitor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf-parser-janitor")

    def of(self, workflow: str, node: str) -> NodeFolder:
        return NodeFolder(self._root / workflow, node)

    def remove_run(self, folder: RunFolder) -> None:
        self._janitor.submit(shutil.rmtree, folder.root, ignore_errors=True)

    def remove_workflow(self, workflow: str) -> None:
        self._janitor.submit(shutil.rmtree, self._root / workflow, ignore_errors=True)

    def close(self) -> None:
        """Waits until all is removed."""
        self._janitor.shutdown()
