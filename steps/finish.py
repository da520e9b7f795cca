"""The exit handler: task record, events, dead letter. Always exits 0, for a failing handler fails a good run.

Events lie in the outbox before they are sent. Here each is tried once, for a few seconds; the API goes on from there.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.ending import ending_of
from pdf_parser.domain.event import DeadLetter, attempt_of
from pdf_parser.domain.failure import Failure, classify_failure
from pdf_parser.domain.rescue import RescuePlan
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import ErrorDetail, RunOutcome, RunState, TaskPointer, TaskRecord
from pdf_parser.errors import BY_CODE, Canceled, ObjectNotFound
from pdf_parser.events.courier import make_courier
from pdf_parser.storage.base import ObjectStore
from steps.contracts import FINISH
from steps.entrypoint import Context, Values, step_main
from steps.events import tell_ended
from steps.objects import put_model
from steps.records import record_of

UNTOLD = "Unknown"  # what an engine gives that does not tell its exit handler how the run ended
DELIVERY_S = 10.0
_ATTEMPT = re.compile(r"^(.*)\(\d+\)$")


def run(inputs: Values, context: Context) -> Values:
    """The event comes before the record: one that is told twice does no harm, one that is lost does."""
    store = context.store
    record = record_of(inputs, store)
    pointer = _pointer(store, record.task_id)
    manifest = _manifest(store, CacheKey.parse(pointer.cache_key)) if pointer else None
    status, failures = inputs["status"], inputs["failures"]
    if status == UNTOLD:
        status, failures = "Succeeded" if manifest else "Failed", _left_behind(store, record.task_id)
    outcome = _outcome(status, failures, pointer, manifest is not None and manifest.partial)
    record = record.model_copy(update={"outcome": outcome})
    tell_ended(record, manifest, context)
    put_model(store, layout.task(record.task_id), record)
    ending = ending_of(record, manifest, _rescue_pages(store, pointer))
    put_model(store, layout.ended(record.task_id, attempt_of(record)), ending)
    _keep_dead_letter(record, context)
    logger.info("run {} ended {}", record.task_id, outcome.state.value)
    make_courier(store, context.settings).deliver(record.task_id, within_s=DELIVERY_S)
    return {}


def _left_behind(store: ObjectStore, task_id: str) -> str:
    """The failure that `python -m steps retry` has left, as Argo would list it."""
    try:
        said = store.get(layout.task_failure(task_id)).decode()
    except ObjectNotFound:
        return "[]"
    return json.dumps([{"message": said}])


def _keep_dead_letter(record: TaskRecord, context: Context) -> None:
    """Of a document that could not be parsed; one that was stopped on request is not missed by anybody."""
    error = record.outcome.error if record.outcome else None
    key = layout.dead_letter(record.task_id)
    if error is not None and error.code != Canceled.code():
        replay = f"POST /tasks/{record.task_id}/retry"
        letter = DeadLetter(record=record, correlation_id=context.correlation_id or None, replay=replay)
        put_model(context.store, key, letter)
    elif record.retried_at is not None:
        context.store.delete(key)


def _outcome(status: str, failures: str, pointer: TaskPointer | None, is_partial: bool) -> RunOutcome:
    succeeded = status == "Succeeded"
    return RunOutcome(
        state=RunState.SUCCEEDED if succeeded else RunState.FAILED,
        finished_at=datetime.now(timezone.utc),
        cache_key=pointer.cache_key if pointer else None,
        cached=bool(pointer and pointer.hit),
        partial=succeeded and is_partial,
        error=None if succeeded else _error(failures),
    )


def _error(failures: str) -> ErrorDetail:
    cause, step = _first_cause(_decode(failures))
    error = BY_CODE[cause.code]
    return ErrorDetail(
        code=cause.code,
        message=cause.message,
        retryable=error.retryable,
        user_action=error.user_action(),
        phase=step,
    )


def _decode(failures: str) -> list[dict[str, Any]]:
    """Argo's list of failed nodes is JSON inside a JSON string (research/argo.md §0.11); other texts tell nothing."""
    try:
        nodes = json.loads(failures or "[]")
        nodes = json.loads(nodes) if isinstance(nodes, str) else nodes
    except ValueError:
        return []
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []


def _first_cause(nodes: list[dict[str, Any]]) -> tuple[Failure, str | None]:
    """The earliest failure that is not a consequence of another, and the step that it happened in."""
    failed = {node.get("displayName", "") for node in nodes}
    causes = [(classify_failure(node.get("message"), None), node) for node in nodes if not _has_recovered(node, failed)]
    if not causes:
        return classify_failure("", None), None
    cause, node = min(causes, key=lambda found: (found[0].is_consequence, found[1].get("finishedAt") or "~"))
    return cause, cause.step or node.get("templateName")


def _has_recovered(node: dict[str, Any], failed: set[str]) -> bool:
    """Argo also lists attempts whose retry went well: then the Retry node of that name is not among the failed."""
    attempt = _ATTEMPT.match(node.get("displayName", ""))
    return attempt is not None and attempt.group(1) not in failed


def _pointer(store: ObjectStore, task_id: str) -> TaskPointer | None:
    try:
        return TaskPointer.model_validate_json(store.get(layout.task_pointer(task_id)))
    except (ObjectNotFound, ValidationError):
        return None


def _manifest(store: ObjectStore, key: CacheKey) -> ResultManifest | None:
    try:
        return ResultManifest.model_validate_json(store.get(layout.manifest(key)))
    except (ObjectNotFound, ValidationError):
        return None


def _rescue_pages(store: ObjectStore, pointer: TaskPointer | None) -> int:
    try:
        plan = store.get(layout.rescue_plan(CacheKey.parse(pointer.cache_key))) if pointer else b""
        return sum(len(shard.pages) for shard in RescuePlan.model_validate_json(plan).shards)
    except (ObjectNotFound, ValidationError):
        return 0


def main(argv: Sequence[str] | None = None) -> int:
    if step_main(FINISH, run, argv) != 0:
        logger.error("the task record could not be written; the run itself is not touched by that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
