"""What callers do with runs: submit one, ask how it is doing. State lives in the engine and in the store, not here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from loguru import logger

from api.answers import from_record, from_view, with_cause, with_result, with_saved
from api.known import KnownResult
from api.progress import RunView, climb, read_run
from api.records import Records
from api.remember import Remembered
from api.submission import REQUEST_ID, build_submission
from api.task_id import is_task_id, new_task_id
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.run import RunOutcome, RunRequest, RunState, RunStatus, TaskRecord
from pdf_parser.errors import (
    EngineUnavailable,
    InternalError,
    InvalidWorkflow,
    PdfParserError,
    RetryExpired,
    RunExpired,
    RunNotFailed,
    RunNotFound,
    TooManyFailedPages,
)
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import redact_url
from pipelines.client import APP_LABEL, APP_NAME, WorkflowClient, WorkflowDocument

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
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._client = client
        self._records = records
        self._settings = settings
        self._ttl = timedelta(hours=settings.task_ttl_hours)
        self._clock = clock
        # the progress last answered, by task and start: a retry starts again
        self._shown: Remembered[tuple[str, datetime | None], int] = Remembered(size=10_000)
        self._answered: Remembered[str, TaskRecord] = Remembered(size=10_000)
        self._views: Remembered[str, tuple[str, RunView]] = Remembered(size=10_000)  # by task, with its version

    async def is_under_way(self, task_id: str) -> bool:
        """Whether the engine has the run, or had it. Raises EngineUnavailable when only the engine can tell."""
        record = await self._records.task(task_id)
        if record is not None and record.outcome is not None:
            return True
        return record is not None and await self._client.get(task_id) is not None

    async def submit(
        self, request: RunRequest, request_id: str, size_bytes: int | None = None, task_id: str | None = None
    ) -> str:
        """The task id, a new one unless it is given. The record is written first: a run that exists has one, whatever
        happens to the workflow.

        `size_bytes` of the PDF, where it is known.
        """
        record = _record(request, self._clock(), task_id)
        task_id, notes = record.task_id, {REQUEST_ID: request_id}
        await self._records.write_task(record)
        if request.callback is not None:
            await self._records.write_callback(task_id, request.callback)
        try:
            await self._client.submit(build_submission(task_id, request, self._settings, notes, size_bytes))
        except InvalidWorkflow:
            await self._records.delete_task(task_id)
            raise
        logger.bind(task_id=task_id).info("submitted {}", record.source)
        return task_id

    async def answer(self, request: RunRequest, known: KnownResult, task_id: str | None = None) -> str:
        """The task id of a run that has ended before it began: its record with the outcome is all there is of it."""
        now = self._clock()
        outcome = RunOutcome(state=RunState.SUCCEEDED, finished_at=now, cache_key=str(known.key), cached=True)
        record = _record(request, now, task_id).model_copy(update={"outcome": outcome})
        await self._records.write_task(record)
        self._answered.put(record.task_id, record)
        logger.bind(task_id=record.task_id).info("known by {}: {}", known.by, record.source)
        return record.task_id

    async def failed(self, task_id: str) -> RunStatus:
        """The status of a run that can be retried. Raises RunNotFound or RunNotFailed."""
        status = await self.status(task_id)
        if status.state is not RunState.FAILED:
            raise RunNotFailed(f"The run is {status.state.value}. {RunNotFailed.default_message()}")
        return status

    async def retry(self, task_id: str, failed: RunStatus, request_id: str) -> None:
        """`failed` is how the run stands. The outcome is taken back first: the run may soon write another.

        Raises RunNotFailed when somebody else was faster, RetryExpired when workflow and source are gone.
        """
        self._answered.forget(task_id)
        record = await self._records.task(task_id)
        workflow = await self._client.get(task_id)
        known = workflow is not None and _is_ours(workflow)
        request = None if known else await self._request_again(record)
        if record is not None:
            again = record.model_copy(update={"outcome": None, "retried_at": self._clock()})
            await self._records.write_task(again)
        try:
            if request is None:
                await self._client.retry(task_id)
            else:
                await self._client.submit(build_submission(task_id, request, self._settings, {REQUEST_ID: request_id}))
        except PdfParserError as exc:
            if known and isinstance(exc, InvalidWorkflow):  # somebody else was faster
                raise RunNotFailed(str(exc)) from exc
            if record is not None:
                await self._records.write_task(record)
            raise
        self._shown.put((task_id, failed.started_at), 0)
        logger.bind(task_id=task_id).info("retried")

    async def _request_again(self, record: TaskRecord | None) -> RunRequest:
        if record is None:
            raise RunNotFound
        if record.source_is_complete:
            return RunRequest(source=record.source, options=record.options, priority=record.priority)
        key = _outcome_key(record)
        source = await self._records.source_url(key.sha256) if key else None
        if source is None:
            raise RetryExpired
        return RunRequest(source=source, options=record.options, priority=record.priority)

    async def status(self, task_id: str) -> RunStatus:
        """Raises RunNotFound for a run that is unknown, or finished longer than TASK_TTL_HOURS ago."""
        return await self._unexpired(task_id, RunNotFound)

    async def find(self, task_id: str) -> RunStatus:
        """As `status`, but tells RunExpired from RunNotFound while there is a record."""
        return await self._unexpired(task_id, RunExpired)

    async def _unexpired(self, task_id: str, expired: type[PdfParserError]) -> RunStatus:
        if not is_task_id(task_id):
            raise RunNotFound
        status = await self._find(task_id)
        if status.expires_at is not None and status.expires_at <= self._clock():
            raise expired
        return status

    async def cache_key(self, task_id: str) -> CacheKey | None:
        """Which result a run has found or made; None when neither workflow nor record tell."""
        with suppress(EngineUnavailable):
            workflow = await self._client.get(task_id)
            if workflow is not None and (key := self._view(task_id, workflow).cache_key):
                return key
        return _outcome_key(await self._records.task(task_id))

    async def _find(self, task_id: str) -> RunStatus:
        if (answered := self._answered.get(task_id)) is not None:  # no engine has ever heard of it
            return await self._from_record(answered)
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
        view = self._view(task_id, workflow)
        attempt = (task_id, view.started_at)
        view = climb(self._shown.get(attempt) or 0, view)
        self._shown.put(attempt, view.progress)
        status = from_view(task_id, view, self._ttl)
        lacks_key = _has_files(status) and view.cache_key is None
        record = await self._records.task(task_id) if lacks_key or _has_no_name(status) else None
        status = with_cause(status, record)
        if not _has_files(status):
            return status
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


def _record(request: RunRequest, now: datetime, task_id: str | None = None) -> TaskRecord:
    source = redact_url(request.source)
    return TaskRecord(
        task_id=task_id or new_task_id(now),
        source=source,
        source_is_complete=source == request.source,
        options=request.options,
        priority=request.priority,
        tags=request.tags,
        created_at=now,
    )


def _has_files(status: RunStatus) -> bool:
    """Whether there is something in the store to tell of: a result, or what a run with too many failed pages saved."""
    return status.state is RunState.SUCCEEDED or status.error == TooManyFailedPages.code()


def _has_no_name(status: RunStatus) -> bool:
    return status.error == InternalError.code()


def _is_ours(workflow: WorkflowDocument) -> bool:
    return (workflow["metadata"].get("labels") or {}).get(APP_LABEL) == APP_NAME


def _outcome_key(record: TaskRecord | None) -> CacheKey | None:
    text = record.outcome.cache_key if record and record.outcome else None
    return CacheKey.parse(text) if text else None
