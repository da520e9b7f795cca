"""One page of the list of runs: their records from the store, the state of unfinished ones from the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.answers import links_of
from api.records import Records
from api.records_by_time import Stretch, stretches
from api.runs import Runs, utc_now
from api.schemas import TaskList, TaskSummary
from api.task_id import milliseconds_of, task_id as task_id_at
from pdf_parser.domain.run import RunState, RunStatus, TaskRecord
from pdf_parser.errors import RunNotFound
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore

# Most that one page costs; then it ends early, and `next` goes on from there.
MAX_STRETCHES, MAX_RECORDS = 64, 200
SIDE_BY_SIDE = 16


@dataclass(frozen=True)
class Wanted:
    """Empty filters let everything through. `cursor` is the id that the page before ended at."""

    limit: int
    cursor: str | None = None
    state: RunState | None = None
    parser: str | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def suits(self, record: TaskRecord) -> bool:
        return self.parser in (None, record.options.parser) and (self.tag is None or self.tag in record.tags)


class Listing:
    def __init__(
        self,
        store: ObjectStore,
        records: Records,
        runs: Runs,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._records = records
        self._runs = runs
        self._ttl = timedelta(hours=settings.task_ttl_hours)
        self._oldest = self._ttl + timedelta(seconds=settings.run_deadline_s) + timedelta(hours=24)  # waiting included
        self._clock = clock

    async def page(self, wanted: Wanted) -> TaskList:
        """Newest first. Raises EngineUnavailable while there are unfinished runs that only it can tell of."""
        found: list[TaskSummary] = []
        looked_at = looked_stretches = 0
        async for stretch in self._stretches(wanted):
            for ids in _pieces(stretch.ids, SIDE_BY_SIDE):
                ids = ids[: MAX_RECORDS - looked_at]
                for task_id, summary in zip(ids, await self._summaries(ids, wanted), strict=True):
                    looked_at += 1
                    found += [summary] if summary else []
                    if len(found) == wanted.limit or looked_at >= MAX_RECORDS:
                        return TaskList(tasks=found, next=task_id)
            looked_stretches += 1
            if looked_stretches >= MAX_STRETCHES:
                return TaskList(tasks=found, next=stretch.floor)
        return TaskList(tasks=found, next=None)

    async def _stretches(self, wanted: Wanted) -> AsyncIterator[Stretch]:
        now = self._clock()
        start = max(wanted.created_after or now - self._oldest, now - self._oldest)
        end = min(wanted.created_before or now, now)
        before = task_id_at(_ms(end) + 1, 0)
        before = min(wanted.cursor or before, before)
        found = stretches(self._store, before, _ms(start), min(_ms(end), milliseconds_of(before)))
        while (stretch := await asyncio.to_thread(next, found, None)) is not None:
            yield stretch

    async def _summaries(self, ids: list[str], wanted: Wanted) -> list[TaskSummary | None]:
        return await asyncio.gather(*(self._summary(task_id, wanted) for task_id in ids))

    async def _summary(self, task_id: str, wanted: Wanted) -> TaskSummary | None:
        record = await self._records.task(task_id)
        if record is None or not wanted.suits(record):
            return None
        summary = await self._of(record)
        return summary if summary and wanted.state in (None, summary.state) else None

    async def _of(self, record: TaskRecord) -> TaskSummary | None:
        """None for a run that has expired."""
        outcome = record.outcome
        if outcome is None:
            try:
                return summary_of(record, await self._runs.status(record.task_id))
            except RunNotFound:
                return None
        if outcome.finished_at + self._ttl <= self._clock():
            return None
        error = outcome.error.code if outcome.error else None
        return summary_of(record, RunStatus(state=outcome.state, error=error, finished_at=outcome.finished_at))


def summary_of(record: TaskRecord, status: RunStatus) -> TaskSummary:
    return TaskSummary(
        task_id=record.task_id,
        state=status.state,
        progress=100 if status.state is RunState.SUCCEEDED else status.progress,
        error=status.error,
        source=record.source,
        parser=record.options.parser,
        tags=record.tags,
        created_at=record.created_at,
        finished_at=status.finished_at,
        links=links_of(record.task_id, status.state),
    )


def _pieces(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _ms(moment: datetime) -> int:
    return max(0, int(moment.timestamp() * 1000))
