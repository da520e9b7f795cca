"""Single flight: one run parses, the others wait; a lease ends with its run, or when nothing is written any more."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.run import RunOutcome, RunState, TaskRecord
from pdf_parser.errors import ParsedElsewhere
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store, make_client
from steps import check_cache
from steps.contracts import EXPRESS
from steps.lease import take_lease
from steps.stage import run_stage
from tests.pdfs import simple_pdf

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
PATIENCE_S = 60.0


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param == "folder":
        yield FolderStore(tmp_path / "leases")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="leases")
        yield S3Store("leases", str(uuid4()), make_client(Settings(_env_file=None)))


def ended(task_id, state=RunState.FAILED):
    now = datetime.now(timezone.utc)
    outcome = RunOutcome(state=state, finished_at=now) if state else None
    return TaskRecord(task_id=task_id, source="s3://b/k", created_at=now, outcome=outcome).model_dump_json().encode()


def test_one_of_many_gets_the_lease(store):
    start = threading.Barrier(6)

    def ask(number):
        start.wait()
        return take_lease(store, KEY, f"run-{number}", PATIENCE_S)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert answers.count(None) == 1
    assert set(answers) == {None, f"run-{answers.index(None)}"}


def test_an_owner_that_asks_again_still_has_it(store):
    assert [take_lease(store, KEY, "first", PATIENCE_S) for _ in range(2)] == [None, None]


def test_a_run_that_has_ended_has_it_no_longer(store):
    take_lease(store, KEY, "first", PATIENCE_S)
    store.put(layout.task("first"), ended("first"))
    assert take_lease(store, KEY, "second", PATIENCE_S) is None
    assert take_lease(store, KEY, "third", PATIENCE_S) == "second"


def test_a_run_that_is_retried_has_it_again(store):
    take_lease(store, KEY, "first", PATIENCE_S)
    store.put(layout.task("first"), ended("first", None))
    assert take_lease(store, KEY, "second", PATIENCE_S) == "first"


def test_a_silent_run_loses_it_and_one_that_writes_keeps_it(tmp_path):
    store = FolderStore(tmp_path)
    take_lease(store, KEY, "first", PATIENCE_S)
    store.put(layout.page(KEY, 1), b"{}")
    age(tmp_path / layout.lease(KEY, 1))
    assert take_lease(store, KEY, "second", PATIENCE_S) == "first"
    age(tmp_path / layout.page(KEY, 1))
    assert take_lease(store, KEY, "second", PATIENCE_S) is None


def age(path):
    old = time.time() - PATIENCE_S - 1
    os.utime(path, (old, old))


def test_a_lease_that_cannot_be_read_is_taken_over(store):
    store.put(layout.lease(KEY, 1), b"{")
    assert take_lease(store, KEY, "second", PATIENCE_S) is None
    assert take_lease(store, KEY, "third", PATIENCE_S) == "second"


# --- in check-cache ---------------------------------------------------------------------------------------------------
def inputs_of(context, tmp_path, task_id, options="{}"):
    path = tmp_path / f"{task_id}.pdf"
    path.write_bytes(simple_pdf(2))
    return {"task-id": task_id, "source": path.as_uri(), "options": options}


def with_sha(context, tmp_path, task_id, options="{}"):
    from steps import fetch

    values = inputs_of(context, tmp_path, task_id, options)
    return {**values, **fetch.run(values, context)}


def test_who_waits_is_told_by_whom_the_document_is_parsed(context, tmp_path):
    assert check_cache.run(with_sha(context, tmp_path, "first"), context)["hit"] == "false"
    with pytest.raises(ParsedElsewhere, match="Run first is parsing the same document"):
        check_cache.run(with_sha(context, tmp_path, "second"), context)


def test_who_waits_gets_the_result_as_soon_as_it_is_there(context, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run_until_it_may, inputs_of(context, tmp_path, t), context) for t in ("one", "two")]
        hits = sorted(run.result()["hit"] for run in runs)
    assert hits == ["false", "true"]


def run_until_it_may(values, context):
    """As an engine does, which repeats an attempt that only waited."""
    while True:
        with suppress(ParsedElsewhere):
            return run_stage(EXPRESS, values, context)


def test_a_forced_run_waits_for_nobody(context, tmp_path):
    check_cache.run(with_sha(context, tmp_path, "first"), context)
    forced = check_cache.run(with_sha(context, tmp_path, "second", '{"force": true}'), context)
    assert forced["hit"] == "false" and forced["cache-key"].endswith("-second")


def test_a_takeover_goes_on_with_the_pages_that_are_there(context, tmp_path):
    hasty = replace(context, settings=context.settings.model_copy(update={"lease_s": 0.5}))
    first = check_cache.run(with_sha(context, tmp_path, "first"), context)
    second = check_cache.run(with_sha(hasty, tmp_path, "second"), hasty)
    assert second["hit"] == "false" and second["cache-key"] == first["cache-key"]
