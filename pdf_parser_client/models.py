"""What the service answers, as far as programs need it; `raw` has the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Status:
    """`state`: pending, running, succeeded or failed. `progress` in percent."""

    task_id: str
    state: str
    progress: int = 0
    stage: str | None = None
    result_key: str | None = None
    table_keys: tuple[str, ...] = ()
    error: str | None = None
    message: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, task_id: str, body: Mapping[str, Any]) -> Status:
        return cls(
            task_id=task_id,
            state=body["state"],
            progress=body.get("progress", 0),
            stage=body.get("stage"),
            result_key=body.get("result_key"),
            table_keys=tuple(body.get("table_keys", ())),
            error=body.get("error"),
            message=body.get("error_detail", {}).get("message"),
            raw=body,
        )

    @property
    def is_final(self) -> bool:
        return self.state in ("succeeded", "failed")

    @property
    def succeeded(self) -> bool:
        return self.state == "succeeded"


@dataclass(frozen=True)
class Task:
    """A row of the list of runs. `created_at` as the service writes it, ISO 8601."""

    task_id: str
    state: str
    source: str
    parser: str
    tags: tuple[str, ...]
    created_at: str
    progress: int = 0
    error: str | None = None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Task:
        return cls(
            task_id=body["task_id"],
            state=body["state"],
            source=body["source"],
            parser=body["parser"],
            tags=tuple(body.get("tags", ())),
            created_at=body["created_at"],
            progress=body.get("progress", 0),
            error=body.get("error"),
        )


@dataclass(frozen=True)
class TaskPage:
    """`next` is the cursor of the next page, None on the last."""

    tasks: tuple[Task, ...]
    next: str | None


@dataclass(frozen=True)
class Parsed:
    """A document that went all the way."""

    task_id: str
    status: Status
    markdown: str = field(repr=False)
