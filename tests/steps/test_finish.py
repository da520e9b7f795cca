"""The exit handler writes what happened, whatever happened, and never fails."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import RunState, TaskPointer, TaskRecord
from pdf_parser.storage.folder import FolderStore
from steps import finish
from steps.entrypoint import Context

KEY = f"{'ab' * 32}-0123456789abcdef"


def ended(context: Context, status: str, nodes: list[dict[str, Any]] | None = None) -> TaskRecord:
    failures = json.dumps(json.dumps(nodes or []))
    values = {"task-id": "t1", "source": "https://h/x.pdf?sig=secret", "options": "{}"}
    finish.run({**values, "status": status, "failures": failures}, context)
    return TaskRecord.model_validate_json(context.store.get(layout.task("t1")))


def a_manifest(key: CacheKey, partial: bool) -> ResultManifest:
    return ResultManifest(
        schema_version=1,
        task_id="t1",
        sha256=key.sha256,
        fingerprint=key.fingerprint,
        options=ParseOptions(),
        page_count=1,
        pages=PageCounts(),
        pages_by_parser={},
        tables=0,
        chunks=0,
        partial=partial,
        files=(),
        versions={},
        timings_s={},
        created_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )


EARLY, LATE = "2026-01-01T00:00:01Z", "2026-01-01T00:00:09Z"
TOO_MANY = 'main: Error (exit code 24): {"code":"TooManyFailedPages","message":"m"}'


def node(name: str, message: str, at: str = EARLY) -> dict[str, Any]:
    return {"displayName": name, "message": message, "templateName": "cpu", "phase": "Failed", "finishedAt": at}


def test_success_names_the_result(context):
    pointer = TaskPointer(cache_key=KEY, hit=True)
    context.store.put(layout.task_pointer("t1"), pointer.model_dump_json().encode())
    record = ended(context, "Succeeded")
    assert (record.outcome.state, record.outcome.cache_key, record.outcome.cached) == (RunState.SUCCEEDED, KEY, True)


@pytest.mark.parametrize("partial", [True, False])
def test_a_partial_success_says_so(context, partial):
    key = CacheKey.parse(KEY)
    context.store.put(layout.task_pointer("t1"), TaskPointer(cache_key=KEY, hit=False).model_dump_json().encode())
    context.store.put(layout.manifest(key), a_manifest(key, partial).model_dump_json().encode())
    assert ended(context, "Succeeded").outcome.partial is partial
    assert ended(context, "Failed").outcome.partial is False


def test_signatures_of_urls_are_not_recorded(context):
    assert ended(context, "Succeeded").source == "https://h/x.pdf"


def test_the_cause_is_the_earliest_real_failure(context):
    record = ended(
        context,
        "Failed",
        [
            node("merge", TOO_MANY, LATE),
            node("cpu(0:0)", "No more retries left", "2026-01-01T00:00:05Z"),
            node("cpu(0:0)(1)", 'main: Error (exit code 12): {"code":"EncryptedPdf","message":"e","step":"fetch"}\n'),
            node("parse-document", "", "2026-01-01T00:00:09Z"),
        ],
    )
    assert (record.outcome.error.code, record.outcome.error.phase) == ("EncryptedPdf", "fetch")


def test_attempts_that_were_made_good_are_not_the_cause(context):
    record = ended(
        context,
        "Failed",
        [
            node("cpu(0:0)(0)", "main: OOMKilled (exit code 137)"),
            node("merge", TOO_MANY, LATE),
        ],
    )
    assert record.outcome.error.code == "TooManyFailedPages"


@pytest.mark.parametrize(
    "failures", ["", "[]", '"[]"', "null", "nonsense", '{"a"', "{{workflow.failures}}", '"\\"x\\""']
)
def test_it_exits_0_whatever_argo_gives(context, tmp_path, monkeypatch, failures):
    monkeypatch.setenv("STORE_URL", (tmp_path / "store").as_uri())
    arguments = ["--task-id=t1", "--source=s3://b/k", "--status=Failed", f"--failures={failures}"]
    assert finish.main(arguments) == 0
    record = TaskRecord.model_validate_json(FolderStore(tmp_path / "store").get(layout.task("t1")))
    assert (record.outcome.state, record.outcome.error.code) == (RunState.FAILED, "InternalError")


def test_it_exits_0_when_the_store_is_gone(tmp_path, monkeypatch):
    (tmp_path / "store").write_text("not a folder")
    monkeypatch.setenv("STORE_URL", (tmp_path / "store").as_uri())
    assert finish.main(["--task-id=t1", "--source=s3://b/k", "--status=Succeeded"]) == 0


def test_an_engine_that_tells_nothing_leaves_it_to_the_manifest(context):
    key = CacheKey.parse(KEY)
    context.store.put(layout.task_pointer("t1"), TaskPointer(cache_key=KEY, hit=False).model_dump_json().encode())
    assert ended(context, finish.UNTOLD).outcome.state is RunState.FAILED
    context.store.put(layout.manifest(key), a_manifest(key, partial=False).model_dump_json().encode())
    assert ended(context, finish.UNTOLD).outcome.state is RunState.SUCCEEDED


def test_an_engine_that_tells_nothing_leaves_the_cause_to_what_the_step_left(context):
    left = {"code": "EncryptedPdf", "message": "m", "step": "fetch"}
    context.store.put(layout.task_failure("t1"), json.dumps(left, separators=(",", ":")).encode())
    outcome = ended(context, finish.UNTOLD).outcome
    assert (outcome.error.code, outcome.error.message, outcome.error.phase) == ("EncryptedPdf", "m", "fetch")
