"""What steps tell of their run. Before its end a lost event must not lose the document: then nothing is raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.event import EventData, EventKind, event_of
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import RunState, TaskRecord
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.errors import StorageUnavailable
from pdf_parser.events.outbox import Outbox
from steps.entrypoint import Context, Values
from steps.records import find_record, record_of

PROGRESS_EVENTS = 10  # a tenth of the pages each


def tell_started(inputs: Values, context: Context) -> None:
    with _courtesy():
        if _is_wanted(inputs["task-id"], context):
            tell(EventKind.STARTED, record_of(inputs, context.store), context, state=RunState.RUNNING)


def tell_progress(key: CacheKey, plan: ShardPlan, context: Context) -> None:
    """When a shard has finished: how many pages of all are done, rounded down to tenths of them, once for each.

    Counted in the store, where shards that run side by side see each other's pages.
    """
    with _courtesy():
        if not context.task_id or not _is_wanted(context.task_id, context):
            return
        record = find_record(context.store, context.task_id)
        total, done = len(plan.pages), sum(1 for _ in context.store.list(layout.pages(key)))
        pages = -(-total * (done * PROGRESS_EVENTS // total) // PROGRESS_EVENTS)
        if record is not None and 0 < pages < total:  # that all are done is said by the last event
            told = {"pages_done": pages, "pages_total": total}
            tell(EventKind.PROGRESS, record, context, state=RunState.RUNNING, **told)


def tell_ended(record: TaskRecord, manifest: ResultManifest | None, context: Context) -> None:
    """`record` has its outcome."""
    outcome = record.outcome
    if outcome is None or not _is_wanted(record.task_id, context):
        return
    told: dict[str, object] = {"state": outcome.state, "cached": outcome.cached, "error": outcome.error}
    if outcome.state is RunState.FAILED:
        return tell(EventKind.FAILED, record, context, **told)
    if manifest is not None and outcome.cache_key:
        key = layout.result(CacheKey.parse(outcome.cache_key), layout.DOCUMENT_MD)
        told |= {"result_key": context.store.url(key), "partial": outcome.partial, "pages": manifest.pages}
    tell(EventKind.COMPLETED, record, context, **told)


def tell(kind: EventKind, record: TaskRecord, context: Context, **told: object) -> None:
    """Raises StorageUnavailable."""
    now = datetime.now(timezone.utc)
    data = EventData.model_validate({"task_id": record.task_id, "source": record.source, **told})
    event = event_of(kind, record, data, now, context.correlation_id, context.traceparent)
    Outbox(context.store, context.settings).put(event, now)


def _is_wanted(task_id: str, context: Context) -> bool:
    return bool(Outbox(context.store, context.settings).destinations(task_id))


@contextmanager
def _courtesy() -> Iterator[None]:
    try:
        yield
    except StorageUnavailable as exc:
        logger.warning("an event is lost: {}", exc)
