"""A run as its caller sees it: the record in the store, and the answer of `/status`."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Literal

from pydantic import Field

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.options import ParseOptions

Priority = Literal["interactive", "bulk"]
INTERACTIVE: Priority = "interactive"
BULK: Priority = "bulk"


class RunState(str, Enum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (RunState.SUCCEEDED, RunState.FAILED)


class RunRequest(Model):
    """What was submitted. `source` is an s3://, https://, store:// or (embedded mode only) file:// URL.

    `callback` is where events are sent; like the source's, its query may be a secret.
    """

    source: str
    options: ParseOptions = ParseOptions()
    tags: tuple[str, ...] = ()
    priority: Priority = INTERACTIVE
    callback: str | None = None


class ErrorDetail(Model):
    """`phase` is the step that failed, where one did."""

    code: str
    message: str
    retryable: bool
    user_action: str
    phase: str | None = None


class RunOutcome(Model):
    """How a run ended. `cache_key` names the result when there is one."""

    state: RunState
    finished_at: datetime
    cache_key: str | None = None
    cached: bool = False
    partial: bool = False
    error: ErrorDetail | None = None


class TaskPointer(Model):
    """Left by check-cache for the exit handler: where the result of this run is, or will be."""

    cache_key: str
    hit: bool


class TaskRecord(Model):
    """`tasks/<id>.json`: lets /status outlive the workflow. Secrets and signatures of URLs are not in it.

    `source_is_complete`: nothing was cut off, so it can be read again. A retry takes the outcome away and sets
    `retried_at`. `tags` are the caller's own words, to find the run again.
    """

    task_id: str
    source: str
    source_is_complete: bool = False
    options: ParseOptions = ParseOptions()
    tags: tuple[str, ...] = ()
    priority: Priority = INTERACTIVE
    created_at: datetime
    retried_at: datetime | None = None
    outcome: RunOutcome | None = None


class RunStatus(Model):
    """The body of `GET /status/{task_id}`. Fields may be added, never changed.

    `partial_result_key` (document.md) and `ledger_key` (pages.jsonl): what a run has saved that failed because too many
    of its pages did.
    """

    state: RunState
    progress: int | None = Field(default=None, ge=0, le=100)
    result_key: str | None = None
    table_keys: tuple[str, ...] | None = None
    error: str | None = None
    error_detail: ErrorDetail | None = None
    stage: str | None = None
    pages: PageCounts | None = None
    partial: bool | None = None
    failed_pages: tuple[int, ...] | None = None
    partial_result_key: str | None = None
    ledger_key: str | None = None
    cached: bool | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expires_at: datetime | None = None
    links: dict[str, str] | None = None
