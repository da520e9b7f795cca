"""The bodies of `/status`, made from what is known about a run. Pure functions; the contract is DESIGN §7."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from api.cause import describe
from api.progress import RunView
from api.schemas import UploadAccepted
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.failure import Failure
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import ErrorDetail, RunOutcome, RunState, RunStatus, TaskRecord
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.errors import InternalError, PdfParserError, PodLost, StepOutputMissing

_UNFINISHED = ("state", "progress")
_CONTRACT = {
    RunState.PENDING: _UNFINISHED,
    RunState.RUNNING: _UNFINISHED,
    RunState.SUCCEEDED: ("state", "result_key", "table_keys"),
    RunState.FAILED: ("state", "error"),
}

LOST = "The engine does not know this run and it left no outcome. Submit the document again."


def status_body(status: RunStatus) -> dict[str, Any]:
    """JSON with the fields of the contract first. What is not known is left out, not null."""
    body = status.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    first = _CONTRACT[status.state]
    return {name: body[name] for name in (*first, *(name for name in body if name not in first))}


def etag_of(status: RunStatus) -> str:
    """Names what the caller is told, as HTTP wants it: quoted. The same status gives the same name on every server."""
    told = json.dumps(status_body(status), sort_keys=True).encode()
    return f'"{hashlib.sha256(told).hexdigest()[:32]}"'


def retry_after_s(status: RunStatus, now: datetime) -> int:
    """How long a poller best waits: a tenth of the run's age, 1 to 30 seconds."""
    age_s = (now - status.created_at).total_seconds() if status.created_at else 0.0
    return max(1, min(30, int(age_s / 10)))


def status_path(task_id: str) -> str:
    return f"/status/{task_id}"


def accepted(task_id: str) -> UploadAccepted:
    path = status_path(task_id)
    return UploadAccepted(task_id=task_id, status_url=path, links={"self": path})


def from_view(task_id: str, view: RunView, ttl: timedelta) -> RunStatus:
    """Everything that the workflow itself tells; a succeeded run still lacks its result."""
    return RunStatus(
        state=view.state,
        progress=view.progress,
        error=view.error.code if view.error else None,
        error_detail=view.error,
        stage=view.stage,
        pages=view.pages,
        cached=view.cached,
        created_at=view.created_at,
        started_at=view.started_at,
        finished_at=view.finished_at,
        expires_at=view.finished_at + ttl if view.finished_at else None,
        links=links_of(task_id, view.state),
    )


def from_record(record: TaskRecord, now: datetime, grace: timedelta, ttl: timedelta) -> RunStatus:
    """For a run that the engine does not know (any more): its outcome; without one it is about to start, or lost."""
    if record.outcome is not None:
        return _from_outcome(record, record.outcome, ttl)
    lost_at = (record.retried_at or record.created_at) + grace
    if now < lost_at:
        return _of_record(record, state=RunState.PENDING, progress=0)
    return _of_record(
        record,
        state=RunState.FAILED,
        **_error(_detail(PodLost, LOST)),
        finished_at=lost_at,
        expires_at=lost_at + ttl,
    )


def _from_outcome(record: TaskRecord, outcome: RunOutcome, ttl: timedelta) -> RunStatus:
    has_failed = outcome.state is RunState.FAILED
    return _of_record(
        record,
        state=outcome.state,
        progress=None if has_failed else 100,
        **_error((outcome.error or _detail(InternalError)) if has_failed else None),
        cached=outcome.cached,
        finished_at=outcome.finished_at,
        expires_at=outcome.finished_at + ttl,
    )


def with_result(
    status: RunStatus, key: CacheKey | None, manifest: ResultManifest | None, url: Callable[[str], str]
) -> RunStatus:
    """A succeeded run with its result; without a manifest it is failed, because success without output is a lie."""
    if key is None or manifest is None:
        lie = {"state": RunState.FAILED, "progress": 99, **_error(_detail(StepOutputMissing))}
        return status.model_copy(update=lie)
    found = {
        "result_key": url(layout.result(key, layout.DOCUMENT_MD)),
        "table_keys": tuple(url(layout.result(key, name)) for name in manifest.table_names()),
        "pages": manifest.pages,
        "partial": manifest.partial,
        "failed_pages": manifest.failed_pages,
    }
    return status.model_copy(update=found)


def with_cause(status: RunStatus, record: TaskRecord | None) -> RunStatus:
    """A failed run with the cause that its exit handler wrote, where the engine tells none (Kubeflow)."""
    known = record.outcome.error if record and record.outcome else None
    if status.error != InternalError.code() or known is None:
        return status
    return status.model_copy(update={**_error(known), "stage": known.phase})


def with_saved(
    status: RunStatus, key: CacheKey | None, summary: MergeSummary | None, url: Callable[[str], str]
) -> RunStatus:
    """A failed run with what it has saved; unchanged when that is nothing."""
    if key is None or summary is None:
        return status
    found = {
        "partial_result_key": url(layout.partial(key, layout.DOCUMENT_MD)),
        "ledger_key": url(layout.partial(key, layout.LEDGER)),
        "pages": summary.pages,
        "failed_pages": summary.failed_pages,
    }
    return status.model_copy(update=found)


def _of_record(record: TaskRecord, state: RunState, **known: Any) -> RunStatus:
    links = links_of(record.task_id, state)
    return RunStatus(state=state, created_at=record.created_at, links=links, **known)


def _error(detail: ErrorDetail | None) -> dict[str, Any]:
    return {"error": detail.code, "error_detail": detail} if detail else {}


def _detail(error: type[PdfParserError], message: str | None = None) -> ErrorDetail:
    return describe(Failure(code=error.code(), message=message or error.default_message()), None)


def links_of(task_id: str, state: RunState) -> dict[str, str]:
    more = {
        RunState.SUCCEEDED: {"result": f"/result/{task_id}"},
        RunState.FAILED: {"retry": f"/tasks/{task_id}/retry"},
    }
    unfinished = {"events": f"{status_path(task_id)}/events", "cancel": f"/tasks/{task_id}"}
    return {"self": status_path(task_id), **more.get(state, unfinished)}
