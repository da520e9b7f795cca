"""The exit handler: write the task record. Always exits 0, for a failing handler turns a good run into a failed one."""

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
from pdf_parser.domain.failure import Failure, classify_failure
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import ErrorDetail, RunOutcome, RunState, TaskPointer, TaskRecord
from pdf_parser.errors import BY_CODE, ObjectNotFound
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources import redact_url
from steps.contracts import FINISH
from steps.entrypoint import Context, Values, step_main
from steps.objects import put_model

UNTOLD = "Unknown"  # what an engine gives that does not tell its exit handler how the run ended
_ATTEMPT = re.compile(r"^(.*)\(\d+\)$")


def run(inputs: Values, context: Context) -> Values:
    task_id = inputs["task-id"]
    record = _record(context.store, task_id) or TaskRecord(
        task_id=task_id,
        source=redact_url(inputs["source"]),
        source_is_complete=redact_url(inputs["source"]) == inputs["source"],
        options=ParseOptions.model_validate_json(inputs["options"]),
        created_at=datetime.now(timezone.utc),
    )
    pointer = _pointer(context.store, task_id)
    is_partial = pointer is not None and _is_partial(context.store, CacheKey.parse(pointer.cache_key))
    status, failures = inputs["status"], inputs["failures"]
    if status == UNTOLD:
        status, failures = _look(context.store, pointer), _left_behind(context.store, task_id)
    outcome = _outcome(status, failures, pointer, is_partial)
    put_model(context.store, layout.task(task_id), record.model_copy(update={"outcome": outcome}))
    logger.info("run {} ended {}", task_id, outcome.state.value)
    return {}


def _look(store: ObjectStore, pointer: TaskPointer | None) -> str:
    """The phase that a run must have ended in: the manifest is what a run writes last."""
    done = pointer is not None and store.head(layout.manifest(CacheKey.parse(pointer.cache_key))) is not None
    return "Succeeded" if done else "Failed"


def _left_behind(store: ObjectStore, task_id: str) -> str:
    """The failure that `python -m steps retry` has left, as Argo would list it."""
    try:
        said = store.get(layout.task_failure(task_id)).decode()
    except ObjectNotFound:
        return "[]"
    return json.dumps([{"message": said}])


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


def _record(store: ObjectStore, task_id: str) -> TaskRecord | None:
    try:
        return TaskRecord.model_validate_json(store.get(layout.task(task_id)))
    except (ObjectNotFound, ValidationError):
        return None


def _pointer(store: ObjectStore, task_id: str) -> TaskPointer | None:
    try:
        return TaskPointer.model_validate_json(store.get(layout.task_pointer(task_id)))
    except (ObjectNotFound, ValidationError):
        return None


def _is_partial(store: ObjectStore, key: CacheKey) -> bool:
    try:
        return ResultManifest.model_validate_json(store.get(layout.manifest(key))).partial
    except (ObjectNotFound, ValidationError):
        return False


def main(argv: Sequence[str] | None = None) -> int:
    if step_main(FINISH, run, argv) != 0:
        logger.error("the task record could not be written; the run itself is not touched by that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
