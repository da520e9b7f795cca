"""What a run leaves for the counters when it ends: steps are too short for anybody to scrape them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, NonNegativeInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import RunState, TaskRecord


class Ending(Model):
    """`work/ended/<task id>-<attempt>.json`, until one process of the API has counted it.

    The figures of the parsing are those of the manifest (`domain/result.py`); a run that was answered from the cache
    has none, for it has parsed nothing. `rescue_pages` came out badly and were given to parsers of another lane.
    """

    task_id: str
    state: RunState
    error: str | None = None
    cached: bool = False
    partial: bool = False
    started_at: datetime
    finished_at: datetime
    pages: PageCounts | None = None
    pages_by_parser: dict[str, int] = Field(default_factory=dict)
    tried: dict[str, int] = Field(default_factory=dict)
    rescue_pages: NonNegativeInt = 0
    gpu_memory_bytes: NonNegativeInt = 0
    timings_s: dict[str, float] = Field(default_factory=dict)


def ending_of(record: TaskRecord, manifest: ResultManifest | None, rescue_pages: int = 0) -> Ending:
    """`record` has its outcome. A retried run counts from the retry."""
    outcome = record.outcome
    if outcome is None:
        raise ValueError(f"run {record.task_id} has not ended")
    parsed = manifest if outcome.state is RunState.SUCCEEDED and not outcome.cached else None
    figures = parsed.model_dump(include={"pages_by_parser", "tried", "gpu_memory_bytes", "timings_s"}) if parsed else {}
    return Ending(
        task_id=record.task_id,
        state=outcome.state,
        error=outcome.error.code if outcome.error else None,
        cached=outcome.cached,
        partial=outcome.partial,
        started_at=record.retried_at or record.created_at,
        finished_at=outcome.finished_at,
        pages=parsed.pages if parsed else None,
        rescue_pages=rescue_pages if parsed else 0,
        **figures,
    )
