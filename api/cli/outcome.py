"""What is told of each file at the end: a JSON line for programs, a table row for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import PurePath

from rich.table import Table

from api.progress import RunView


@dataclass(frozen=True)
class Outcome:
    """One file's end. `seconds` of wall time from submission; `message` says what to do when it failed."""

    file: str
    task_id: str
    state: str
    error: str | None
    cached: bool
    pages: int
    seconds: float
    message: str | None = None
    folder: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.state == "succeeded"

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def outcome_of(file: str, task_id: str, view: RunView, seconds: float, pages: int, folder: str | None) -> Outcome:
    return Outcome(
        file=file,
        task_id=task_id,
        state=view.state.value,
        error=view.error.code if view.error else None,
        cached=bool(view.cached),
        pages=pages,
        seconds=round(seconds, 3),
        message=view.error.message if view.error else None,
        folder=folder,
    )


def outcome_table(outcomes: list[Outcome]) -> Table:
    table = Table("file", "state", "pages", "seconds", "result", box=None, pad_edge=False)
    table.columns[0].overflow = table.columns[4].overflow = "fold"
    for o in outcomes:
        state = f"[green]{o.state}[/]" if o.succeeded else f"[red]{o.state}[/]"
        told = f"{o.folder}{' (cached)' if o.cached else ''}" if o.succeeded else f"{o.error}: {o.message}"
        table.add_row(PurePath(o.file).name, state, str(o.pages), f"{o.seconds:.1f}", told)
    return table
