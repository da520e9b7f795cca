"""What is told of a run: CloudEvents 1.0 (github.com/cloudevents/spec), and how they wait to be sent."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Literal

from pydantic import NonNegativeInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.run import ErrorDetail, RunState, TaskRecord

SOURCE = "/pdf-parser"
CONTENT_TYPE = "application/cloudevents+json"


class EventKind(str, Enum):
    """In the order in which a run tells them."""

    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"

    @property
    def type(self) -> str:
        return f"pdf-parser.run.{self.value}"

    @property
    def is_last(self) -> bool:
        return self in (EventKind.COMPLETED, EventKind.FAILED)


class EventData(Model):
    """`source` is the PDF's URL without its query. `pages_done` of `pages_total`: how far a run is, for `progress`.

    `result_key` is that of document.md, as in `/status`.
    """

    task_id: str
    state: RunState
    source: str
    pages_done: NonNegativeInt | None = None
    pages_total: NonNegativeInt | None = None
    result_key: str | None = None
    cached: bool | None = None
    partial: bool | None = None
    pages: PageCounts | None = None
    error: ErrorDetail | None = None


class Event(Model):
    """`id` is the same each time the event is sent, and sorts as the events of a task do. Fields may be added.

    `correlationid` is the X-Request-ID of the upload, `traceparent` that of W3C Trace Context.
    """

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = SOURCE
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: str | None = None
    traceparent: str | None = None
    data: EventData

    @property
    def name(self) -> str:
        """Its place among the events of its task."""
        return self.id.rpartition("_")[2]

    def body(self) -> bytes:
        return self.model_dump_json(exclude_none=True).encode()


def event_of(
    kind: EventKind, record: TaskRecord, data: EventData, now: datetime, correlation_id: str = "", traceparent: str = ""
) -> Event:
    return Event(
        id=f"{record.task_id}_{event_name(kind, record, data.pages_done or 0)}",
        type=kind.type,
        subject=record.task_id,
        time=now,
        correlationid=correlation_id or None,
        traceparent=traceparent or None,
        data=data,
    )


def event_name(kind: EventKind, record: TaskRecord, pages_done: int = 0) -> str:
    """A retried run tells its events anew, behind those it has told before."""
    rank = 0 if kind is EventKind.STARTED else 2 if kind.is_last else 1
    number = f"-{pages_done:06d}" if kind is EventKind.PROGRESS else ""
    return f"{attempt_of(record)}-{rank}-{kind.value}{number}"


def attempt_of(record: TaskRecord) -> str:
    """Sorts by time: milliseconds of the retry, zeros for a run that was not retried."""
    return f"{int(record.retried_at.timestamp() * 1000) if record.retried_at else 0:013d}"


class Destination(str, Enum):
    """Each gets every event, whatever becomes of the others."""

    CALLBACK = "callback"
    WEBHOOK = "webhook"
    NATS = "nats"


class Callback(Model):
    """`work/tasks/<task id>/callback.json`: where the caller wants events. The URL may be a secret."""

    url: str


class Delivery(Model):
    """An event on its way: `outbox/<task id>/<destination>/<name>.json`. `url`: of a callback; it may be a secret."""

    event: Event
    destination: Destination
    url: str | None = None
    written_at: datetime
    attempts: NonNegativeInt = 0
    not_before: datetime
    last_error: str | None = None


class DeadLetter(Model):
    """`deadletter/<task id>.json`: a document that could not be parsed. A retry that succeeds takes it away."""

    record: TaskRecord
    correlation_id: str | None = None
    replay: str
