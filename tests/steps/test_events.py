"""What steps tell: that a run has started, how far it is, how it ended; a lost event loses no document."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.ending import Ending
from pdf_parser.domain.event import DeadLetter, Delivery
from pdf_parser.domain.run import RunState, TaskRecord
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.errors import StorageUnavailable
from pdf_parser.storage.folder import FolderStore
from steps import finish
from steps.entrypoint import Context
from steps.events import tell_progress, tell_started
from tests.events.conftest import settings_of

INPUTS = {"task-id": "t1", "source": "https://h/x.pdf?sig=secret", "options": "{}"}
KEY = CacheKey(sha256="ab" * 32, fingerprint="0123456789abcdef")
PLAN = ShardPlan(page_count=25, pages=tuple(range(1, 26)), profiles=(), shards=())
CANCELED = json.dumps(json.dumps([{"displayName": "a", "message": "workflow shutdown with strategy:  Stop"}]))


class GoneStore(FolderStore):
    def head(self, key):
        raise StorageUnavailable(key)


@pytest.fixture
def told(context) -> Context:
    """A context whose events all wait: nobody can be reached."""
    settings = settings_of(event_webhook_url="http://127.0.0.1:9/", event_timeout_s=0.5)
    record = TaskRecord(task_id="t1", source="https://h/x.pdf", created_at=datetime.now(timezone.utc))
    context.store.put(layout.task("t1"), record.model_dump_json().encode())
    return replace(context, settings=settings, task_id="t1", correlation_id="c1")


def events(context):
    keys = [info.key for info in context.store.list(layout.OUTBOX)]
    return [Delivery.model_validate_json(context.store.get(key)).event for key in keys]


def end(context, status, failures="[]"):
    finish.run({**INPUTS, "status": status, "failures": failures}, context)


def pages_done(context, count):
    for page_no in range(1, count + 1):
        context.store.put(layout.page(KEY, page_no), b"{}")
    tell_progress(KEY, PLAN, context)


def test_the_start_is_told_once_though_the_step_is_tried_again(told):
    for _ in range(2):
        tell_started(INPUTS, told)
    (event,) = events(told)
    assert (event.type, event.subject, event.correlationid) == ("pdf-parser.run.started", "t1", "c1")
    assert b"secret" not in event.body()


def test_progress_is_told_by_tenths_and_the_end_by_the_last_event(told):
    for done in (1, 4, 5, 5, 24, 25):
        pages_done(told, done)
    assert [e.data.pages_done for e in events(told)] == [3, 5, 23]
    assert all(e.data.pages_total == 25 for e in events(told))


def test_the_end_is_told_with_error_and_dead_letter(told):
    end(told, "Failed")
    (event,) = events(told)
    assert (event.type, event.data.error.code) == ("pdf-parser.run.failed", "InternalError")
    letter = DeadLetter.model_validate_json(told.store.get(layout.dead_letter("t1")))
    assert letter.record.outcome.error.code == "InternalError"
    assert (letter.replay, letter.correlation_id) == ("POST /tasks/t1/retry", "c1")


def test_a_run_that_was_stopped_on_request_is_no_dead_letter(told):
    end(told, "Failed", CANCELED)
    assert told.store.head(layout.dead_letter("t1")) is None


def test_a_retry_that_succeeds_tells_its_own_events_and_takes_the_dead_letter_away(told):
    end(told, "Failed")
    record = TaskRecord.model_validate_json(told.store.get(layout.task("t1")))
    again = record.model_copy(update={"outcome": None, "retried_at": datetime.now(timezone.utc)})
    told.store.put(layout.task("t1"), again.model_dump_json().encode())
    tell_started(INPUTS, told)
    end(told, "Succeeded")
    assert [e.type.rpartition(".")[2] for e in events(told)] == ["failed", "started", "completed"]
    assert told.store.head(layout.dead_letter("t1")) is None


def test_the_figures_of_a_run_are_left_for_the_counters(context):
    end(context, "Succeeded")
    (info,) = context.store.list(layout.ENDED)
    assert Ending.model_validate_json(context.store.get(info.key)).state is RunState.SUCCEEDED


def test_no_event_and_no_document_is_lost_for_the_other(told, tmp_path):
    tell_started(INPUTS, replace(told, store=GoneStore(tmp_path / "store")))
