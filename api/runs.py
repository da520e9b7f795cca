"""What callers do with runs: submit one, ask how it is doing. State lives in the engine and in the store, not here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from loguru import logger

from api.answers import from_record, from_view, with_result, with_saved
from api.metrics import Metrics
from api.progress import RunView, climb, read_run
from api.records import Records
from api.remember import Remembered
from api.submission import build_submission
from api.task_id import is_task_id, new_task_id
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.run import RunRequest, RunState, RunStatus, TaskRecord
from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, RunNotFound, TooManyFailedPages
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import redact_url
from pipelines.client import APP_LABEL, APP_NAME, WorkflowClient, WorkflowDocument

REQUEST_ID = "pdf-parser.io/request-id"

# Longest time from the record of a run to the engine's first word about it.
SUBMIT_GRACE = timedelta(minutes=1)


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Runs:
    def __init__(
        self,
        client: WorkflowClient,
        records: Records,
        settings: Settings,
        metrics: Metrics,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._client = client
        self._records = records
        self._settings = settings
        self._ttl = timedelta(hours=settings.task_ttl_hours)
        self._metrics = metrics
        self._clock = clock
        self._shown: Remembered[str, int] = Remembered(size=10_000)  # the progress last answered, by task
        self._views: Remembered[str, tuple[str, RunView]] = Remembered(size=10_000)  # by task, with its version

    async def submit(self, request: RunRequest, request_id: str) -> str:
        """The task id. The record is written first: a run that exists has one, whatever happens to the workflow."""
        now = self._clock()
        task_id, source = new_task_id(now), redact_url(request.source)
        record = TaskRecord(task_id=task_id, source=source, options=request.options, created_at=now)
        await self._records.write_task(record)
        try:
            await self._client.submit(build_submission(task_id, request, self._settings, {REQUEST_ID: request_id}))
        except InvalidWorkflow:
            await self._records.delete_task(task_id)
            raise
        logger.bind(task_id=task_id).info("submitted {}", source)
        return task_id

    async def status(self, task_id: str) -> RunStatus:
        """Raises RunNotFound for a run that is unknown, or finished longer than TASK_TTL_HOURS ago."""
        if not is_task_id(task_id):
            raise RunNotFound
        status = await self._find(task_id)
        if status.expires_at is not None and status.expires_at <= self._clock():
            raise RunNotFound
        self._metrics.observe_run(task_id, status)
        return status

    async def _find(self, task_id: str) -> RunStatus:
        try:
            workflow = await self._client.get(task_id)
        except EngineUnavailable:
            record = await self._records.task(task_id)
            if record is None or record.outcome is None:
                raise
            return await self._from_record(record)
        if workflow is not None and _is_ours(workflow):
            return await self._from_workflow(task_id, workflow)
        record = await self._records.task(task_id)
        if record is None:
            raise RunNotFound
        return await self._from_record(record)

    async def _from_workflow(self, task_id: str, workflow: WorkflowDocument) -> RunStatus:
        view = climb(self._shown.get(task_id) or 0, self._view(task_id, workflow))
        self._shown.put(task_id, view.progress)
        status = from_view(task_id, view, self._ttl)
        if not _has_files(status):
            return status
        record = None if view.cache_key else await self._records.task(task_id)
        return await self._with_result(status, view.cache_key or _outcome_key(record))

    def _view(self, task_id: str, workflow: WorkflowDocument) -> RunView:
        """A run that has not changed is not read again: callers ask more often than runs change."""
        version = workflow["metadata"].get("resourceVersion")
        seen, view = self._views.get(task_id) or ("", None)
        if view is None or not version or version != seen:
            view = read_run(workflow)
            self._views.put(task_id, (version or "", view))
        return view

    async def _from_record(self, record: TaskRecord) -> RunStatus:
        status = from_record(record, self._clock(), SUBMIT_GRACE, self._ttl)
        return await self._with_result(status, _outcome_key(record)) if _has_files(status) else status

    async def _with_result(self, status: RunStatus, key: CacheKey | None) -> RunStatus:
        if status.state is RunState.FAILED:
            summary = await self._records.saved(key) if key else None
            return with_saved(status, key, summary, self._records.url)
        manifest = await self._records.manifest(key) if key else None
        return with_result(status, key, manifest, self._records.url)


def _has_files(status: RunStatus) -> bool:
    """Whether there is something in the store to tell of: a result, or what a run with too many failed pages saved."""
    return status.state is RunState.SUCCEEDED or status.error == TooManyFailedPages.code()


def _is_ours(workflow: WorkflowDocument) -> bool:
    return (workflow["metadata"].get("labels") or {}).get(APP_LABEL) == APP_NAME


def _outcome_key(record: TaskRecord | None) -> CacheKey | None:
    text = record.outcome.cache_key if record and record.outcome else None
    return CacheKey.parse(text) if text else None
