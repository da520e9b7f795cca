"""A live bar per file on stderr, when a person is looking."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from api.progress import RunView

MAX_BARS = 20  # beyond that one bar counts files


def stage_bars(quiet: bool) -> Progress:
    """Each task has the field `stage`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


class RunBars:
    def __init__(self, files: list[str], quiet: bool) -> None:
        self._progress = stage_bars(quiet)
        self._bars: dict[str, TaskID] = {}
        self._all: TaskID | None = None
        self._unfinished = set(files)
        if len(files) > MAX_BARS:
            self._all = self._progress.add_task(f"{len(files)} files", total=len(files), stage="")

    def __enter__(self) -> RunBars:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def show(self, file: str, view: RunView) -> None:
        if self._all is not None:
            self._count(file, view)
            return
        if file not in self._bars:
            self._bars[file] = self._progress.add_task(file, total=100, stage="")
        stage = view.state.value if view.state.is_final else view.stage or view.state.value
        self._progress.update(self._bars[file], completed=view.progress, stage=stage)

    def _count(self, file: str, view: RunView) -> None:
        if view.state.is_final and file in self._unfinished and self._all is not None:
            self._unfinished.discard(file)
            self._progress.advance(self._all)
